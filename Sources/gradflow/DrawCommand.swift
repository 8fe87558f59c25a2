import ArgumentParser
import CairoRendering
import Charts
import Experiments
import Figures
import Findings
import Records
import Wording

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Draws figures from the records, without training.")

  @Argument(
    help: """
      The figures, as in `gradflow list`, or YAML files of your own experiments. (default: all that \
      have records, or need none)
      """)
  var figures: [String] = []

  @Option(help: "Which files to make, with commas between.")
  var format = PictureFormats()

  @Option(help: "light or dark; the names of dark figures end in -dark.")
  var theme = FigureTheme.light

  @Option(
    help: ArgumentHelp(
      "Draw the runs of this budget. (default: the largest with all of its seeds, and a larger one that has begun)",
      valueName: "budget"))
  var budget: Budget?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Draw these runs beside each other instead: folders of records, of any program, finished or not.",
      valueName: "dir"))
  var runs: [String] = []

  @Option(
    help: "What the figures of --runs are called. (default: after the runs)")
  var name: String?

  @OptionGroup var options: OutputOptions

  func validate() throws {
    if runs.isEmpty, name != nil {
      throw ValidationError("--name is for the figures of --runs.")
    }
    if !runs.isEmpty, !figures.isEmpty || budget != nil {
      throw ValidationError("With --runs no other figures are named, and no budget.")
    }
  }

  func run() throws {
    if !runs.isEmpty { return try drawRuns() }
    let drawing = FigureDrawing(output: options.output, formats: format.formats, theme: theme)
    let files = figures.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    let names = figures.filter { !files.contains($0) }
    let chosen = try figures.isEmpty ? Figure.catalog : names.map(findFigure)
    let groups =
      Experiment.catalog.map { experiment in
        (experiment, chosen.filter { $0.experiment?.name == experiment.name })
      } + (try files.map { try findExperiment($0) }).map { ($0, drawing.figures(of: $0)) }
    let store = RecordStore(output: options.output)
    var gallery = Gallery()
    var withoutRecords: [(command: String, figures: [String])] = []
    var damaged: [RecordError] = []
    for (experiment, figures) in groups where !figures.isEmpty {
      let all: [FinishedRuns]
      do throws(RecordError) {
        all =
          if let budget {
            [try store.finishedRuns(of: experiment, at: budget)].compactMap(\.self)
          } else {
            try store.allFinishedRuns(of: experiment)
          }
      } catch {
        // What others show can be drawn all the same.
        damaged.append(error)
        continue
      }
      var missing = figures
      for finished in all {
        gallery.add(try drawing.draw(figures, from: finished), of: finished)
        missing.removeAll { $0.canShow(finished.comparison) }
      }
      if !missing.isEmpty {
        withoutRecords.append(("gradflow run \(experiment.arguments)", missing.map(\.name)))
      }
    }
    for recordings in Recordings.catalog {
      let figures = chosen.filter { $0.recordings == recordings }
      if figures.isEmpty { continue }
      let found: Comparison?
      do throws(RecordError) {
        found = try store.comparison(of: recordings)
      } catch {
        damaged.append(error)
        continue
      }
      if let found {
        gallery.add(try figures.map { try drawing.draw($0, of: found) }, of: recordings, found)
      } else {
        withoutRecords.append((recordings.command, figures.map(\.name)))
      }
    }
    gallery.add(
      structures: try chosen.filter(\.isOfStructures).map {
        try drawing.write($0.picture(), named: $0.name)
      })
    for path in gallery.paths { print(path) }
    try complain(of: damaged)
    // The gallery is of everything as it stands by default.
    if figures.isEmpty, budget == nil, theme == .light {
      try writeAtomically(Array(gallery.text.utf8), to: "\(options.output)/README.md")
      print("\(options.output)/README.md")
    }
    guard !withoutRecords.isEmpty else { return }
    let message = withoutRecords.map { command, figures in
      "There are no records for \(sentenceList(figures)) in \(options.output)/runs. "
        + "Make them with `\(command)`."
    }.joined(separator: "\n")
    // Who names a figure wants it; who names none wants those that there are.
    guard figures.isEmpty else { throw Complaint(message) }
    say("\(message)\n")
  }
}

extension DrawCommand {
  /// Draws any runs beside each other.
  private func drawRuns() throws {
    let folders = try runFolders(runs)
    let comparison = Comparison(try folders.map { try $0.record() })
    let drawing = FigureDrawing(output: options.output, formats: format.formats, theme: theme)
    let title = fileName(name ?? joined(folders.map(\.name)))
    for figure in Figure.recorded(title, of: comparison) {
      for path in try drawing.draw(figure, of: comparison).paths { print(path) }
    }
  }

  /// `encoder`, `encoder-and-decoder`, `encoder-and-5-others`.
  private func joined(_ names: [String]) -> String {
    names.count <= 3
      ? names.joined(separator: "-and-") : "\(names[0])-and-\(names.count - 1)-others"
  }

  /// Complains about a figure that there is none of.
  func requireKnownFigures() throws {
    for name in figures where !name.hasSuffix(".yaml") && !name.hasSuffix(".yml") {
      _ = try findFigure(name)
    }
  }
}

private func findFigure(_ name: String) throws -> Figure {
  if let found = Figure.catalog.first(where: { $0.name == name }) { return found }
  throw Complaint(unknown("figure", name, among: Figure.catalog.map(\.name)))
}

/// The kinds of files that figures are written as.
struct PictureFormats: ExpressibleByArgument {
  var formats = PictureFormat.all

  init() {}

  init?(argument: String) {
    let names = argument.split(separator: ",").map(String.init)
    formats = PictureFormat.all.filter { names.contains($0.ending) }
    if formats.count != Set(names).count || names.isEmpty { return nil }
  }

  var defaultValueDescription: String { Self.allValueStrings.joined(separator: ",") }
  static var allValueStrings: [String] { PictureFormat.all.map(\.ending) }
}

/// The colours that figures are drawn in.
enum FigureTheme: String, CaseIterable, ExpressibleByArgument {
  case light, dark

  var theme: Theme { self == .light ? .light : .dark }
}
