import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// Maps of the loss around the end of training, once with the statistics that training gathered, once with
  /// those of mini-batches.
  static let surface = Figure(
    "surface",
    summary:
      "The loss in a plane through the weights that training ended with, and on the way there.",
    from: .experiment(.surface), width: 1300, height: 760
  ) { runs in
    let profiles = runs.groups.compactMap(SurfaceProfile.init)
    let kinds = [SurfaceRow.Statistics.gathered, .batch]
    func losses(_ statistics: SurfaceRow.Statistics) -> String {
      sentenceList(
        profiles.map { profile in
          "\(rounded(profile.center(statistics))) → \(rounded(profile.loss(at: 0.5, statistics))) in "
            + profile.group.name
        })
    }
    let outcome =
      "Half a filter’s length away the loss goes with gathered statistics from \(losses(.gathered)); "
      + "with those of mini-batches from \(losses(.batch))."
    let known = profiles.flatMap { profile in
      kinds.flatMap { profile.plane($0).joined() }
    }.filter { $0 > 0 && $0.isFinite }
    let domain = max(min(known.min() ?? 0.1, 1), 1e-3)...surfaceLimit
    let count = profiles.map { $0.line(.batch).count }.max() ?? 0
    return Chart(
      title: "What does the loss look like around where training ended?", subtitle: outcome,
      caption: runs.caption(
        "Cross-entropy of training images as they are. Each filter was moved along two random directions of its "
          + "own length; what normalizations learn, and biases, stayed. Lines: losses of "
          + "\(sentenceList(surfaceLines.map { fixed($0.value, places: 0) })); above "
          + "\(fixed(surfaceLimit, places: 0)) all have one colour.",
        "Right: \(count) places from the initial weights, 0, to the final ones, 1, with statistics between theirs above.",
        "After Li et al. 2018 (arXiv:1712.09913)."),
      alternativeText:
        "Two rows of maps of \(sentenceList(profiles.map(\.group.name))), above with gathered statistics, "
        + "below with those of mini-batches, and at the right the loss on the line from the beginning to the "
        + "end of training. \(outcome)",
      panels: kinds.enumerated().map { row, statistics in
        profiles.enumerated().map { column, profile in
          map(profile, statistics, isFirst: column == 0, isLast: row == kinds.count - 1)
        } + [way(profiles, statistics, runs, isFirst: row == 0, isLast: row == kinds.count - 1)]
      }, legend: runs.legend(of: profiles.map(\.group)),
      colorBar: ColorBar("loss", domain: domain, lines: surfaceLines))
  }
}

/// Losses that maps have lines at, bright ones on what is dark and dark ones on what is bright.
private let surfaceLines =
  [1.0, 2, 3, 5].map { ColorBar.Line($0, ink: .onDark) }
  + [10, 30, 100].map { ColorBar.Line($0, ink: .onBright) }
/// Larger losses are not told apart.
private let surfaceLimit = 100.0

private func map(
  _ profile: SurfaceProfile, _ statistics: SurfaceRow.Statistics, isFirst: Bool, isLast: Bool
) -> Panel {
  let ticks = profile.ticks
  let half = ticks.count > 1 ? (ticks[1] - ticks[0]) / 2 : 1
  let plane = profile.plane(statistics)
  let edges = ticks.map { $0 - half } + [(ticks.last ?? 0) + half]
  let domain = (edges.first ?? -1)...(edges.last ?? 1)
  let lines: [Mark] = surfaceLines.map { line in
    // Between places the logarithm goes straight.
    let curves = contours(
      of: plane.map { $0.map { .log10($0) } }, x: ticks, y: ticks, at: .log10(line.value))
    return .line(
      LineMark(
        Array(curves.joined(separator: [Point(.nan, .nan)])), ink: line.ink, width: 1,
        series: "loss \(rounded(line.value))", isTabulated: false))
  }
  return Panel(
    title: "\(profile.group.name), \(words(statistics)) statistics",
    x: Axis(isLast ? "first direction" : "", domain: domain, isLabelled: isLast),
    y: Axis(isFirst ? "second direction" : "", domain: domain, isLabelled: isFirst),
    marks: [.heatMap(HeatMapMark(edges: edges, rows: plane))] + lines)
}

private func way(
  _ profiles: [SurfaceProfile], _ statistics: SurfaceRow.Statistics, _ runs: Comparison,
  isFirst: Bool, isLast: Bool
) -> Panel {
  let rows = profiles.flatMap { $0.line(.gathered) + $0.line(.batch) }
  let losses = rows.map(\.loss).filter { $0 > 0 && $0.isFinite }
  let top = min(1.25 * (losses.max() ?? 10), surfaceLimit)
  let bottom = max(min(0.8 * (losses.min() ?? 1), 0.5 * top), 1e-3 * top)
  return Panel(
    title: "from start to end, \(words(statistics))",
    x: Axis(isLast ? "part of the way" : "", domain: 0...1, isLabelled: isLast),
    y: Axis("loss", .logarithmic, domain: bottom...top),
    marks: profiles.map { profile in
      .line(
        LineMark(
          profile.line(statistics).map { Point($0.first, $0.loss) },
          ink: runs.ink(of: profile.group), width: 1.9,
          dash: runs.dash(of: profile.group, among: profiles.map(\.group)),
          series: "\(profile.group.name), \(statistics.rawValue)"))
    })
}

private func words(_ statistics: SurfaceRow.Statistics) -> String {
  statistics == .gathered ? "gathered" : "batch"
}

/// Lines on maps, whose colours are the same on light and on dark paper.
extension Ink {
  fileprivate static let onDark = Ink(light: Color(hex: 0xFFFFFF), dark: Color(hex: 0xFFFFFF))
  fileprivate static let onBright = Ink(light: Color(hex: 0x1A1423), dark: Color(hex: 0x1A1423))
}
