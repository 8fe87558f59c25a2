import Experiments
import Findings
import Records
import Wording

/// What a page is told of a run beside its numbers.
struct RunHead: Encodable {
  /// That of its folder, which no other run has.
  let name: String
  /// What it is called among the runs of the page.
  let label: String
  let network: String
  let role: String
  let depth: Int
  /// The place of its structure in the list of them.
  let structure: Int
  let isGrowing: Bool
  let seed: UInt64?
  /// How many steps it has, or is to have.
  let iterations: Int
  /// Data, networks and recipe, a sentence.
  let conditions: String
  /// Whether it was trained by gradflow.
  let isOurs: Bool
  /// Whether step 0 is the network as it was initialized.
  let beginsAtInitialization: Bool
  /// Which data the evaluation error is about, a phrase.
  let evaluationSet: String
  let verdict: String
  /// All that the doctor says of it.
  let diagnosis: String
  /// What is seen at single steps.
  var notes: [Note] = []
  var tables: [PackedTable] = []

  init(_ run: ExploredRun, label: String, structure: Int) {
    let description = run.record.run
    let examination = Examination(run.record)
    name = run.name
    self.label = label
    network = description.subject.name
    role = description.subject.role.rawValue
    depth = description.subject.depth
    self.structure = structure
    isGrowing = run.isGrowing
    seed = run.record.seed
    iterations = run.record.iterations
    conditions = Comparison([run.record]).caption()
    isOurs = description.configuration != nil
    beginsAtInitialization = isOurs
    evaluationSet = run.record.evaluationSet
    verdict = examination.verdict
    diagnosis = examination.text(of: run.record, named: run.name, isGrowing: run.isGrowing)
  }

  /// The layers of a network, and its blocks.
  struct Structure: Encodable, Hashable {
    let layers: [Layer]
    let blocks: [Block]

    struct Layer: Encodable, Hashable {
      let index: Int
      let name: String
      let stage: Int
      let isMain: Bool
      let kind: String
      let parameters: Int
      let filters: Int?
    }

    struct Block: Encodable, Hashable {
      let name: String
      let stage: Int
      let changesShape: Bool
    }

    init(_ run: RunDescription) {
      layers = run.layers.map { layer in
        Layer(
          index: layer.index, name: layer.name, stage: layer.stage, isMain: layer.path == .main,
          kind: layer.kind, parameters: layer.parameters, filters: layer.filters)
      }
      blocks = (run.blocks ?? []).map { block in
        Block(name: block.name, stage: block.stage, changesShape: block.changesShape)
      }
    }
  }

  /// What the doctor sees at one step, in the words of ``Examination``.
  struct Note: Encodable {
    let step: Int
    let kind: String
    let place: String
    let evidence: String

    init(_ sighting: Sighting, at step: Int, of run: RunDescription) {
      self.step = step
      kind = sighting.kind.rawValue
      place = sighting.place(among: run.layers.count)
      evidence = sighting.evidence
    }
  }
}

/// What the doctor says of a symptom wherever it is seen.
struct SymptomWords: Encodable {
  let threshold: String
  let cause: String

  /// Of every symptom, by its name.
  static let all: [String: SymptomWords] = Dictionary(
    uniqueKeysWithValues: Symptom.Kind.allCases.map {
      ($0.rawValue, SymptomWords(threshold: $0.threshold, cause: $0.cause))
    })
}
