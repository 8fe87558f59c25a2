import CairoRendering
import Experiments
import Findings
import Records
import SampleRecords
import Testing

@testable import gradflow

@Suite("What a run says when it is over")
struct OutcomeTableTests {
  @Test("errors and gradients stand in their columns, and what diverged is named with its step")
  func columns() throws {
    let diverged = madeUpRecord(
      sampleConfiguration(seed: 1), loss: { $0 == 1 ? .infinity : 1 }, error: { _ in 90 })
    // 64 times as strong in the first convolution at first, and 729 times in the end.
    let record = madeUpRecord(
      sampleConfiguration(), error: { _ in 25 }, evaluation: { _ in 35 },
      norm: { layer, step in
        (layer..<8).reduce(1) { product, _ in product * (step == 0 ? 2 : 3) }
      })
    let lines = OutcomeTable([record, diverged]).text.split(separator: "\n")
    let cells = lines[1].matches(of: /\S+( \S+)*/).map { String($0.output.0) }
    #expect(cells == ["plain-8", "25.0 %", "35.0 %", "64.0 healthy", "729 explodes"])
    #expect(lines[0].hasSuffix("gradient at start  after 1 steps"))
    #expect(lines[3] == "plain-8 seed 1 diverged: from step 1 on its loss is not finite.")
    var unfinished = record
    unfinished.evaluations = []
    let open = OutcomeTable([unfinished]).text.split(separator: "\n")[1]
    #expect(open.matches(of: /–/).count == 2 && !open.contains("nan"), "\(open)")
  }

  @Test("the page has the doctor's words on the first and on the last step of every run")
  func doctor() {
    let record = madeUpRecord(
      sampleConfiguration(),
      norm: { layer, step in
        (layer..<8).reduce(1) { product, _ in product * (step == 0 ? 2 : 3) }
      })
    var gallery = Gallery()
    gallery.add(
      [], of: FinishedRuns(experiment: .quickstart, budget: .seconds, records: [record]))
    #expect(
      gallery.text.contains(
        "| plain-8 | healthy: 64.0; first ÷ last is within 1/100 … 100 | explodes: 729; "
          + "first ÷ last is above 100 |"), "\(gallery.text)")
  }

  @Test("columns of tables line up: names to the left, numbers to the right")
  func aligning() {
    let rows = [["", "number", ""], ["name", "1", "x"], ["n", "12345678", ""]]
    #expect(
      aligned(rows, left: [0, 2])
        == "        number\nname         1  x\nn     12345678")
  }

  @Test(
    "formats are those that there are, each once, in their order",
    arguments: [
      ("png", ["png"]), ("svg,png", ["png", "svg"]), ("png,png", ["png"]), ("png,gif", nil),
      ("", nil), (",", nil), ("PNG", nil),
    ] as [(String, [String]?)])
  func formats(words: String, endings: [String]?) {
    #expect(PictureFormats(argument: words)?.formats.map(\.ending) == endings)
  }
}
