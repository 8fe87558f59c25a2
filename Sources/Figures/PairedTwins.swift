import Charts
import Experiments
import Findings
import Records
import Wording

extension Figure {
  /// The difference that shortcuts make, pair by pair.
  static let pairedTwins = Figure(
    "paired-twins",
    summary: "Training error of the residual twin less that of the plain one, per seed and mean.",
    from: .experiment(.pairedTwins), height: 520
  ) { all in
    let runs = all.ofTwins
    let depths = runs.depths
    let pairs = depths.map { (depth: $0, pairs: TwinDifferences(runs, depth: $0)) }
    let values = pairs.flatMap { $0.pairs.ofSeeds.joined().map(\.y) }.filter(\.isFinite)
    let domain = Scale.Kind.linear.nice(min(values.min() ?? -1, 0)...max(values.max() ?? 1, 0))
    let time = ErrorCurves(runs).timeAxis
    let outcome =
      pairs.map { entry in
        let ends = entry.pairs.ofSeeds.compactMap(\.last?.y)
        let mean = Spread(ends).mean
        let lead = "At \(entry.depth) layers the residual twin ends "
        let distance = "\(fixed(abs(mean), places: 1)) points \(mean < 0 ? "lower" : "higher")"
        guard ends.count > 1 else { return lead + "\(distance)." }
        return lead + "lower in \(ends.count { $0 < 0 }) of \(ends.count) pairs, on average "
          + "\(distance)."
      }.joined(separator: " ")
    return Chart(
      title: "Training error of the residual twin less that of the plain one",
      subtitle: outcome,
      caption: runs.caption(
        "Twins begin with the same weights and see the same mini-batches.",
        "Means of \(runs.window) mini-batches"
          + (runs.seedCount > 1 ? "; thin: each pair; thick: mean of the pairs." : "."),
        runs.seedCount > 2
          ? "Correlation: of the twins’ errors at the end, over \(runs.seedCount) seeds." : ""),
      alternativeText:
        "Panels for \(sentenceList(depths.map { "\($0)" })) layers: the training error "
        + "of the residual network less that of the plain one over time, below zero where the "
        + "residual one is better. \(outcome)",
      panels: [
        pairs.enumerated().map { column, entry in
          Panel(
            title: "\(entry.depth) layers\(correlation(runs, depth: entry.depth))", x: time,
            y: Axis(
              column == 0 ? "residual − plain (percentage points)" : "", domain: domain,
              isLabelled: column == 0),
            marks: [.rule(RuleMark(.atY, 0, label: "equal"))] + entry.pairs.marks)
        }
      ])
  }
}

extension Comparison {
  /// The runs that have a twin of their seed, which are what the figure shows; all of them where none has.
  fileprivate var ofTwins: Comparison {
    let paired = groups.flatMap { group in
      let twins = self.group(group.role == .plain ? .residual : .plain, depth: group.depth)
      return group.records.filter { record in
        twins?.records.contains { $0.seed == record.seed } ?? false
      }
    }
    return paired.isEmpty ? self : Comparison(paired, command: command)
  }
}

/// How far the errors of twins go together over seeds, where three or more tell: what pairing gains by.
private func correlation(_ runs: Comparison, depth: Int) -> String {
  guard let plain = runs.group(.plain, depth: depth),
    let other = runs.group(.residual, depth: depth)
  else { return "" }
  let value = runs.records.correlation(plain.name, other.name)
  return value.isFinite ? ", correlation of the twins \(fixed(value, places: 2))" : ""
}

/// Residual − plain of one depth, at every evaluation.
private struct TwinDifferences {
  /// A curve for each seed that both twins have.
  let ofSeeds: [[Point]]

  init(_ runs: Comparison, depth: Int) {
    let twins = [.plain, .residual].map { runs.group($0, depth: depth)?.records ?? [] }
    let time = ErrorCurves(runs)
    ofSeeds = twins[0].compactMap { plain in
      guard
        let residual = twins[1].first(where: { $0.seed == plain.seed })
      else { return nil }
      return zip(plain.evaluations, residual.evaluations).map {
        Point(time.time($0.step), $1.trainingError - $0.trainingError)
      }
    }
  }

  var marks: [Mark] {
    if ofSeeds.count == 1 {
      return [.line(LineMark(ofSeeds[0], ink: .purple, width: 2.4, series: "difference"))]
    }
    let count = ofSeeds.map(\.count).min() ?? 0
    let mean = (0..<count).map { index in
      Point(
        ofSeeds[0][index].x,
        ofSeeds.reduce(0) { $0 + $1[index].y } / Double(ofSeeds.count))
    }
    let thin = ofSeeds.enumerated().map { seed, points in
      Mark.line(
        LineMark(points, ink: Ink.purple.faded(0.3), width: 0.9, series: "seed \(seed)"))
    }
    return thin + [.line(LineMark(mean, ink: .purple, width: 2.4, label: "mean"))]
  }
}
