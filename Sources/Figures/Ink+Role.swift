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

  /// That of its kind; VGG, which is plain too and was there before, is green.
  package init(family network: NetworkConfiguration) {
    self = network.family == .vgg ? .green : Ink(network.kind)
  }
}

extension Comparison {
  /// Of a role, the shallowest network has the colour, deeper ones are stronger. Networks of one role and
  /// depth, and those without a role, have colours of their own.
  package func ink(of group: RunGroup) -> Ink {
    let namesakes = groups.filter {
      $0.role == group.role && (group.role == .none || $0.depth == group.depth)
    }
    let others: [Ink] =
      switch group.role {
      case .plain: [.purple, .green, .skyBlue]
      case .residual: [.green, .purple, .orange]
      case .none: [.purple, .orange, .skyBlue]
      }
    let index = namesakes.firstIndex { $0.name == group.name } ?? 0
    let ink = index == 0 ? Ink(group.role) : others[(index - 1) % others.count]
    let strength = group.role == .none ? 0 : strength(of: group)
    return strength > 0 ? ink.strengthened(0.35 * strength) : ink
  }

  /// 1 … 2, the shallowest of the networks thin and the deepest wide: depth is told by colour and by width.
  package func width(of group: RunGroup) -> Double { 1.3 + 0.9 * strength(of: group) }

  /// Where a network is among the depths that there are, 0 … 1.
  private func strength(of group: RunGroup) -> Double {
    let depths = Set(groups.filter { $0.role != .none }.map(\.depth)).sorted()
    guard group.role != .none, depths.count > 1, let rank = depths.firstIndex(of: group.depth)
    else { return group.role == .none ? 0.5 : 0 }
    return Double(rank) / Double(depths.count - 1)
  }
}
