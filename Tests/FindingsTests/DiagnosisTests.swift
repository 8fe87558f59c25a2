import Experiments
import Findings
import Records
import SampleRecords
import Testing

@Suite("The gradient doctor")
struct DiagnosisTests {
  @Test("no layers, no verdict")
  func empty() { #expect(Diagnosis(norms: []) == nil) }

  @Test(
    "the verdict follows the thresholds it names, and a ratio on a threshold is still healthy",
    arguments: [
      ([1, 1], .healthy, "within"), ([1], .healthy, "within"),
      ([100, 1], .healthy, "within"), ([101, 1], .explodes, "above 100"),
      ([0.01, 1], .healthy, "within"), ([0.0099, 1], .vanishes, "below 1/100"),
      ([0, 0, 0], .vanishes, "10⁻⁶"), ([9e-7, 1e-9], .vanishes, "10⁻⁶"),
      ([1, 10_001, 1], .explodes, "10⁴"), ([1, .infinity, 1], .explodes, "not finite"),
      ([.nan, 1], .explodes, "not finite"), ([1, .nan], .explodes, "not finite"),
      ([1, 0], .explodes, "above 100"),
    ] as [([Double], Diagnosis.Verdict, String)])
  func verdicts(norms: [Double], verdict: Diagnosis.Verdict, reason: String) throws {
    let diagnosis = try #require(Diagnosis(norms: norms))
    #expect(diagnosis.verdict == verdict && diagnosis.reason.contains(reason))
  }
}

@Suite("What is closed at the start")
struct ClosedTests {
  /// The verdict at step 0 on weight gradients of a plain-8, by step and layer.
  private func verdict(recorded steps: [Int], _ norm: (Int, Int) -> Double) -> Diagnosis? {
    var run = sampleConfiguration()
    run.schedule.iterations = 200
    var record = RunRecord(configuration: run, context: .madeUp)
    record.gradients = RecordTable(
      steps.flatMap { step in
        record.run.layers.map { layer in
          GradientRow(
            step: step, layer: layer.place, kind: .weight, l2: norm(step, layer.index), rms: 0,
            maximum: 0, zeroFraction: 0)
        }
      })
    return record.diagnosis(at: 0)
  }

  @Test("zeros that are gone after the first steps; the verdict then stands beside it")
  func opens() throws {
    let found = try #require(verdict(recorded: [0, 1]) { $0 == 0 && $1 > 1 && $1 < 8 ? 0 : 2 })
    #expect(found.verdict == .closedAtStart && found.ratio == 1)
    #expect(found.reason.contains("6 of 7 layers") && found.reason.contains("healthy"))
    let exploding = verdict(recorded: [0, 2]) { $0 == 0 ? ($1 == 7 ? 0 : 1) : $1 == 1 ? 1000 : 1 }
    #expect(exploding?.verdict == .closedAtStart)
    #expect(exploding?.reason.contains("explodes") == true)
  }

  @Test("zeros that stay, that give way to next to nothing, or that leave late, vanish")
  func stays() {
    #expect(verdict(recorded: [0, 1]) { _, layer in layer < 4 ? 0 : 1 }?.verdict == .vanishes)
    #expect(
      verdict(recorded: [0, 1]) { $1 < 4 ? ($0 == 0 ? 0 : 1e-9) : 1 }?.verdict == .vanishes)
    #expect(verdict(recorded: [0, 119]) { $0 == 0 && $1 < 4 ? 0 : 1 }?.verdict == .vanishes)
    #expect(verdict(recorded: [0]) { _, layer in layer < 4 ? 0 : 1 }?.verdict == .vanishes)
    #expect(
      verdict(recorded: [0, 1]) { $1 < 4 ? ($0 == 0 ? 0 : .nan) : 1 }?.verdict == .vanishes)
  }
}

@Suite("What does not depend on how large weights are drawn")
struct RelativeGradientTests {
  /// A record with the same function at every scale: before normalization ∇f(αw) = ∇f(w)/α.
  private func record(scaledBy scale: (Int) -> Double, norms hasNorms: Bool = true) -> RunRecord {
    var record = RunRecord(configuration: sampleConfiguration(), context: .madeUp)
    record.gradients = RecordTable(
      record.run.layers.filter { $0.place.path == .main }.map { layer in
        let scale = scale(layer.index)
        return GradientRow(
          step: 0, layer: layer.place, kind: .weight, l2: 2 / scale, rms: 0, maximum: 0,
          zeroFraction: 0, weightNorm: hasNorms ? 3 * scale : nil, updateRatio: 1e-3)
      })
    return record
  }

  @Test("the verdict, and the doctor, are the same at every scale of every layer")
  func scaleFree() throws {
    for scale in [{ _ in 1 }, { $0 == 1 ? 1e-3 : 1 }, { Double($0 * $0) }] as [(Int) -> Double] {
      let record = record(scaledBy: scale)
      let diagnosis = try #require(record.diagnosis(at: 0))
      #expect(diagnosis.verdict == .healthy && abs(diagnosis.ratio - 1) < 1e-12)
      #expect(Examination(record).verdict == "healthy")
    }
  }

  @Test("where norms of weights are not known, those of gradients are compared")
  func unknownNorms() {
    let record = record(scaledBy: { $0 == 1 ? 1e-3 : 1 }, norms: false)
    #expect(record.diagnosis(at: 0)?.verdict == .explodes)
  }
}
