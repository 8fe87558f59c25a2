import CairoRendering
import Charts
import Experiments
import Explorer
import Figures
import Findings
import Records
import Wording

/// Makes pages in which runs can be looked at from every side.
struct PageWriting {
  /// What a page without a script shows are the first figures; more would make it large.
  private static let stillLimit = 2
  /// Larger pages are refused: browsers take their time with them.
  private static let sizeLimit = 100 << 20

  /// Where the page of an experiment's finished runs is, beside its figures.
  func path(of finished: FinishedRuns, in output: String) -> String {
    "\(output)/explore/\(fileName(finished.experiment.name + finished.suffix)).html"
  }

  /// Writes the page of an experiment's finished runs.
  func write(_ finished: FinishedRuns, to path: String) throws {
    let runs = finished.records.map { record in
      ExploredRun(name: record.configuration.runName, record: record)
    }
    let figures = FigureDrawing(output: "").figures(of: finished.experiment)
    try write(
      Page(
        title: "\(finished.experiment.name): explorer", question: finished.experiment.question,
        origin: finished.comparison.caption(),
        stills: try stills(figures, of: finished.comparison)), of: runs, to: path)
  }

  /// Writes the page of any runs.
  func write(_ runs: [ExploredRun], to path: String) throws {
    let comparison = Comparison(runs.map(\.record))
    let title = comparison.groups.count <= 4 ? comparison.groups.map(\.name) : []
    let figures = runs.count <= 4 ? Figure.recorded("still", of: comparison) : []
    try write(
      Page(
        title: "\(title.isEmpty ? counted(runs.count, "run") : sentenceList(title)): explorer",
        origin: runs.count <= 4 ? comparison.caption() : "",
        stills: try stills(figures, of: comparison)), of: runs, to: path)
  }

  private func write(_ page: Page, of runs: [ExploredRun], to path: String) throws {
    let bytes = page.html(showing: PackedRuns(runs))
    guard bytes.count <= Self.sizeLimit else {
      throw Complaint(
        "The page would have \(bytes.count >> 20) MB, and browsers do not like more than "
          + "\(Self.sizeLimit >> 20): choose fewer runs, or record more rarely.")
    }
    try writeAtomically(bytes, to: path)
  }

  private func stills(_ figures: [Figure], of comparison: Comparison) throws -> [Page.Still] {
    guard let svg = PictureFormat.all.first(where: { $0.ending == "svg" }) else { return [] }
    return try figures.prefix(Self.stillLimit).map { figure in
      let picture = figure.picture(of: comparison)
      let scene = picture.laidOut(measuring: try textMeasurer(), theme: .light)
      return Page.Still(alternativeText: picture.alternativeText, svg: try svg.encode(scene))
    }
  }
}
