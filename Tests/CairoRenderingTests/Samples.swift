import Charts

/// A scene of one white page.
func page(width: Double = 60, height: Double = 40, _ elements: [Scene.Element] = []) -> Scene {
  Scene(
    width: width, height: height, background: Color(hex: 0xffffff), title: "A page",
    description: "Nothing but paper.", elements: elements)
}

func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Path {
  Path(
    [[Point(x, y), Point(x + width, y), Point(x + width, y + height), Point(x, y + height)]],
    isClosed: true)
}

let black = Color(hex: 0x000000)
let red = Color(hex: 0xff0000)
let blue = Color(hex: 0x0000ff)

extension Color {
  var bytes: [UInt8] { [red, green, blue].map { UInt8($0 * 255) } }
}
