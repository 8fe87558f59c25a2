import Experiments
import Explorer
import Figures
import Findings
import Records
import Wording

extension RunCommand {
  /// Draws the figures of an experiment of which at least one seed is complete; nothing otherwise.
  func draw(_ experiment: Experiment, _ plan: Experiment.Plan) throws {
    let store = RecordStore(output: options.output)
    guard let complete = try store.finishedRuns(of: experiment, plan) else { return }
    let drawing = FigureDrawing(output: options.output)
    let drawn = try drawing.draw(drawing.figures(of: experiment), from: complete)
    let pages = PageWriting()
    let page = pages.path(of: complete, in: options.output)
    try pages.write(complete, to: page)
    tell(drawn, page: page)
  }

  /// Draws what has finished of some runs: the figures of their experiment where its first seed is complete,
  /// otherwise those that any runs have.
  func drawFinished(
    _ runs: [RunConfiguration], of experiment: Experiment, _ plan: Experiment.Plan
  ) throws {
    let store = RecordStore(output: options.output)
    let records = try runs.filter(store.has).map { try store.load($0) }
    guard !records.isEmpty else {
      throw Complaint(
        "Nothing of \(experiment.name) has finished in \(options.output)/runs: there is nothing to draw."
      )
    }
    print(OutcomeTable(records).text)
    let missing = zip(runs, runs.namesWithSeeds).filter { !store.has($0.0) }.map(\.1)
    if !missing.isEmpty { say("Not finished: \(sentenceList(missing)).\n") }
    if try store.finishedRuns(of: experiment, plan) != nil {
      return try draw(experiment, plan)
    }
    let name = "\(sweepName(of: experiment, plan))-so-far"
    let comparison = Comparison(records)
    let drawing = FigureDrawing(output: options.output)
    let drawn = try Figure.recorded(name, of: comparison).map { figure in
      try drawing.draw(figure, of: comparison)
    }
    let page = "\(options.output)/explore/\(name).html"
    let explored = records.map { ExploredRun(name: $0.configuration.runName, record: $0) }
    try PageWriting().write(explored, to: page)
    tell(drawn, page: page)
  }

  private func tell(_ drawn: [FigureDrawing.Drawn], page: String) {
    print("\nCharts:")
    for path in drawn.flatMap(\.paths) where path.hasSuffix(".png") { print("  \(path)") }
    print("\nTo play with, in a browser:\n  \(page)")
  }
}
