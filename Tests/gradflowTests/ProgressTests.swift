import Foundation
import Testing

@Suite("What a training shows while it goes on")
struct ProgressTests {
  private let folder = NSTemporaryDirectory() + "gradflow-progress-\(UUID().uuidString)"
  private let iterations = 300

  /// Two runs that are equally much work.
  private func arguments() throws -> [String] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try """
    question: How far is it?
    runs: [plain-8, resnet-8]
    defaults:
      dataset: {name: synthetic, imageSize: 8, evaluationImages: 50}
      network.width: 4
      schedule.iterations: \(iterations)
      batchSize: 16
    """.write(toFile: "\(folder)/own.yaml", atomically: false, encoding: .utf8)
    return ["run", "\(folder)/own.yaml", "--threads", "1", "--output", "\(folder)/output"]
  }

  private typealias Parts = (Substring, Substring, Substring?, Substring, Substring)

  /// The position of the run that a line tells of, its bar, its step, and what is said of time.
  private func parts(_ line: some StringProtocol) throws -> Parts {
    let pattern =
      #/
      \[([12])/2\]\s(?:plain|resnet)-8\s\s(?:([█░]{20})\s\s)?step\s(\d+)/300\s\s
      training\serror\s\d+\.\d\s%(?:,\sevaluation\s\d+\.\d\s%)?\s\s(.*)
      /#
    return try #require(String(line).wholeMatch(of: pattern)?.output, "\(line)")
  }

  @Test("on a terminal one line has a bar, steps, errors and the time left, until all is done")
  func terminal() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (status, text) = try onTerminal(columns: 120, try arguments())
    #expect(status == 0, "\(text)")
    // A terminal makes two characters of the end of a line.
    let lines = text.components(separatedBy: "\r\n")
    #expect(lines.count == 3 && lines.last == "", "\(text)")
    for (index, line) in lines.dropLast().enumerated() {
      // Each showing begins by wiping out the one before.
      let showings = line.components(separatedBy: "\r\u{1B}[K")
      #expect(showings.first == "" && showings.count > 2, "\(line)")
      var last = 0
      for (number, showing) in showings.dropFirst().enumerated() {
        let parts = try parts(showing)
        #expect(parts.1 == "\(index + 1)" && showing.count < 120)
        let step = try #require(Int(parts.3))
        #expect(step > last && step <= iterations)
        last = step
        let part = Double(index * iterations + step) / Double(2 * iterations)
        let filled = parts.2.map { $0.count { $0 == "█" } }
        #expect(filled == Int(20 * part + 1e-9), "\(showing)")
        let isLast = number == showings.count - 2
        let isEnd = isLast && index == 1
        let time = isEnd ? /done in \d+ s/ : isLast ? /\d+ s left/ : /(?:\d+ s left)?/
        #expect(parts.4.wholeMatch(of: time) != nil, "\(showing)")
      }
      #expect(last == iterations)
    }
    #expect(text.contains(/[1-9]\d* s left|0 s left/))
  }

  @Test(
    "a narrow terminal gets what matters most: how long it takes before how it is drawn",
    arguments: [60, 40, 20, 8] as [UInt16])
  func narrow(columns: UInt16) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (status, text) = try onTerminal(columns: columns, try arguments())
    #expect(status == 0, "\(text)")
    let showings = text.components(separatedBy: .newlines).filter { !$0.isEmpty }
      .flatMap { $0.components(separatedBy: "\r") }
      .map { $0.replacing("\u{1B}[K", with: "") }.filter { !$0.isEmpty }
    #expect(showings.count > 4 && showings.allSatisfy { $0.count < Int(columns) })
    #expect(showings.allSatisfy { $0.hasPrefix("[1/2] ") || $0.hasPrefix("[2/2] ") })
    if columns >= 40 {
      #expect(showings.last?.contains(/\[2\/2\] resnet-8  .*done in \d+ s/) == true, "\(text)")
      #expect(showings.contains { $0.contains(/step \d+\/300.* s left/) }, "\(text)")
    }
  }

  @Test("elsewhere there are plain lines, and the last one says how long it took")
  func plain() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try runCommand(try arguments())
    #expect(result.status == 0 && result.error.hasSuffix("\n"), "\(result.error)")
    #expect(!result.error.contains { $0 == "\r" || $0 == "\u{1B}" || $0 == "█" || $0 == "░" })
    let lines = result.error.split(separator: "\n")
    #expect(lines.count >= 2)
    for line in lines {
      let parts = try parts(line)
      #expect(parts.2 == nil)
      #expect(parts.4.wholeMatch(of: line == lines.last ? /done in \d+ s/ : /\d+ s left/) != nil)
    }
    #expect(lines.filter { $0.contains("step 300/300") }.count == 2)
    #expect(try runCommand(try arguments()).error.hasPrefix("Finished before: plain-8, resnet-8."))
  }
}
