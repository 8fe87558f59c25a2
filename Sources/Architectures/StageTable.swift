import Experiments

/// A row of the paper's table 1: the layers of one resolution.
package struct StageRow: Hashable, Sendable {
  /// `conv2_x`.
  package let name: String
  /// What leaves the stage.
  package let output: Extent
  /// Its layers in the paper's manner, blocks of one kind together: `[3×3, 64; 3×3, 64] ×2`.
  package let content: [String]
  package let parameters: Int
  package let multiplyAdds: Int
}

extension Architecture {
  /// The network in the paper's manner, a row for each stage.
  package var stageRows: [StageRow] {
    let layers = layers
    return stages.enumerated().map { index, stage in
      let own = layers.filter { $0.stage == index }
      return StageRow(
        name: stage.name, output: own.last?.output ?? input, content: Self.summary(stage.elements),
        parameters: own.reduce(0) { $0 + $1.parameters },
        multiplyAdds: own.reduce(0) { $0 + $1.multiplyAdds })
    }
  }

  /// The layers that matter for the structure, equal ones in a row counted. Where blocks differ only
  /// in the stride of the first, the stride is left to the resolution, as in the paper.
  private static func summary(_ elements: [Element]) -> [String] {
    var groups: [(text: String, count: Int)] = []
    for element in elements {
      guard let text = summary(element) else { continue }
      if let last = groups.last, last.text == text {
        groups[groups.count - 1].count += 1
      } else {
        groups.append((text, 1))
      }
    }
    return groups.map { $0.count == 1 ? $0.text : "\($0.text) ×\($0.count)" }
  }

  private static func summary(_ element: Element) -> String? {
    switch element {
    case .convolution(let layer):
      let side = "\(layer.kernel)×\(layer.kernel), \(layer.outputs)"
      return layer.stride == 1 ? side : "\(side), stride \(layer.stride)"
    case .maximumPooling(let kernel, let stride, _):
      return "\(kernel)×\(kernel) max pool, stride \(stride)"
    case .averagePooling(let side):
      return side == 1 ? "average pool" : "average pool to \(side)×\(side)"
    case .linear(let layer): return "linear, \(layer.outputs)"
    case .block(let block):
      let layers = block.branch.compactMap { element -> String? in
        guard case .convolution(let layer) = element else { return nil }
        return "\(layer.kernel)×\(layer.kernel), \(layer.outputs)"
      }
      return "[\(layers.joined(separator: "; "))]"
    case .batchNormalization, .activation, .flattening, .scaling, .scalar, .dropout, .bypass:
      return nil
    }
  }
}
