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
