import ArgumentParser
import Charts
import Experiments
import Figures
import Records

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draws figures from the records, without training.")

  @Argument(
    help: "The figures, as in `gradflow list`. (default: all that have records, or need none)")
  var figures: [String] = []

  @Option(help: "Which files to make: png, svg, or both with a comma between.")
  var format = FigureFormats.all

  @Option(help: "light or dark; the names of dark figures end in -dark.")
  var theme = FigureTheme.light

  @Option(
    help: ArgumentHelp(
      "Draw the runs of this budget. (default: of the largest that has records)",
      valueName: "budget"))
  var budget: Budget?

  @OptionGroup var options: OutputOptions

  func run() throws {
    let drawing = FigureDrawing(output: options.output, formats: format, theme: theme)
    let chosen = try figures.isEmpty ? Figure.catalog : figures.map(findFigure)
    var paths: [String] = []
    var withoutRecords: [Figure] = []
    for experiment in Experiment.catalog {
      let own = chosen.filter { $0.experiment?.name == experiment.name }
      if own.isEmpty { continue }
      if let records = try drawing.records(of: experiment, at: budget) {
        paths += try drawing.draw(own, from: records)
      } else {
        withoutRecords += own
      }
    }
    for figure in chosen where figure.experiment == nil {
      paths += try drawing.write(figure.picture(), named: figure.name)
    }
    for path in paths { print(path) }
    guard let figure = withoutRecords.first, let experiment = figure.experiment else { return }
    let message =
      "There are no records for \(figure.name) in \(options.output)/runs. "
      + "Make them with `gradflow run \(experiment.name)`."
    // Who names a figure wants it; who names none wants those that there are.
    guard figures.isEmpty else { throw Complaint(message) }
    say("\(message)\n")
  }
}

private func findFigure(_ name: String) throws -> Figure {
  if let found = Figure.catalog.first(where: { $0.name == name }) { return found }
  throw Complaint(unknown("figure", name, among: Figure.catalog.map(\.name)))
}

/// The kinds of files that a figure is written as.
struct FigureFormats: OptionSet, ExpressibleByArgument {
  let rawValue: Int
  static let png = FigureFormats(rawValue: 1)
  static let svg = FigureFormats(rawValue: 2)
  static let all: FigureFormats = [.png, .svg]

  init(rawValue: Int) { self.rawValue = rawValue }

  init?(argument: String) {
    self = []
    for word in argument.split(separator: ",") {
      switch word {
      case "png": insert(.png)
      case "svg": insert(.svg)
      default: return nil
      }
    }
    if isEmpty { return nil }
  }

  var defaultValueDescription: String { "png,svg" }
}

/// The colours that figures are drawn in.
enum FigureTheme: String, CaseIterable, ExpressibleByArgument {
  case light, dark

  var theme: Theme { self == .light ? .light : .dark }
}
