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

  func figures(of experiment: Experiment) -> [Figure] {
    Figure.catalog.filter { $0.experiment?.name == experiment.name }
  }

  /// The finished runs of an experiment: those on its own images, otherwise those on synthetic
  /// ones.
  func records(of experiment: Experiment) throws -> [RunRecord] {
    let records = try records(of: experiment, on: experiment.dataset)
    return try records.isEmpty
      ? self.records(of: experiment, on: experiment.syntheticDataset) : records
  }

  /// The finished runs of an experiment on given images; of as many seeds, counted from 0, as are
  /// complete.
  func records(
    of experiment: Experiment, on dataset: DatasetConfiguration
  ) throws -> [RunRecord] {
    let store = RecordStore(output: output)
    let complete = (0..<UInt64.max).lazy
      .map { experiment.runs(dataset, $0) }
      .prefix { $0.allSatisfy(store.has) }
      .joined()
    return try complete.map { try store.load($0) }
  }

  /// Draws figures from records and returns the paths of their files.
  func draw(_ figures: [Figure], from records: [RunRecord]) throws -> [String] {
    try figures.flatMap { try write($0.picture(of: records), named: $0.name) }
  }

  /// Writes one picture in every format asked for, and returns the paths of the files.
  func write(_ picture: Picture, named name: String) throws -> [String] {
    let scene = picture.laidOut(measuring: PangoMeasurer(), theme: theme.theme)
    let path = "\(output)/figures/\(name)\(theme == .dark ? "-dark" : "")"
    var paths: [String] = []
    if formats.contains(.png) {
      try writeAtomically(try scene.png(), to: "\(path).png")
      paths.append("\(path).png")
    }
    if formats.contains(.svg) {
      try writeAtomically(try scene.svg(), to: "\(path).svg")
      paths.append("\(path).svg")
    }
    return paths
  }
}
