import Experiments
import Records
import Testing

@testable import Findings

/// A run of layers whose gradients, shares of zeros and updates are given step by step.
private struct Course: Sendable {
  var kinds = ["convolution", "convolution", "convolution", "linear"]
  var norms: @Sendable (_ layer: Int, _ step: Int) -> Double = { _, _ in 1 }
  var zeros: @Sendable (_ layer: Int, _ step: Int) -> Double = { _, _ in 0 }
  var updates: @Sendable (_ layer: Int, _ step: Int) -> Double? = { _, _ in 1e-3 }
  var losses: @Sendable (_ step: Int) -> Double = { _ in 1 }
  var errors: @Sendable (_ step: Int) -> Double = { _ in .nan }
  var rates: @Sendable (_ step: Int) -> Double = { _ in 0.1 }
  var steps = Array(0..<10)

  var record: RunRecord {
    let layers = kinds.enumerated().map { index, kind in
      RunDescription.Layer(
        LayerPlace(index: index + 1, name: "l\(index + 1)", stage: 1), kind: kind, parameters: 1)
    }
    var record = recordedRun(depth: kinds.count, layers: layers)
    record.steps = steps.map {
      StepRow(step: $0, loss: losses($0), error: errors($0), learningRate: rates($0))
    }
    record.gradients = RecordTable(
      steps.flatMap { step in
        layers.map { layer in
          GradientRow(
            step: step, layer: layer.place, kind: .weight, l2: norms(layer.index, step), rms: 0,
            maximum: 0, zeroFraction: zeros(layer.index, step), weightNorm: 1,
            updateRatio: updates(layer.index, step))
        }
      })
    return record
  }

  var symptoms: [Symptom] { Examination(record).symptoms }
}

@Suite("The doctor in words")
struct ExaminationTests {
  @Test("nothing is said of a healthy run but why it is one")
  func healthy() {
    let examination = Examination(Course(norms: { layer, _ in Double(layer) }).record)
    #expect(examination.symptoms.isEmpty && examination.verdict == "healthy")
    #expect(
      examination.reason
        == "At 10 recorded steps of 4 layers: ‖∇‖·‖w‖, first ÷ last, is 0.33, beyond 1/100 … 100 "
        + "never; the middle layer’s update ÷ weight is 1.0×10⁻³; no layer is dead.")
  }

  @Test(
    "each symptom is told from the norms, with its layers",
    arguments: [
      (Course(norms: { $1 >= 0 && $0 == 1 ? 0.009 : 1 }), Symptom.Kind.vanishes, ["l1"]),
      (Course(norms: { layer, _ in [0, 1e-9, 1, 1][layer - 1] }), .vanishes, ["l1", "l2"]),
      (Course(norms: { layer, _ in layer == 4 ? 1 : 1e-7 }), .vanishes, ["l1", "l2", "l3"]),
      (Course(norms: { layer, _ in layer == 1 ? 1e-7 : 1e-13 }), .vanishes, ["l1", "l2", "l3"]),
      (Course(norms: { layer, _ in layer == 1 ? 101 : 1 }), .explodes, ["l1"]),
      (Course(norms: { layer, _ in layer == 3 ? 10_001 : 200 }), .explodes, ["l3"]),
      (Course(norms: { layer, _ in layer == 2 ? 0.9e-4 : 1 }), .starves, ["l2"]),
      (
        Course(norms: { layer, _ in layer == 3 ? 0 : 1 }, zeros: { $1 < 0 ? 0 : $0 == 3 ? 1 : 0 }),
        .isDead, ["l3"]
      ),
      (
        Course(zeros: { layer, step in step == 0 ? 0 : layer == 2 ? 0.9 : 0.89 }), .isDead, ["l2"]
      ),
      (Course(updates: { layer, _ in layer == 1 ? 0.9e-5 : nil }), .rests, ["l1"]),
      (Course(updates: { layer, _ in layer > 2 ? 0.11 : 0.1 }), .thrashes, ["l3", "l4"]),
      (
        Course(norms: { layer, step in layer < 3 && step == 4 ? .nan : 1 }), .notFinite,
        ["l1", "l2"]
      ),
      (Course(losses: { $0 > 5 ? .infinity : 1 }), .notFinite, []),
    ] as [(Course, Symptom.Kind, [String])])
  private func told(course: Course, kind: Symptom.Kind, layers: [String]) {
    let symptoms = course.symptoms
    #expect(symptoms.map(\.kind) == [kind] && symptoms.first?.layers == layers, "\(symptoms)")
    #expect(symptoms.first?.layerCount == 4)
  }

  @Test(
    "what only looks like one is not told",
    arguments: [
      // An earlier layer gets more: the gradient has come so far.
      Course(norms: { layer, _ in layer == 2 ? 0.009 : 1 }),
      // There is nothing left to learn.
      Course(norms: { $1 > 2 ? 1e-8 : 1 }, losses: { $0 > 2 ? 1e-9 : 1 }),
      // Most weights of a kernel that is larger than its image never get anything.
      Course(zeros: { layer, step in layer == 2 ? 0.95 + Double(step) / 1000 : 0 }),
      // A step touches a few rows of a table of words.
      Course(kinds: ["Embedding", "a", "b", "c"], zeros: { layer, _ in layer == 1 ? 0.99 : 0 }),
      // The rate is meant to be near zero.
      Course(
        updates: { $1 < 0 || $0 > 9 ? nil : $1 > 5 ? 1e-9 : 1e-3 }, rates: { $0 > 5 ? 1e-4 : 0.1 }),
      Course(updates: { _, _ in 0 }, rates: { _ in 0 }),
      // A block or an expert that is not used at every step comes back.
      Course(
        norms: { $0 == 2 && $1 % 7 < 4 || $0 == 3 && $1 % 5 < 3 ? 0 : 1 }, steps: Array(0..<70)),
      // Gradients of skipped steps are not known.
      Course(
        norms: { _, step in step > 4 ? .nan : 1 }, zeros: { _, step in step > 4 ? .nan : 0 },
        updates: { _, step in step > 4 ? 0 : 1e-3 }),
      // A step that is skipped because its gradients are not finite changes nothing.
      Course(
        norms: { _, step in step == 4 ? .infinity : 1 }, updates: { $1 == 4 && $0 > 0 ? 0 : 1e-3 }),
      // For two steps, and over.
      Course(norms: { layer, step in layer == 1 && (3...4).contains(step) ? 1e-9 : 1 }),
    ])
  private func quiet(course: Course) { #expect(course.symptoms.isEmpty, "\(course.symptoms)") }

  @Test(
    "when it began and since when it is over is told, of the spell that lasts or is the longest")
  func spells() throws {
    func vanishing(_ steps: Set<Int>) -> Course {
      Course(
        norms: { layer, step in layer == 1 && steps.contains(step) ? 1e-3 : 1 },
        steps: [0, 1, 2, 3, 10, 20, 30, 40, 50, 60])
    }
    let early = try #require(vanishing([1, 2, 3, 10]).symptoms.first)
    #expect((early.firstStep, early.lastStep, early.overSince) == (1, 10, 20))
    #expect(early.time == "from step 1 to 10, over since step 20" && early.otherSpells == 0)
    #expect(Examination(vanishing([1, 2, 3]).record).verdict == "healthy since step 10")
    let late = try #require(vanishing([0, 1, 2, 3, 40, 50, 60]).symptoms.first)
    #expect((late.firstStep, late.overSince, late.otherSpells) == (40, nil, 1))
    #expect(late.time == "from step 40 to the end" && late.evidence.contains("“l1” gets 1.0×10⁻³"))
    #expect(Examination(vanishing([40, 50, 60]).record).verdict == "vanishes")
    #expect(vanishing([50, 60]).symptoms.isEmpty)
    let three = try #require(vanishing([0, 1, 2, 20, 30, 40, 50]).symptoms.first)
    #expect((three.firstStep, three.lastStep, three.otherSpells) == (20, 50, 1))
  }

  @Test("a layer that came back and then no more is dead, and not those beside it that come back")
  func died() throws {
    func dead(from step: Int) -> Course {
      Course(
        norms: { $0 == 2 && $1 % 7 < 4 || $0 == 3 && ($1 % 5 < 3 || $1 >= step) ? 0 : 1 },
        steps: Array(0..<70))
    }
    let symptom = try #require(dead(from: 40).symptoms.first)
    #expect((symptom.kind, symptom.layers, symptom.firstStep) == (.isDead, ["l3"], 40))
    #expect(symptom.overSince == nil && symptom.evidence.contains("“l3”"))
    // For two steps more than otherwise is no sign of it.
    #expect(dead(from: 65).symptoms.isEmpty)
    // Once or twice is not often.
    let once = Course(norms: { $0 == 2 && (3...6).contains($1) ? 0 : 1 })
    #expect(once.symptoms.first?.time == "from step 3 to 6, over since step 7")
  }

  @Test("of two layers the first is not compared with itself")
  func twoLayers() {
    let examination = Examination(Course(kinds: ["linear", "linear"]).record)
    #expect(examination.ratios == nil && examination.verdict == "healthy")
    #expect(!examination.reason.contains("first ÷ last"))
  }

  @Test("of fewer than three recorded steps each counts")
  func short() {
    let course = Course(norms: { layer, _ in layer == 1 ? 1e-3 : 1 }, steps: [7])
    #expect(course.symptoms.map(\.time) == ["at step 7"])
    #expect(Course(kinds: ["linear"], steps: [0]).symptoms.isEmpty)
    let nothing = Examination(Course(steps: []).record)
    #expect(nothing.symptoms.isEmpty && nothing.verdict == "nothing is known of its gradients")
  }

  @Test("of healthy gradients with which nothing is learned both is said")
  func standstill() {
    func text(steps: Int = 200, _ errors: @escaping @Sendable (Int) -> Double) -> String {
      let record = Course(errors: errors, steps: Array(0..<steps)).record
      return Examination(record).text(of: record, named: "a")
    }
    #expect(
      text { $0 < 10 ? 90 : $0 < 190 ? 50 : 88 }.hasSuffix(
        "\nYet it has hardly learned: the training error was 90.0 % in the first twentieth of the "
          + "steps, and is 88.0 % in the last."))
    // It has learned; it had before; errors are not known, or of too few steps.
    for errors: @Sendable (Int) -> Double in [
      { 90 - Double($0) / 20 }, { _ in 5 }, { _ in .nan },
    ] {
      #expect(!text(errors).contains("Yet"))
    }
    #expect(!text(steps: 99) { _ in 90 }.contains("Yet"))
    // What is wrong at the end is told, and that it does not learn would be no news.
    let ill = Course(
      norms: { layer, _ in layer == 1 ? 1e-3 : 1 }, errors: { _ in 90 }, steps: Array(0..<200))
    #expect(!Examination(ill.record).text(of: ill.record, named: "a").contains("Yet"))
  }

  @Test("a loss that is not finite to the end stays so")
  func diverged() {
    let ended = Course(losses: { $0 > 5 ? .nan : 1 }).symptoms
    #expect(ended.map(\.overSince) == [nil] && ended.first?.firstStep == 6)
    let over = Course(losses: { $0 == 5 ? .nan : 1 }).symptoms
    #expect(over.map(\.overSince) == [6])
  }

  @Test("places name few layers and the ends of many", arguments: Symptom.Kind.allCases)
  func words(kind: Symptom.Kind) {
    func symptom(_ layers: [String]) -> Symptom {
      Symptom(
        kind: kind, layers: layers, layerCount: 1234, firstStep: 0, lastStep: 0, overSince: nil,
        evidence: "", otherSpells: 0)
    }
    #expect(symptom(["a"]).place == "1 of 1,234 layers: “a”")
    #expect(symptom(["a", "b", "c"]).place == "3 of 1,234 layers: “a”, “b” and “c”")
    #expect(symptom(["a", "b", "c", "d"]).place == "4 of 1,234 layers: “a” to “d”")
    #expect(symptom([]).place == "the loss")
    #expect(
      !kind.threshold.isEmpty && kind.cause.hasPrefix("Usually ")
        && kind.advice(to: recordedRun().run).count > 1)
  }

  @Test("every lesson that advice leads to is there")
  func lessons() {
    for advice in Symptom.Kind.allCases.flatMap({ $0.advice(to: recordedRun().run) }) {
      guard let lesson = advice.lesson else { continue }
      #expect(
        lesson.fileName.hasPrefix(
          lesson.rawValue < 10 ? "0\(lesson.rawValue)-" : "\(lesson.rawValue)-"))
    }
  }
}
