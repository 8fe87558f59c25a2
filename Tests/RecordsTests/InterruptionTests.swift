import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@Suite("Nothing is half-written")
struct InterruptionTests {
  private let folder: TemporaryFolder
  private var store: RecordStore { RecordStore(output: folder.path) }
  private let run = sampleConfiguration().runName

  init() throws { folder = try TemporaryFolder() }

  @Test("an unfinished run is not listed, and the next one starts over")
  func unfinished() throws {
    do {
      let writer = try RunWriter(sampleConfiguration(), context: .madeUp, in: folder.path)
      try writer.append(sampleRecord())
      try writer.flush()
    }
    #expect(store.runNames().isEmpty)
    #expect(try folder.contents("runs") == ["\(run).partial"])
    try writeRun(sampleRecord(), in: folder.path)
    #expect(try folder.contents("runs") == [run])
    #expect(try store.load(run).steps.count == 2)
  }

  @Test("a run that was interrupted is told of by its own name, with the steps that were saved")
  func interrupted() throws {
    let (saved, begun) = (sampleConfiguration(seed: 1), sampleConfiguration(seed: 2))
    for (configuration, steps) in [(saved, 1), (begun, nil)] {
      let writer = try RunWriter(configuration, context: .madeUp, in: folder.path)
      try writer.append(madeUpRecord(configuration).steps)
      if let steps { try writer.save([], step: steps) }
    }
    #expect(store.interruptedNames() == [saved.runName] && store.runNames().isEmpty)
    #expect(store.interruptedStep(saved) == 1 && store.interruptedStep(begun) == nil)
    try writeRun(sampleRecord(seed: 3), in: folder.path)
    #expect(store.interruptedNames() == [saved.runName])
  }

  @Test("an older run stays until the newer one has finished")
  func replacement() throws {
    try writeRun(sampleRecord(), in: folder.path)
    var newer = sampleRecord()
    newer.steps[0].loss = 7
    let writer = try RunWriter(newer.configuration, context: newer.context, in: folder.path)
    try writer.append(newer)
    try writer.flush()
    #expect(try store.load(run).steps[0].loss != 7)
    try writer.finish(RunTiming(seconds: 1, imagesPerSecond: 1))
    #expect(try store.load(run).steps[0].loss == 7)
    #expect(try folder.contents("runs") == [run])
  }

  @Test("a replacement that was cut off loses neither run")
  func cutOff() throws {
    let path = try writeRun(sampleRecord(), in: folder.path)
    try FileManager.default.moveItem(atPath: path, toPath: "\(path).replaced")
    #expect(store.runNames().isEmpty)
    _ = try RunWriter(sampleConfiguration(), context: .madeUp, in: folder.path)
    #expect(try store.load(run).steps.count == 2)
  }

  @Test("a finished run keeps the losses of its schedule, and the first that is not finite")
  func thinning() throws {
    var configuration = sampleConfiguration()
    configuration.schedule.iterations = 9
    configuration.recording.lossInterval = 5
    let record = madeUpRecord(configuration, loss: { $0 < 3 ? 1 : .nan })
    let path = try writeRun(record, in: folder.path)
    let kept = try store.load(record.configuration)
    #expect(kept.steps.map(\.step) == [0, 3, 5, 8] && kept.divergedStep == 3)
    // A process that ended before the last renaming left the whole table and the thinned one, and
    // reading leaves both as they are.
    let thinned = try folder.text("runs/\(record.configuration.runName)/steps.csv")
    try FileManager.default.moveItem(
      atPath: "\(path)/steps.csv", toPath: "\(path)/steps.csv.thinned")
    try "step,loss,error,learning_rate\n".write(
      toFile: "\(path)/steps.csv", atomically: false, encoding: .utf8)
    #expect(try store.load(record.configuration).steps.count == 4)
    #expect(try folder.text("runs/\(record.configuration.runName)/steps.csv.thinned") == thinned)
    #expect(try folder.contents("runs/\(record.configuration.runName)").count == 8)
  }

  @Test(
    "numbers are rounded to the digits that are recorded",
    arguments: [
      (1.23456789, 5, 1.2346), (-9.99996, 5, -10), (0, 3, 0), (1e-300, 2, 1e-300),
      (123_456, 2, 120_000), (.leastNonzeroMagnitude, 1, .leastNonzeroMagnitude),
      (0.000123456, 3, 0.000123), (2.5, 1, 3),
    ] as [(Double, Int, Double)])
  func rounding(value: Double, digits: Int, expected: Double) {
    #expect(value.rounded(toDigits: digits) == expected)
    #expect(expected.rounded(toDigits: digits) == expected)
    for odd in [Double.infinity, -.infinity] { #expect(odd.rounded(toDigits: digits) == odd) }
    #expect(Double.nan.rounded(toDigits: digits).isNaN)
  }

  @Test("a file is replaced whole, and folders are made on the way")
  func atomicWrite() throws {
    let path = "\(folder.path)/a/b/figure.svg"
    try writeAtomically(Array("one".utf8), to: path)
    try writeAtomically(Array("two".utf8), to: path)
    #expect(try folder.text("a/b/figure.svg") == "two")
    #expect(try folder.contents("a/b") == ["figure.svg"])
  }

  @Test("a folder that cannot be written to is named in one sentence")
  func unwritable() throws {
    try folder.write("", to: "file")
    let output = "\(folder.path)/file/output"
    let error = #expect(throws: RecordError.self) {
      try RunWriter(sampleConfiguration(), context: .madeUp, in: output)
    }
    let sentence = try #require(error?.description)
    #expect(sentence.contains("\(folder.path)/file") && sentence.hasSuffix("choose another."))
    #expect(throws: RecordError.self) { try writeAtomically([1], to: "/proc/none/figure.svg") }
  }
}
