extension NetworkConfiguration {
  /// The name in the paper's manner, with what differs from the family's own form behind it:
  /// `plain-56`, `resnet-34-A`, `resnet-50-v1.5`, `vgg-16-bn`, `plain-56-no-bn-tanh`.
  ///
  /// The width is not in it.
  package var name: String {
    let own = NetworkConfiguration(kind, depth: depth, family: family)
    var words = [stem]
    if shortcut != own.shortcut { words.append(shortcut.rawValue) }
    if bottleneckStride != own.bottleneckStride { words.append("v1.5") }
    if normalization != own.normalization {
      words.append(normalization == .batch ? "bn" : "no-bn")
    }
    if activation != own.activation { words.append(activation.rawValue) }
    if order != own.order { words.append(order.word) }
    if let stemStride { words.append("stem\(stemStride)") }
    if let combination { words.append(combination.rawValue) }
    return words.joined(separator: "-")
  }

  /// `resnet-56`; depths that both families of the paper have mean the ImageNet family, and
  /// `cifar-resnet-50` is the other one.
  private var stem: String {
    switch family {
    case .vgg: return "vgg-\(depth)"
    case .notes: return "notes-resnet-\(depth)"
    case .dense: return "dense-\(kind == .plain ? "plain" : "resnet")-\(depth)"
    case .cifar, .imageNet:
      let isShared = family == .cifar && Family.imageNet.depths?.contains(depth) == true
      return "\(isShared ? "cifar-" : "")\(kind == .plain ? "plain" : "resnet")-\(depth)"
    }
  }

  /// The network of a name in the form of ``name``; letters of either case.
  package init(named name: String) throws(NetworkNameError) {
    var words = name.lowercased().split(separator: "-", omittingEmptySubsequences: false).map(
      String.init)[...]
    func fail(_ reason: String) -> NetworkNameError { NetworkNameError(name: name, reason: reason) }

    let prefix = words.first
    if ["cifar", "notes", "dense"].contains(prefix) { words.removeFirst() }
    guard let kindWord = words.popFirst(), let depth = words.popFirst().flatMap({ Int($0) }) else {
      throw fail("names look like resnet-56, plain-34 or vgg-16")
    }
    let family: Family
    switch (prefix, kindWord) {
    case ("notes", "resnet"): family = .notes
    case ("vgg", "vgg"): family = .vgg
    case ("cifar", "plain"), ("cifar", "resnet"): family = .cifar
    case ("dense", "plain"), ("dense", "resnet"): family = .dense
    case (kindWord, "plain"), (kindWord, "resnet"):
      family = Family.imageNet.depths?.contains(depth) == true ? .imageNet : .cifar
    default: throw fail("names look like resnet-56, plain-34 or vgg-16")
    }
    self.init(kindWord == "resnet" ? .residual : .plain, depth: depth, family: family)
    if let problem { throw fail(problem) }
    while let word = words.popFirst() {
      switch word {
      case "a": shortcut = .zeroPadding
      case "b": shortcut = .projectionWhereShapesChange
      case "c": shortcut = .projection
      case "v1.5": bottleneckStride = .middle
      case "stem1": stemStride = 1
      case "bn": normalization = .batch
      case "no" where words.first == "bn":
        words.removeFirst()
        normalization = .none
      case "relu", "tanh", "sigmoid":
        if let found = Activation(rawValue: word) { activation = found }
      default:
        if let found = BlockOrder.allCases.first(where: { $0.word == word }) {
          order = found
        } else if let found = Combination(rawValue: word) {
          combination = found
        } else {
          throw fail(
            "“\(word)” is none of the variants A, B, C, v1.5, stem1, bn, no-bn, tanh, sigmoid, preact, "
              + "bnafter, relubefore, relufirst, \(Combination.words)")
        }
      }
    }
    if let problem { throw fail(problem) }
  }

  /// Why there is no such network, if there is none.
  package var problem: String? {
    guard (1...4096).contains(width) else { return "a width of \(width) is not between 1 and 4096" }
    switch family {
    case .cifar:
      guard blocksPerStage != nil, depth <= 10_004 else {
        return "the CIFAR family has 6n+2 layers: 8, 14, 20, … 10004, not \(depth)"
      }
    case .dense:
      guard (2...10_004).contains(depth) else {
        return "dense networks have 2 to 10004 layers, not \(depth)"
      }
    case .imageNet, .vgg, .notes:
      let depths = family.depths ?? []
      guard depths.contains(depth) else {
        return "the depths of this family are \(depths.map(String.init).joined(separator: ", "))"
      }
    }
    let own = NetworkConfiguration(kind, depth: depth, family: family)
    if kind == .plain || family == .notes, shortcut != own.shortcut {
      return "it has no shortcuts to choose"
    }
    if bottleneckStride != .first, family != .imageNet || depth < 50 {
      return "only networks of bottleneck blocks have v1.5"
    }
    if let stemStride, family != .imageNet || stemStride != 1 {
      return "only networks of the ImageNet family have a stem of another stride, and it is 1"
    }
    let isPapers = kind == .residual && family != .notes
    if order != own.order, !isPapers {
      return "only residual networks of the paper's families have \(order.word)"
    }
    if let combination, !isPapers {
      return "only residual networks of the paper's families have \(combination.rawValue)"
    }
    if order == .normalizedAddition || combination == .zeroScale, normalization == .none {
      return "without normalization there is no \(combination?.rawValue ?? order.word)"
    }
    if combination == .zeroScale, order != .postActivation {
      return "branches that end with a normalization have zerogamma: not those of \(order.word)"
    }
    if combination == .fixup,
      normalization == .batch || order != .postActivation || family != .cifar
    {
      return "fixup is for networks of 6n+2 layers without normalization: resnet-56-no-bn-fixup"
    }
    if family == .notes, normalization != .batch || activation != .relu {
      return "the notes' code comes as printed, without variants"
    }
    return nil
  }
}

/// A name that no network has.
package struct NetworkNameError: Error, Equatable, CustomStringConvertible {
  package let name: String
  package let reason: String

  package var description: String { "There is no network “\(name)”: \(reason)." }
}

extension NetworkConfiguration {
  /// The networks of the paper, of the VGG paper and of the notes, each as published.
  package static let catalog: [NetworkConfiguration] =
    [20, 32, 44, 56, 110, 1202].flatMap { depth in
      [NetworkConfiguration(.plain, depth: depth), NetworkConfiguration(.residual, depth: depth)]
    }
    + [18, 34].flatMap { depth in
      [
        NetworkConfiguration(.plain, depth: depth, family: .imageNet),
        NetworkConfiguration(.residual, depth: depth, family: .imageNet),
      ]
    }
    + [50, 101, 152].map { NetworkConfiguration(.residual, depth: $0, family: .imageNet) }
    + [16, 19].map { NetworkConfiguration(.plain, depth: $0, family: .vgg) }
    + [18, 34].map { NetworkConfiguration(.residual, depth: $0, family: .notes) }
}
