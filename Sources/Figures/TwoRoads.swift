import Charts
import Experiments
import Findings
import RealModule
import Records
import Wording

extension Figure {
  /// What comes back through the shortcut of every block, and what through its branch.
  static func twoRoads(_ name: String, from experiment: Experiment) -> Figure {
    Figure(
      name,
      summary: "The gradient that comes back through each block’s shortcut and through its branch.",
      from: .experiment(experiment), width: 1200, height: 520, where: \.hasBlocks
    ) { runs in roads(of: runs.deepestResidual, in: runs) }
  }

  /// How much each block adds to what it got.
  static func additions(_ name: String, from experiment: Experiment) -> Figure {
    Figure(
      name, summary: "How much each block of a residual network adds to what it got.",
      from: .experiment(experiment), width: 1000, height: 520, where: \.hasBlocks
    ) { runs in additions(of: runs.deepestResidual, in: runs) }
  }

  private static func roads(of network: RunGroup, in runs: Comparison) -> Chart {
    let ends = Moments(network)
    let shares = [ends.first, ends.last].map { step in
      let rows = network.rows(at: step)
      return rows.count { $0.gradientThroughBranch > ($0.gradientThroughShortcut ?? .nan) }
    }
    let outcome =
      "Of \(ends.blockCount) blocks of \(network.name), the branch returns more than the shortcut in "
      + "\(shares[0]) at initialization and in \(shares[1]) at the end."
    let values = [ends.first, ends.last].flatMap { step in
      network.rows(at: step).flatMap {
        [$0.gradientThroughShortcut ?? .nan, $0.gradientThroughBranch]
      }
    }
    let y = Scale.Kind.logarithmic.nice(Scale.Kind.logarithmic.domain(covering: values))
    return Chart(
      title: "Two roads back: what each block’s shortcut and branch return", subtitle: outcome,
      caption: runs.restricted(to: [network]).caption(
        network.seedRemark,
        "L2 norms of what comes back through the shortcut and through the branch of each block, of one "
          + "mini-batch; both begin with the gradient at the block’s output.",
        "Rules: blocks whose shortcut changes shape; the gradient at the channels of zeros that it puts "
          + "in goes nowhere."),
      alternativeText:
        "Two panels on a logarithmic axis, at initialization and at the end: by block of "
        + "\(network.name), the norm of the gradient through the shortcut and through the branch. "
        + outcome,
      panels: [
        [ends.first, ends.last].map { step in
          Panel(
            title: step == 0 ? "at initialization" : "after \(grouped(step)) steps",
            x: Axis("block", domain: 0.5...Double(ends.blockCount) + 0.5, isWhole: true),
            y: Axis(
              step == ends.first ? "norm of the gradient" : "", .logarithmic, domain: y,
              isLabelled: step == ends.first),
            marks: network.shapeRules
              + road(network, step, "shortcut", dash: [], isLabelled: step == ends.last) {
                $0.gradientThroughShortcut ?? .nan
              }
              + road(network, step, "branch", dash: [6, 3], isLabelled: step == ends.last) {
                $0.gradientThroughBranch
              })
        }
      ])
  }

  private static func additions(of network: RunGroup, in runs: Comparison) -> Chart {
    let ends = Moments(network)
    let means = [ends.first, ends.last].map { step in
      GeometricSpread(network.rows(at: step).map { $0.branchRMS / $0.inputRMS }).mean
    }
    let outcome =
      "A block of \(network.name) adds \(rounded(means[0])) of what it got at initialization, and "
      + "\(rounded(means[1])) at the end (geometric means)."
    let values = [ends.first, ends.last].flatMap { step in
      network.rows(at: step).map { $0.branchRMS / $0.inputRMS }
    }
    let law = (1...max(ends.blockCount, 1)).map { Point(Double($0), 1 / Double($0).squareRoot()) }
    return Chart(
      title: "Forward: how much each block adds to what it got", subtitle: outcome,
      caption: runs.restricted(to: [network]).caption(
        network.seedRemark,
        "Root mean square of F(x) ÷ that of x, of one mini-batch.",
        "Dotted: 1/√b, if every branch before block b had added as much as the images brought."
      ),
      alternativeText:
        "By block of \(network.name), on a logarithmic axis: the root mean square of what "
        + "the branch adds divided by that of the block’s input, at initialization and at the end. "
        + outcome,
      panels: [
        [
          Panel(
            title: "",
            x: Axis("block", domain: 0.5...Double(ends.blockCount) + 0.5, isWhole: true),
            y: Axis(
              "F(x) ÷ x", .logarithmic,
              domain: Scale.Kind.logarithmic.nice(
                Scale.Kind.logarithmic.domain(covering: values + law.map(\.y)))),
            marks: network.shapeRules + [
              .line(LineMark(law, ink: .reference, width: 1.4, dash: [3, 3], series: "1/√b"))
            ]
              + [(ends.first, "at initialization", [6, 3]), (ends.last, "at the end", [])].map {
                step, label, dash in
                .line(
                  LineMark(
                    network.rows(at: step).map {
                      Point(Double($0.block.index), $0.branchRMS / $0.inputRMS)
                    }, ink: .residual, width: 2, dash: dash, label: label, series: label))
              })
        ]
      ])
  }
}

/// The first and last recorded steps of blocks.
private struct Moments {
  let first: Int
  let last: Int
  let blockCount: Int

  init(_ network: RunGroup) {
    let steps = network.first.blocks.steps
    first = steps.first ?? 0
    last = steps.last ?? 0
    blockCount = network.rows(at: first).count
  }
}

extension Comparison {
  /// Those whose blocks were looked at.
  private var residual: [RunGroup] {
    groups.filter { $0.role == .residual && !$0.first.blocks.isEmpty }
  }

  fileprivate var hasBlocks: Bool { !residual.isEmpty }

  fileprivate var deepestResidual: RunGroup {
    residual.max { $0.depth < $1.depth } ?? groups[0]
  }
}

extension RunGroup {
  /// Whose blocks are shown, of several seeds.
  fileprivate var seedRemark: String {
    records.count > 1 ? "Blocks of seed \(first.seed ?? 0)." : ""
  }

  /// Of the first seed.
  fileprivate func rows(at step: Int) -> [BlockRow] { first.blocks.rows(at: step) }

  /// Where a shortcut changes shape.
  fileprivate var shapeRules: [Mark] {
    rows(at: first.blocks.steps.first ?? 0).filter(\.block.changesShape).map {
      .rule(RuleMark(.atX, Double($0.block.index), label: "new shape"))
    }
  }
}

private func road(
  _ network: RunGroup, _ step: Int, _ name: String, dash: [Double], isLabelled: Bool,
  _ value: (BlockRow) -> Double
) -> [Mark] {
  [
    .line(
      LineMark(
        network.rows(at: step).map { Point(Double($0.block.index), value($0)) }, ink: .residual,
        width: 2, dash: dash, label: isLabelled ? name : nil, series: name))
  ]
}
