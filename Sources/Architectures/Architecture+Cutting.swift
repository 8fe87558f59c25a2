import Experiments

extension Architecture {
  /// The network without some of its blocks, by their indices from 1: of each its shortcut is left, and of
  /// a plain one what the shortcut of its twin would be.
  package func without(_ blocks: Set<Int>) -> Architecture {
    mapped { elements in
      elements.flatMap { element -> [Element] in
        guard case .block(let block) = element, blocks.contains(block.place.index) else {
          return [element]
        }
        return [.bypass(block.shortcut == .none ? block.shortcutOfTwin : block.shortcut)]
      }
    }
  }

  /// The network whose block of an index, from 1, has changed places with the next one. Both have to be in
  /// one stage and keep their shape.
  package func exchanging(_ index: Int) -> Architecture {
    mapped { elements in
      var elements = elements
      let places = elements.indices.filter { place in
        if case .block(let block) = elements[place] {
          [index, index + 1].contains(block.place.index)
        } else {
          false
        }
      }
      if places.count == 2 { elements.swapAt(places[0], places[1]) }
      return elements
    }
  }

  /// The blocks, by index, that can change places with their next one.
  package var exchangeable: [Int] {
    zip(blocks, blocks.dropFirst()).compactMap { block, next in
      block.place.stage == next.place.stage && !block.place.changesShape
        && !next.place.changesShape ? block.place.index : nil
    }
  }

  private func mapped(_ change: ([Element]) -> [Element]) -> Architecture {
    var changed = self
    changed.stages = stages.map { Stage(name: $0.name, elements: change($0.elements)) }
    return changed
  }
}

extension Architecture.Block {
  /// Option A.
  fileprivate var shortcutOfTwin: Architecture.Shortcut {
    guard place.changesShape else { return .identity }
    let convolutions = branch.compactMap { element -> Architecture.Convolution? in
      if case .convolution(let convolution) = element { convolution } else { nil }
    }
    return .zeroPadding(
      stride: convolutions.reduce(1) { $0 * $1.stride }, channels: convolutions.last?.outputs ?? 0)
  }
}
