import Experiments
import Findings
import Records
import Wording

extension Results {
  /// `layer/NETWORK/LAYER/STEP/NUMBER`, of the first seed: `weights` (‖w‖), `gradient` (‖∇‖), `relative`
  /// (‖∇‖·‖w‖), `update` (‖Δw‖ ÷ ‖w‖), or `zeros`, in percent. The step is that or the last recorded before.
  func layer(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 4, let index = Int(words[1]), let step = Int(words[2]) else {
      throw ResultError.form("a number of a layer is written as layer/plain-56/2/100/update.")
    }
    let record = try first(of: words[0], planned)
    guard let known = record.gradientSteps.last(where: { $0 <= step }),
      let row = record.gradients(.weight, at: known).first(where: { $0.layer.index == index })
    else {
      throw ResultError.form("\(words[0]) has no layer \(index) at step \(step).")
    }
    let weights = row.weightNorm ?? .nan
    switch words[3] {
    case "weights": return rounded(weights)
    case "gradient": return rounded(row.l2)
    case "relative": return rounded(row.l2 * weights)
    case "update": return rounded(row.updateRatio ?? .nan)
    case "zeros": return fixed(100 * row.zeroFraction, places: 0)
    default:
      throw ResultError.unknown(
        "number of a layer", words[3],
        among: ["weights", "gradient", "relative", "update", "zeros"])
    }
  }

  /// `block/NETWORK/BLOCK/first|last/NUMBER`, of the first seed: the norm of what comes back through the
  /// `shortcut` and through the `branch`, or how much of what it got the block has `added`. The block
  /// `branch-ahead` counts those whose branch returns more.
  func block(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 4, ["first", "last"].contains(words[2]) else {
      throw ResultError.form("a number of a block is written as block/resnet-56/1/first/branch.")
    }
    let record = try first(of: words[0], planned)
    let steps = record.blocks.steps
    guard let step = words[2] == "first" ? steps.first : steps.last else {
      throw ResultError.missing("blocks of \(words[0])", command: planned.command)
    }
    let rows = record.blocks.rows(at: step)
    if words[1] == "all", words[3] == "branch-ahead" {
      return "\(rows.count { $0.gradientThroughBranch > ($0.gradientThroughShortcut ?? .nan) })"
    }
    guard let row = rows.first(where: { "\($0.block.index)" == words[1] }) else {
      throw ResultError.form("\(words[0]) has no block \(words[1]).")
    }
    switch words[3] {
    case "shortcut": return rounded(row.gradientThroughShortcut ?? .nan)
    case "branch": return rounded(row.gradientThroughBranch)
    case "added": return rounded(row.branchRMS / row.inputRMS)
    default:
      throw ResultError.unknown(
        "number of a block", words[3], among: ["shortcut", "branch", "added", "branch-ahead"])
    }
  }

  private func first(of network: String, _ planned: PlannedExperiment) throws -> RunRecord {
    let records = try records(of: network, planned)
    return records.first { $0.seed == 0 } ?? records[0]
  }
}
