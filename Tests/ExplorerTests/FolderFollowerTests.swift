import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@testable import Explorer

@Suite("What a page is told while runs grow")
struct FolderFollowerTests {
  private let folder: TemporaryFolder
  private let store: RecordStore
  private let run = sampleConfiguration()

  init() throws {
    folder = try TemporaryFolder()
    store = RecordStore(output: folder.path)
  }

  private struct News: Decodable {
    var run: String?
    var begins: Bool?
    var finished: Bool?
    var gone: Bool?
    var table: String?
    var step: Int?
    /// The runs there are, and whether they grow.
    var there: [String: Bool]?
  }

  /// The id and what is told by a message.
  private func read(_ message: String?) throws -> (id: String, news: [News]) {
    let message = try #require(message)
    let lines = message.split(separator: "\n")
    #expect(lines.count == 2 && message.hasSuffix("\n\n"))
    let id = lines[0].dropFirst(4)
    let news = try JSONDecoder().decode([News].self, from: Data(lines[1].dropFirst(6).utf8))
    return (String(id), news)
  }

  /// A follower that a page has just come to, whose first message says which runs there are; that message
  /// is left in `first`.
  private func follower(
    after id: String? = nil, prefix: String = ""
  ) throws -> (follower: FolderFollower, first: (id: String, news: [News])) {
    var follower = FolderFollower([ShownFolder(store, prefix: prefix)], after: id)
    let first = try read(follower.message())
    #expect(first.news.filter { $0.there != nil }.count == 1)
    return (follower, first)
  }

  /// Asks until something is told.
  private func next(_ follower: inout FolderFollower) throws -> (id: String, news: [News]) {
    for _ in 0..<300 {
      if let message = follower.message() { return try read(message) }
      Thread.sleep(forTimeInterval: 0.01)
    }
    return try read(nil)
  }

  private func write(_ record: RunRecord, steps: Range<Int>, to writer: RunWriter) throws {
    for step in steps {
      try writer.append(record.steps.filter { $0.step == step })
      try writer.append(record.gradients.rows(at: step))
      try writer.append(record.responses.rows(at: step))
      try writer.append(record.blocks.rows(at: step))
    }
    try writer.flush()
  }

  @Test(
    "a run begins, grows step by step, and finishes; a page that comes back goes on where it was")
  func life() throws {
    let record = madeUpRecord(run)
    var (follower, first) = try self.follower(prefix: "play/")
    #expect(first.news.map(\.there) == [[:]] && follower.message() == nil)
    let writer = try RunWriter(run, context: .madeUp, in: folder.path)
    try write(record, steps: 0..<1, to: writer)
    let begin = try next(&follower)
    #expect(begin.news.first?.begins == true && begin.news.first?.run == "play/\(run.runName)")
    #expect(
      begin.news.filter { $0.step == 0 }.compactMap(\.table).sorted()
        == ["activation", "blocks", "responses", "steps", "weight"])

    // All of it is known already.
    let (late, told) = try self.follower(after: begin.id, prefix: "play/")
    let (other, same) = try self.follower(
      after: "x=1.2&\(begin.id)&%zz=1.1.1.1.1&=", prefix: "play/")
    for message in [told, same] {
      #expect(message.news.map(\.there) == [["play/\(run.runName)": true]])
    }
    try write(record, steps: 1..<2, to: writer)
    for follower in [follower, late, other] {
      var follower = follower
      let grown = try next(&follower)
      #expect(grown.news.allSatisfy { $0.step == 1 && $0.begins == nil } && grown.news.count == 5)
      #expect(grown.id != begin.id)
    }
    try writer.append(record.evaluations)
    try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 2))
    _ = follower.message()
    var end: [News] = []
    while !end.contains(where: { $0.finished == true }) { end += try next(&follower).news }
    #expect(!end.contains { $0.gone == true })
    // Who was away meanwhile hears that it does not grow any more.
    let back = try self.follower(after: begin.id, prefix: "play/").first
    #expect(back.news.map(\.there) == [["play/\(run.runName)": false]])
    try FileManager.default.removeItem(atPath: writer.path)
    #expect(try next(&follower).news.map(\.gone) == [true])
  }

  @Test("a run that was begun anew is told of from the beginning, whatever a page knew")
  func anew() throws {
    let record = madeUpRecord(run)
    do {
      let writer = try RunWriter(run, context: .madeUp, in: folder.path)
      try write(record, steps: 0..<2, to: writer)
    }
    var (follower, first) = try follower()
    let known = first.id
    try FileManager.default.removeItem(atPath: "\(folder.path)/runs/\(run.runName).partial")
    let writer = try RunWriter(run, context: .madeUp, in: folder.path)
    try write(record, steps: 0..<1, to: writer)
    var told: [News] = []
    while !told.contains(where: { $0.step == 0 }) { told += try next(&follower).news }
    #expect(told.contains { $0.begins == true })
    var late = try self.follower(after: known).follower
    #expect(try next(&late).news.first?.begins == true)
  }

  @Test("names of any letters survive in ids")
  func names() throws {
    let layer = RunDescription.Layer(
      LayerPlace(index: 1, name: "fc", stage: 1), kind: "linear", parameters: 1)
    let description = RunDescription(
      recorded: .init(name: "net", role: .none, depth: 1), layers: [layer], conditions: [:],
      context: RunContext(version: "1"))
    let path = "\(folder.path)/runs/mein Netz=1&2.%41 ü.partial"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(encoded(description)).write(to: URL(fileURLWithPath: "\(path)/run.json"))
    try Data("step,loss,error,learning_rate\n0,1,,0.1\n".utf8)
      .write(to: URL(fileURLWithPath: "\(path)/steps.csv"))
    let told = try follower().first
    #expect(told.news.first?.run == "mein Netz=1&2.%41 ü" && told.news.last?.step == 0)
    #expect(!told.id.contains(" ") && told.id.filter { $0 == "=" }.count == 1)
    #expect(try follower(after: told.id).first.news.count == 1)
  }

  @Test("a folder that cannot be read as a run is passed over")
  func faults() throws {
    let broken = "\(folder.path)/runs/broken.partial"
    try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: true)
    try Data("{".utf8).write(to: URL(fileURLWithPath: "\(broken)/run.json"))
    let writer = try RunWriter(run, context: .madeUp, in: folder.path)
    try write(madeUpRecord(run), steps: 0..<1, to: writer)
    #expect(try follower().first.news.first?.run == run.runName)
  }
}
