import Experiments
import Foundation
import Records
import SampleRecords
import Testing

@Suite("Records are read as they were written")
struct RoundTripTests {
  private let folder: TemporaryFolder
  private var store: RecordStore { RecordStore(output: folder.path) }

  init() throws { folder = try TemporaryFolder() }

  @Test("every number comes back bit for bit, infinite, zero and denormal ones too")
  func exact() throws {
    let written = sampleRecord()
    try writeRun(written, in: folder.path)
    let read = try store.load(written.configuration)
    #expect(read.steps == written.steps)
    #expect(read.evaluations == written.evaluations)
    #expect(read.gradients == written.gradients)
    #expect(read.responses == written.responses && read.blocks == written.blocks)
    #expect(read.run == written.run)
    #expect(read.configuration == written.configuration && read.context == written.context)
  }

  @Test("what is not a number stays so")
  func notANumber() throws {
    var record = sampleRecord()
    record.steps[1].loss = .nan
    let path = try writeRun(record, in: folder.path)
    #expect(try store.load(record.configuration).steps[1].loss.isNaN)
    let text = try String(contentsOfFile: "\(path)/steps.csv", encoding: .utf8)
    #expect(text.contains("\n1,nan,"))
  }

  @Test("files hold a header and the shortest decimals")
  func text() throws {
    try writeRun(sampleRecord(), in: folder.path)
    let name = "runs/\(sampleConfiguration().runName)"
    #expect(
      try folder.text("\(name)/steps.csv") == """
        step,loss,error,learning_rate
        0,2.302585092994046,90,0.1
        1,inf,0.30000000000000004,0.010000000000000002

        """)
    #expect(
      try folder.text("\(name)/gradients.csv").contains("\n0,1,conv1,0,main,activation,0,0,0,1,,\n")
    )
  }

  @Test("every number is in the column that has its name")
  func columns() throws {
    var record = sampleRecord()
    record.evaluations = [
      EvaluationRow(step: 2, epoch: 0.5, trainingError: 40, evaluationError: 60)
    ]
    var gradients = record.gradients.all
    gradients[0] = GradientRow(
      step: 0, layer: gradients[0].layer, kind: .weight, l2: 4, rms: 2, maximum: 3,
      zeroFraction: 0.25, weightNorm: 5, updateRatio: 0.125)
    record.gradients = RecordTable(gradients)
    var responses = record.responses.all
    (responses[0].deviation, responses[0].mean) = (0.75, -0.5)
    record.responses = RecordTable(responses)
    var blocks = record.blocks.all
    blocks[0] = BlockRow(
      step: 0, block: blocks[0].block, gradientAtSum: 8, gradientThroughShortcut: 7,
      gradientThroughBranch: 6, gradientCosine: 0.5, inputRMS: 5, branchRMS: 4, outputRMS: 3)
    record.blocks = RecordTable(blocks)
    try writeRun(record, in: folder.path)
    func beginning(_ table: String) throws -> String {
      let text = try folder.text("runs/\(sampleConfiguration().runName)/\(table).csv")
      return text.split(separator: "\n").prefix(2).joined(separator: "\n")
    }
    #expect(
      try beginning("evaluations") == """
        step,epoch,training_error,evaluation_error
        2,0.5,40,60
        """)
    #expect(
      try beginning("gradients") == """
        step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,update_ratio
        0,1,conv1,0,main,weight,4,2,3,0.25,5,0.125
        """)
    #expect(
      try beginning("responses") == """
        step,layer_index,layer,stage,path,deviation,mean
        0,1,conv1,0,main,0.75,-0.5
        """)
    let names =
      "step,block_index,block,stage,shape_changes,gradient_at_sum,gradient_through_shortcut,"
      + "gradient_through_branch,gradient_cosine,input_rms,branch_rms,output_rms"
    #expect(
      try beginning("blocks") == """
        \(names)
        0,1,layer1.0,1,false,8,7,6,0.5,5,4,3
        """)
  }

  @Test("equal runs leave equal bytes, and the time beside them")
  func equalBytes() throws {
    let other = try TemporaryFolder()
    let first = try writeRun(sampleRecord(), in: folder.path)
    let second = try writeRun(sampleRecord(), in: other.path)
    let names = try FileManager.default.contentsOfDirectory(atPath: first).sorted()
    #expect(
      names == [
        "blocks.csv", "evaluations.csv", "gradients.csv", "responses.csv", "run.json", "steps.csv",
        "timing.json",
      ])
    for name in names {
      #expect(
        FileManager.default.contents(atPath: "\(first)/\(name)")
          == FileManager.default.contents(atPath: "\(second)/\(name)"))
    }
  }

  @Test("runs are listed by name; a folder without runs has none")
  func listing() throws {
    #expect(store.runNames().isEmpty)
    try writeRun(sampleRecord(seed: 1), in: folder.path)
    try writeRun(sampleRecord(seed: 0), in: folder.path)
    #expect(
      store.runNames() == [0, 1].map { sampleConfiguration(seed: $0).runName }.sorted())
    #expect(store.has(sampleConfiguration(seed: 1)) && !store.has(sampleConfiguration(seed: 2)))
    #expect(throws: RecordError.self) { try store.load(sampleConfiguration(seed: 2)) }
  }
}
