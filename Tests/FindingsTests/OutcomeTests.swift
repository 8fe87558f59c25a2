import Experiments
import Findings
import Records
import SampleRecords
import Testing

@Suite("What records say in one number")
struct OutcomeTests {
  @Test("the ratio of first to last gradient leaves the classifier out")
  func ratio() {
    var record = RunRecord(configuration: sampleConfiguration(), context: .madeUp)
    let places = (1...4).map { LayerPlace(index: $0, name: "layer\($0)", stage: 1) }
    record.gradients = RecordTable(
      zip(places, [8.0, 3, 2, 100]).map { place, norm in
        GradientRow(
          step: 5, layer: place, kind: .weight, l2: norm, rms: 0, maximum: 0, zeroFraction: 0)
      })
    #expect(record.gradientRatio(at: 5) == 4)
    #expect(record.gradientRatio(at: 6) == nil)
    record.steps = [30, 40, 80].map { StepRow(step: 0, loss: 1, error: $0, learningRate: 1) }
    #expect(record.trainingError(overLast: 2) == 60 && record.trainingError(overLast: 9) == 50)
    record.steps = []
    #expect(record.trainingError(overLast: 10).isNaN)
  }

  @Test("the mean response is that of the convolutions on the main path at the last recorded step")
  func responses() {
    var record = RunRecord(configuration: sampleConfiguration(), context: .madeUp)
    let places = [
      LayerPlace(index: 1, name: "conv1", stage: 0), LayerPlace(index: 2, name: "conv2", stage: 1),
      LayerPlace(index: 2, name: "shortcut", stage: 1, path: .shortcut),
      LayerPlace(index: 3, name: "fc", stage: 2),
    ]
    record.responses = RecordTable(
      [0, 5].flatMap { step in
        zip(places, [1.0, 3, 100, 50]).map { place, deviation in
          ResponseRow(
            step: step, layer: place, deviation: deviation + Double(step), mean: 0)
        }
      })
    #expect(record.finalResponses.map(\.layer.name) == ["conv1", "conv2", "fc"])
    #expect(record.meanResponse == 7)
    record.responses = RecordTable()
    #expect(record.meanResponse.isNaN)
  }

  @Test("the errors at the end are those of the last evaluation, since the one before")
  func errors() {
    var record = RunRecord(configuration: sampleConfiguration(), context: .madeUp)
    record.evaluations = [3, 8].map { step in
      EvaluationRow(
        step: step, epoch: 0, trainingError: Double(10 * step), evaluationError: Double(11 * step))
    }
    #expect(record.finalTrainingError == 80 && record.finalEvaluationError == 88)
    #expect(record.finalWindow == 5)
    record.evaluations.removeLast()
    #expect(record.finalTrainingError == 30 && record.finalWindow == 3)
    record.evaluations = []
    #expect(record.finalTrainingError.isNaN && record.finalEvaluationError.isNaN)
    #expect(record.finalWindow == 0)
  }
}

@Suite("Outcomes of other programs' runs")
struct RecordedOutcomeTests {
  private func run(_ rows: [(Double, Double)], evaluations: [EvaluationRow] = []) -> RunRecord {
    var record = recordedRun()
    record.steps = rows.enumerated().map {
      StepRow(step: $0.offset, loss: $0.element.0, error: $0.element.1, learningRate: 0.1)
    }
    record.evaluations = evaluations
    return record
  }

  @Test("a training error that no evaluation tells is the mean of the last mini-batches")
  func trainingError() {
    let rows = (0..<60).map { (1.0, $0 < 57 ? 90.0 : Double($0)) }
    let untold = EvaluationRow(step: 40, epoch: 1, trainingError: .nan, evaluationError: 33)
    let silent = EvaluationRow(step: 60, epoch: 2, trainingError: .nan, evaluationError: .nan)
    let record = run(rows, evaluations: [untold, silent])
    #expect(!record.tellsTrainingError && record.finalWindow == 3 && record.hasErrors)
    #expect(record.finalTrainingError == 58 && record.finalEvaluationError == 33)
    let told = EvaluationRow(step: 60, epoch: 2, trainingError: 7, evaluationError: .nan)
    #expect(run(rows, evaluations: [untold, told]).finalTrainingError == 7)
    #expect(run([(1, .nan)]).hasErrors == false)
    #expect(run([(1, .nan)]).finalTrainingError.isNaN)
  }

  @Test("means are over equal parts of the steps that have the number")
  func means() {
    let record = run((0..<45).map { (Double($0), $0.isMultiple(of: 2) ? .nan : Double($0)) })
    let losses = record.means(of: \.loss)
    #expect(losses.count == 22 && losses[0].step == 0 && losses[21].step == 42)
    #expect(losses[0].value == 0.5)
    #expect(record.finalLoss == 42.5)
    #expect(record.means(of: \.error).map(\.value).first == 1)
    #expect(record.means(of: \.error).count == 22)
    #expect(run([]).means(of: \.loss).isEmpty && run([]).finalLoss.isNaN)
  }

  @Test("moments are steps that all runs have recorded and whose gradients are known")
  func moments() {
    func record(_ steps: [Int], unknown: Set<Int> = []) -> RunRecord {
      var run = recordedRun(layers: recordedLayers(stages: [1, 1, 2]))
      for step in steps { run.addGradients(at: step, [1, 1, 1]) }
      run.gradients = RecordTable(
        run.gradients.all.map { row in
          var row = row
          if unknown.contains(row.step) { row.zeroFraction = .nan }
          return row
        })
      return run
    }
    func moments(_ runs: [RunRecord], _ count: Int = 2) -> [Int] {
      Comparison(runs).moments(count)
    }
    #expect(moments([record([100, 200, 900])]) == [100, 900])
    #expect(moments([record([0, 10, 900]), record([5, 10, 900, 1000])]) == [10, 900])
    #expect(moments([record([0, 5]), record([1, 7])]) == [0, 5])
    #expect(moments([record([0, 10, 20], unknown: [0, 20])]) == [10])
    #expect(moments([record([0, 10, 20, 90], unknown: [90])]) == [0, 20])
    #expect(moments([record([0], unknown: [0])]) == [0] && moments([record([])]).isEmpty)
    #expect(moments([record([0, 1, 10, 100, 1000])], 4) == [0, 10, 100, 1000])
  }
}

@Suite("What the paper prints")
struct PaperResultTests {
  @Test("networks that the paper does not have, have no error of its")
  func variants() throws {
    func error(_ name: String) throws -> Double? {
      PaperResults.error(of: try NetworkConfiguration(named: name))
    }
    #expect(try error("resnet-56") == 6.97 && error("resnet-34-A") == 25.03)
    #expect(try error("plain-34") == 28.54 && error("plain-56") == nil)
    for name in [
      "resnet-56-scale0.5", "resnet-56-preact", "resnet-56-no-bn", "resnet-56-tanh", "resnet-56-B",
    ] {
      #expect(try error(name) == nil, "\(name)")
    }
    var narrow = try NetworkConfiguration(named: "resnet-20")
    narrow.width = 8
    #expect(PaperResults.error(of: narrow) == 8.75)
  }
}
