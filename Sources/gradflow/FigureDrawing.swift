import CairoRendering
import Charts
import Experiments
import Figures
import Records

/// Makes the files of figures in an output folder.
struct FigureDrawing {
  let output: String
  var formats = FigureFormats.all
  var theme = FigureTheme.light

  init(output: String, formats: FigureFormats = .all, theme: FigureTheme = .light) {
    self.output = output
    self.formats = formats
    self.theme = theme
  }

  /// Finished runs of an experiment, and which budget they are of.
  struct Records {
    let experiment: Experiment
    let budget: Budget
    let records: [RunRecord]
    /// What the names of their figures end in: nothing if the figures show the most that there is.
    let suffix: String
  }

  /// The figures of an experiment of the catalog, or those that any other has.
  func figures(of experiment: Experiment) -> [Figure] {
    let own = Figure.catalog.filter { $0.experiment?.name == experiment.name }
    return own.isEmpty ? Figure.standard(for: experiment) : own
  }

  /// The finished runs that an experiment's figures show: those of the largest budget that has some,
  /// on its own images before synthetic ones; or those of a given budget.
  func records(of experiment: Experiment, at budget: Budget? = nil) throws -> Records? {
    guard
      let plan = plansWithRecords(of: experiment).first(where: { budget ?? $0.budget == $0.budget })
    else { return nil }
    return try records(of: experiment, plan)
  }

  /// The finished runs of a plan; of as many seeds, counted from 0, as are complete. Nil where none
  /// is.
  func records(of experiment: Experiment, _ plan: Experiment.Plan) throws -> Records? {
    let store = RecordStore(output: output)
    let complete = completeSeeds(of: plan).joined()
    guard !complete.isEmpty else { return nil }
    let most = plansWithRecords(of: experiment).first
    let isMost = most.map { $0.runs(ofSeed: 0) == plan.runs(ofSeed: 0) } ?? true
    let isSynthetic = plan.runs(ofSeed: 0).contains { $0.dataset.name == .synthetic }
    let budget = isMost ? "" : "-\(plan.budget.rawValue)\(isSynthetic ? "-synthetic" : "")"
    return Records(
      experiment: experiment, budget: plan.budget,
      records: try complete.map { try store.load($0) }, suffix: budget + experiment.settingsSuffix)
  }

  /// The plans that figures can be drawn of, the one with the most to show first.
  private func plansWithRecords(of experiment: Experiment) -> [Experiment.Plan] {
    let plans = experiment.plans.reversed()
    return (plans + plans.map(\.onSyntheticImages)).filter { !completeSeeds(of: $0).isEmpty }
  }

  private func completeSeeds(of plan: Experiment.Plan) -> [[RunConfiguration]] {
    let store = RecordStore(output: output)
    return (0..<UInt64.max).lazy.map { plan.runs(ofSeed: $0) }
      .prefix { !$0.isEmpty && $0.allSatisfy(store.has) }.map { $0 }
  }

  /// A figure as it was drawn.
  struct Drawn {
    let name: String
    let picture: Picture
    /// Of its files.
    let paths: [String]
  }

  /// Draws figures from records.
  func draw(_ figures: [Figure], from records: Records) throws -> [Drawn] {
    try figures.map {
      try write(
        $0.picture(of: records.records, at: records.budget, variant: records.experiment),
        named: $0.name + records.suffix)
    }
  }

  /// Writes one picture in every format asked for, its numbers beside it.
  func write(_ picture: Picture, named name: String) throws -> Drawn {
    let scene = picture.laidOut(measuring: PangoMeasurer(), theme: theme.theme)
    let base = "\(output)/figures/\(name)"
    let path = "\(base)\(theme == .dark ? "-dark" : "")"
    var paths: [String] = []
    if formats.contains(.png) {
      try writeAtomically(try scene.png(), to: "\(path).png")
      paths.append("\(path).png")
    }
    if formats.contains(.svg) {
      try writeAtomically(try scene.svg(), to: "\(path).svg")
      paths.append("\(path).svg")
    }
    if let table = picture.table {
      try writeAtomically(table.csv, to: "\(base).csv")
      paths.append("\(base).csv")
    }
    return Drawn(name: name, picture: picture, paths: paths)
  }
}

extension Experiment {
  /// What the names of figures end in where settings differ: `-base-0.05`.
  fileprivate var settingsSuffix: String {
    settings.map { assignment in
      let key = assignment.setting.key.split(separator: ".").last ?? ""
      let value = assignment.value.lowercased().map {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-"
      }
      return "-\(key)-\(String(value.prefix(40)))"
    }.joined()
  }
}
