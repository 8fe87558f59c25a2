package import Tensors

/// Layers one after another. A plain block is one.
package struct Chain: Layer {
  package let layers: [any Layer]

  package init(_ layers: [any Layer]) { self.layers = layers }

  package var parameters: [Parameter] { layers.flatMap(\.parameters) }

  package func callAsFunction(_ input: Tensor, in pass: Pass) -> Flow {
    let way = WayBack()
    var value = input
    for layer in layers {
      let flow = layer(value, in: pass)
      value = flow.output
      if pass.mode.hasWayBack { way.pullbacks.append(flow.pullback) }
    }
    return Flow(value, pullback: pass.mode.hasWayBack ? way.walk : Flow.noWayBack)
  }
}

/// The pullbacks of a chain. Each is dropped, and with it the activations it holds, as soon as it
/// has been used.
private final class WayBack {
  var pullbacks: [(Tensor) -> Tensor] = []
  private var isWalked = false

  func walk(_ gradient: Tensor) -> Tensor {
    precondition(!isWalked, "the way back through a chain was walked twice")
    isWalked = true
    var gradient = gradient
    while let pullback = pullbacks.popLast() { gradient = pullback(gradient) }
    return gradient
  }
}
