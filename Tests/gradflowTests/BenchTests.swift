import Foundation
import Testing

@Suite("gradflow bench --against")
struct BenchTests {
  @Test("programs take turns, are told what to time, and the fastest one counts")
  func contest() throws {
    let folder = NSTemporaryDirectory() + "gradflow-bench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // Each writes down that its turn has come, and takes longer from turn to turn.
    func peer(_ name: String, _ seconds: [Double]) throws -> String {
      let path = "\(folder)/\(name)"
      let script = """
        echo "\(name) $@" >>\(folder)/turns
        turn=$(grep -c '^\(name) ' \(folder)/turns)
        set -- \(seconds.map { "\($0)" }.joined(separator: " "))
        shift $((turn - 1))
        echo working
        echo "{\\"medianStepSeconds\\": $1}"
        """
      try script.write(toFile: path, atomically: true, encoding: .utf8)
      return "sh \(path)"
    }
    let (slow, fast) = (try peer("slow", [8, 2, 4]), try peer("fast", [1, 9, 2]))
    let result = try runCommand(
      [
        "bench", "--network", "plain-8", "--batch", "4", "--size", "8", "--steps", "1", "--threads",
        "1", "--against", slow, "--against", fast,
      ])
    #expect(result.status == 0, "\(result.error)")
    let turns = try String(contentsOfFile: "\(folder)/turns", encoding: .utf8)
    let told = "--network plain-8 --batch 4 --size 8 --threads 1"
    let round = ["slow \(told)", "fast \(told)"]
    #expect(turns.split(separator: "\n").map(String.init) == round + round + round)
    let row = try #require(result.output.split(separator: "\n").last)
    let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    // Medians of 4 and of 2 seconds for four images.
    #expect(cells[0] == "plain-8" && cells[2] == "1.0" && cells[3] == "2.0")
    let (ours, ratio) = (try #require(Double(cells[1])), try #require(Double(cells[4])))
    #expect(abs(ratio - ours / 2) <= 0.005 + 0.5 / 2)
  }
}
