import Architectures
import Charts
import Experiments
import Figures
import Findings
package import Records
import Wording

/// What placeholders stand for: numbers of finished runs, tables of them, and figures.
package final class Results {
  /// The records that the lessons speak of.
  let reference: RecordStore
  /// A learner's own, shown beside them; nil where there are none.
  let own: RecordStore?
  private let pathOfFigure: (_ name: String) -> String
  private var loaded: [String: RunRecord] = [:]

  /// `pathOfFigure` leads from the lessons to the picture of a name.
  package init(
    reference: RecordStore, own: RecordStore? = nil,
    pathOfFigure: @escaping (_ name: String) -> String = { "../output/figures/\($0).png" }
  ) {
    self.reference = reference
    self.own = own
    self.pathOfFigure = pathOfFigure
  }

  /// The lines of a block, by the words of the comment that begins it.
  func block(_ words: [String]) throws -> [String] {
    switch (words.first, words.count) {
    case ("figure", 2): try figure(words[1])
    case ("figure", 3): try figure(words[1], at: words[2])
    case ("results", 3): try table(try plan(words[1], words[2]))
    case ("diagnosis", 2): try diagnosis(words[1])
    default:
      throw ResultError.form(
        "“\(words.joined(separator: " "))” is not understood; blocks are `figure NAME`, "
          + "`figure NAME BUDGET`, `results EXPERIMENT BUDGET` and `diagnosis RUN`.")
    }
  }

  /// The doctor's words about a run of the reference.
  private func diagnosis(_ run: String) throws -> [String] {
    let record = try recorded(run)
    let text = Examination(record).text(of: record, named: run)
    return ["```text"]
      + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      + ["```"]
  }

  /// A run of the reference by the name of its folder.
  func recorded(_ run: String) throws -> RunRecord {
    let known = reference.runNames()
    guard known.contains(run) else {
      let recorded = Recordings.catalog.flatMap(\.runs)
      throw ResultError.unknown("run", run, among: recorded)
    }
    if let record = loaded[run] { return record }
    let record = try reference.load(run)
    loaded[run] = record
    return record
  }

  /// A figure of the reference's records, with its words; of those of a budget, or of what shows the most.
  private func figure(_ name: String, at budget: String? = nil) throws -> [String] {
    let found = try found(name, at: budget)
    let picture = found.figure.picture(of: found.runs)
    let claim = [picture.titleSentence, picture.subtitle].filter { !$0.isEmpty }
      .joined(separator: " ")
    return [
      "![\(escapedMarkdown(picture.alternativeText))](\(found.path))", "",
      "*\(escapedMarkdown(claim))*<br><sub>\(escapedMarkdown(picture.caption))</sub>",
    ]
  }

  /// The way from the lessons to the picture of a figure, by its name and, where one is given, its budget.
  func figurePath(_ words: [String]) throws -> String {
    guard let name = words.first, words.count <= 2 else {
      throw ResultError.unknown("figure", words.joined(separator: " "), among: [])
    }
    return try found(name, at: words.dropFirst().first).path
  }

  /// A figure, the records of the reference that it shows, if it needs any, and the way from the lessons to its
  /// picture.
  private func found(
    _ name: String, at budget: String?
  ) throws -> (figure: Figure, runs: Comparison?, path: String) {
    guard let figure = Figure.catalog.first(where: { $0.name == name }) else {
      throw ResultError.unknown("figure", name, among: Figure.catalog.map(\.name))
    }
    switch figure.source {
    case .experiment(let experiment):
      let planned = try budget.map { try plan(experiment.name, $0) }
      if let runs = try reference.finishedRuns(of: experiment, at: planned?.plan.budget),
        figure.canShow(runs.comparison)
      {
        return (figure, runs.comparison, pathOfFigure(name + runs.suffix))
      }
      let command = planned?.command ?? "gradflow run \(experiment.name)"
      throw ResultError.missing("figure \(name)", command: command)
    case .recordings(let recordings):
      if let runs = try reference.comparison(of: recordings) {
        return (figure, runs, pathOfFigure(name))
      }
      throw ResultError.missing("figure \(name)", command: recordings.command)
    case .structures, .runs: return (figure, nil, pathOfFigure(name))
    }
  }

  /// The plan of an experiment at a budget.
  func plan(_ name: String, _ budget: String) throws -> PlannedExperiment {
    guard let experiment = Experiment.named(name) else {
      throw ResultError.unknown("experiment", name, among: Experiment.catalog.map(\.name))
    }
    guard let budget = Budget(rawValue: budget), let plan = experiment.plan(at: budget) else {
      throw ResultError.unknown(
        "budget of \(name)", budget, among: experiment.plans.map(\.budget.rawValue))
    }
    return PlannedExperiment(experiment: experiment, plan: plan)
  }

  /// The records of the runs that a condition holds for, of as many seeds as there are; empty where a
  /// run of the first seed is missing.
  func records(
    of plan: Experiment.Plan, in store: RecordStore, where isMeant: (RunConfiguration) -> Bool
  ) throws -> [RunRecord] {
    try store.completeSeeds(of: plan, where: isMeant).flatMap { runs in
      try runs.map { try load($0, from: store) }
    }
  }

  private func load(_ run: RunConfiguration, from store: RecordStore) throws -> RunRecord {
    let path = "\(store.output)/\(run.runName)"
    if let known = loaded[path] { return known }
    let record = try store.load(run)
    loaded[path] = record
    return record
  }
}

/// An experiment at one of its budgets.
struct PlannedExperiment {
  let experiment: Experiment
  let plan: Experiment.Plan

  /// What makes its records.
  var command: String { "gradflow run \(experiment.name) --budget \(plan.budget.rawValue)" }
}

/// A placeholder that cannot be filled.
enum ResultError: Error, CustomStringConvertible {
  case form(String)
  case unknown(String, String, among: [String])
  case missing(String, command: String)

  var description: String {
    switch self {
    case .form(let sentence): sentence
    case .unknown(let kind, let name, let names):
      "there is no \(kind) “\(name.prefix(60))”."
        + (nearest(to: name, among: names).map { " Did you mean “\($0)”?" }
          ?? " Known are \(names.joined(separator: ", ")).")
    case .missing(let what, let command):
      "there are no records for \(what); `\(command)` makes them."
    }
  }
}
