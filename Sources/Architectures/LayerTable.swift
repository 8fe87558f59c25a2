import Experiments

/// One layer of a network and what it costs.
package struct LayerRow: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    case convolution, linear
    case batchNormalization = "batch-normalization"
    case activation
    case maximumPooling = "maximum-pooling"
    case averagePooling = "average-pooling"
    case flattening
    case scaling, scalar, dropout, gate
    case zeroPadding = "zero-padding"
    case addition
  }

  /// As in PyTorch's state dict where the layer has parameters: `layer1.0.conv2`; otherwise after
  /// what it does: `layer1.0.relu`.
  package let name: String
  package let kind: Kind
  /// The stage of the architecture.
  package let stage: Int
  /// Of one image.
  package let output: Extent
  package let parameters: Int
  /// For one image: one multiplication with one addition each, of convolutions and linear layers.
  package let multiplyAdds: Int
}

extension Architecture {
  /// Every layer in forward order; the shortcut of a block behind its branch.
  package var layers: [LayerRow] {
    var walk = Walk(extent: input)
    for (index, stage) in stages.enumerated() {
      walk.stage = index
      walk.pass(stage.elements, prefix: "")
    }
    return walk.rows
  }

  package var parameterCount: Int { layers.reduce(0) { $0 + $1.parameters } }

  /// For one image.
  package var multiplyAdds: Int { layers.reduce(0) { $0 + $1.multiplyAdds } }
}

/// One image on its way through the layers.
private struct Walk {
  var extent: Extent
  var stage = 0
  var rows: [LayerRow] = []

  init(extent: Extent) { self.extent = extent }

  mutating func pass(_ elements: [Architecture.Element], prefix: String) {
    for element in elements { pass(element, prefix: prefix) }
  }

  private mutating func note(
    _ name: String, _ kind: LayerRow.Kind, _ output: Extent, parameters: Int = 0,
    multiplyAdds: Int = 0
  ) {
    extent = output
    rows.append(
      LayerRow(
        name: name, kind: kind, stage: stage, output: output, parameters: parameters,
        multiplyAdds: multiplyAdds))
  }

  private mutating func pass(_ element: Architecture.Element, prefix: String) {
    switch element {
    case .convolution(let layer):
      let output = windowed(layer.outputs, layer.kernel, layer.stride, layer.padding)
      let weights = layer.outputs * layer.inputs * layer.kernel * layer.kernel
      note(
        layer.place.name, .convolution, output,
        parameters: weights + (layer.hasBias ? layer.outputs : 0),
        multiplyAdds: output.count / layer.outputs * weights)
    case .batchNormalization(let name, let channels, _):
      note(name, .batchNormalization, extent, parameters: 2 * channels)
    case .activation(let function):
      note(prefix + function.rawValue, .activation, extent)
    case .scaling: note(prefix + "scaling", .scaling, extent)
    case .scalar(let scalar): note(scalar.name, .scalar, extent, parameters: 1)
    case .dropout(let name, _): note(name, .dropout, extent)
    case .maximumPooling(let kernel, let stride, let padding):
      note(
        "maxpool", .maximumPooling, windowed(image.channels, kernel, stride, padding))
    case .averagePooling(let side):
      note(
        "avgpool", .averagePooling,
        .image(channels: image.channels, height: side, width: side))
    case .flattening:
      note("flatten", .flattening, .features(extent.count))
    case .linear(let layer):
      note(
        layer.place.name, .linear, .features(layer.outputs),
        parameters: layer.outputs * (layer.inputs + 1), multiplyAdds: layer.outputs * layer.inputs)
    case .block(let block):
      pass(block)
    case .bypass(.zeroPadding(let stride, let channels)):
      let (height, width) = (image.height, image.width)
      note(
        "bypass", .zeroPadding,
        .image(
          channels: channels, height: (height + stride - 1) / stride,
          width: (width + stride - 1) / stride))
    case .bypass(.projection(let elements)): pass(elements, prefix: prefix)
    case .bypass: break
    }
  }

  private mutating func pass(_ block: Architecture.Block) {
    let prefix = "\(block.name)."
    let input = extent
    pass(block.branch, prefix: prefix)
    let output = extent
    extent = input
    switch block.shortcut {
    case .none, .identity: extent = output
    case .zeroPadding: note(prefix + "shortcut", .zeroPadding, output)
    case .projection(let elements): pass(elements, prefix: prefix)
    }
    pass(block.onShortcut, prefix: prefix)
    precondition(extent == output, "\(block.name): \(extent) is added to \(output)")
    if let gate = block.gate {
      extent = input
      pass(.convolution(gate.convolution), prefix: prefix)
      note(prefix + "gate", .gate, output)
    }
    if block.shortcut != .none { note(prefix + "add", .addition, output) }
    if let activation = block.activation {
      note(prefix + activation.rawValue, .activation, output)
    }
  }

  private var image: (channels: Int, height: Int, width: Int) {
    guard case .image(let channels, let height, let width) = extent else {
      preconditionFailure("\(extent) is not an image")
    }
    return (channels, height, width)
  }

  private func windowed(_ channels: Int, _ kernel: Int, _ stride: Int, _ padding: Int) -> Extent {
    .image(
      channels: channels, height: (image.height + 2 * padding - kernel) / stride + 1,
      width: (image.width + 2 * padding - kernel) / stride + 1)
  }
}
