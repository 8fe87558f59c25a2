package import Charts
package import Experiments
package import Findings
import Records

extension Ink {
  /// Plain is vermillion and residual blue, everywhere; a network that is neither is green.
  package init(_ role: RunGroup.Role) {
    self =
      switch role {
      case .plain: .plain
      case .residual: .residual
      case .none: .green
      }
  }

  package init(_ kind: NetworkConfiguration.Kind) {
    self = kind == .plain ? .plain : .residual
  }
}

extension Comparison {
  /// Of a role, the deepest network has the full colour, shallower ones are lighter. Networks of one role
  /// and depth, and those without a role, have colours of their own.
  package func ink(of group: RunGroup) -> Ink {
    let namesakes = groups.filter {
      $0.role == group.role && (group.role == .none || $0.depth == group.depth)
    }
    let others: [Ink] =
      switch group.role {
      case .plain: [.purple, .orange, .green]
      case .residual: [.green, .skyBlue, .purple]
      case .none: [.purple, .orange, .skyBlue]
      }
    let index = namesakes.firstIndex { $0.name == group.name } ?? 0
    let ink = index == 0 ? Ink(group.role) : others[(index - 1) % others.count]
    let deeperFirst = Set(groups.filter { $0.role != .none }.map(\.depth)).sorted(by: >)
    guard group.role != .none, let rank = deeperFirst.firstIndex(of: group.depth), rank > 0 else {
      return ink
    }
    return ink.faded(0.1 + 0.35 * Double(rank) / Double(max(deeperFirst.count - 1, 1)))
  }
}
