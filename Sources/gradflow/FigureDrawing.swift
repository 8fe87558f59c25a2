import CairoRendering
import Charts
import Experiments
import Figures
import Findings
import Records

/// Makes the files of figures in an output folder.
struct FigureDrawing {
  let output: String
  var formats = PictureFormat.all
  var theme = FigureTheme.light

  /// The figures of an experiment of the catalog, or those that any other has.
  func figures(of experiment: Experiment) -> [Figure] {
    let own = Figure.catalog.filter { $0.experiment?.name == experiment.name }
    return own.isEmpty ? Figure.standard(for: experiment) : own
  }

  /// A figure as it was drawn.
  struct Drawn {
    let name: String
    let picture: Picture
    let hasTable: Bool
    /// Of its files.
    let paths: [String]
  }

  /// Draws those figures that records have data for.
  func draw(_ figures: [Figure], from finished: FinishedRuns) throws -> [Drawn] {
    let comparison = finished.comparison
    return try figures.filter { $0.canShow(comparison) }.map {
      try draw($0, of: comparison, suffix: finished.suffix)
    }
  }

  /// Draws a figure of any runs.
  func draw(_ figure: Figure, of runs: Comparison, suffix: String = "") throws -> Drawn {
    try write(figure.picture(of: runs), named: figure.name + suffix)
  }

  /// Writes one picture in every format asked for, its numbers beside it.
  func write(_ picture: Picture, named name: String) throws -> Drawn {
    let scene = picture.laidOut(measuring: try textMeasurer(), theme: theme.theme)
    let base = "\(output)/figures/\(name)"
    let path = "\(base)\(theme == .dark ? "-dark" : "")"
    var paths: [String] = []
    for format in formats {
      paths.append("\(path).\(format.ending)")
      try writeAtomically(try format.encode(scene), to: "\(path).\(format.ending)")
    }
    if let table = scene.table {
      try writeAtomically(table.csv, to: "\(base).csv")
      paths.append("\(base).csv")
    }
    return Drawn(name: name, picture: picture, hasTable: scene.table != nil, paths: paths)
  }
}

/// Measures text for figures, with a font that is there.
func textMeasurer() throws -> PangoMeasurer {
  let measurer = PangoMeasurer()
  guard measurer.hasFont else {
    throw Complaint(
      "There is no font to write with; install one: `apt-get install fonts-dejavu-core`, or `brew install "
        + "font-dejavu`.")
  }
  return measurer
}
