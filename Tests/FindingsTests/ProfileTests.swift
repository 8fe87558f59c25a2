import Experiments
import Findings
import Records
import Testing

@Suite("Numbers layer by layer and step by step")
struct ProfileTests {
  private func profile(_ layers: [RunDescription.Layer]) -> LayerProfile {
    var run = recordedRun(layers: layers)
    run.addGradients(at: 0, layers.map { _ in 1 })
    return LayerProfile([run], kind: .weight, at: 0)
  }

  @Test("a stage begins half-way to its first layer, with that layer's filters on the main path")
  func stages() {
    var layers = recordedLayers(stages: [0, 1, 1, 2, 3], filters: [4, 8, 8, 16, 10])
    let projection = LayerPlace(index: 4, name: "shortcut", stage: 2, path: .shortcut)
    layers.insert(
      RunDescription.Layer(projection, kind: "convolution", parameters: 1, filters: 99), at: 3)
    let found = profile(layers).stageBeginnings
    #expect(found.map(\.position) == [1.5, 3.5] && found.map(\.filters) == [8, 16])
  }

  @Test("a first stage of several layers is told of, as in VGG; the classifier is none")
  func firstStage() {
    let layers = recordedLayers(stages: [1, 1, 2, 2, 3, 4], filters: [8, 8, 16, 16, 32, 10])
    let found = profile(layers).stageBeginnings
    #expect(found.map(\.position) == [0.5, 2.5, 4.5] && found.map(\.filters) == [8, 16, 32])
    let unknown = profile(recordedLayers(stages: [0, 1, 2, 3])).stageBeginnings
    #expect(unknown.map(\.position) == [1.5, 2.5] && unknown.map(\.filters) == [nil, nil])
    #expect(profile(recordedLayers(stages: [1])).stageBeginnings.isEmpty)
  }

  @Test("responses are those of the convolutions, in order and from the strongest on")
  func responses() {
    var run = recordedRun(layers: recordedLayers(stages: [0, 1, 2, 3]))
    run.responses = RecordTable(
      zip(run.run.layers, [1.0, 3, 2, 50]).map {
        ResponseRow(step: 0, layer: $0.place, deviation: $1, mean: 0)
      })
    let profile = ResponseProfile([run])
    #expect(profile.layers.map(\.index) == [1, 2, 3] && profile.overallMean == 2)
    #expect(profile.inOrder.map(\.mean) == [1, 3, 2] && profile.sorted.map(\.mean) == [3, 2, 1])
  }

  @Test("the ratio of first to last gradient is that of each step, over all seeds")
  func ratios() {
    let runs = [8.0, 2].enumerated().map { seed, norm in
      var run = recordedRun(
        layers: recordedLayers(stages: [0, 1, 2, 3]), conditions: ["seed": "\(seed)"])
      run.addGradients(at: 3, [norm, 7, 1, 100])
      run.addGradients(at: 9, [1, 7, norm, 100])
      return run
    }
    let curve = RatioCurve(runs)
    #expect(curve.steps == [3, 9])
    for (spread, expected) in zip(curve.spreads, [4, 0.25]) {
      #expect(abs(spread.mean / expected - 1) < 1e-12)
      #expect(spread.lower < spread.mean && spread.mean < spread.upper)
    }
    var single = recordedRun(layers: recordedLayers(stages: [1]))
    single.addGradients(at: 0, [5])
    #expect(RatioCurve([single]).spreads.map(\.mean.isNaN) == [true])
  }
}
