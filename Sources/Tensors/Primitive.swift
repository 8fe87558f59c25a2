internal import COneDNN

/// What a primitive computes: everything that decides which code oneDNN generates for it.
enum PrimitiveKey: Hashable {
  case convolution(Direction, Window, bias: Bool)
  case pooling(Direction, maximum: Bool, Window, Layout)
  case innerProduct(Direction, batch: Int, inputs: Int, outputs: Int)
  case batchNormalization(
    Direction, Layout, epsilon: Float, relu: Bool, givenStatistics: Bool = false)
  case activation(Direction, Nonlinearity, Layout)
  case reorder(from: Layout, to: Layout)

  enum Direction: Hashable {
    case training, inference, inputGradient, weightGradient

    var cValue: gf_direction {
      switch self {
      case .training: GF_TRAINING
      case .inference: GF_INFERENCE
      case .inputGradient: GF_BACKWARD_DATA
      case .weightGradient: GF_BACKWARD_WEIGHTS
      }
    }
  }
}

/// One compiled operation of oneDNN. Binds tensors to its arguments, then runs.
final class Primitive {
  private let handle: OpaquePointer
  private unowned let engine: Engine
  /// Keeps what is bound alive until the run is over.
  private var bound: [Buffer] = []

  init(_ key: PrimitiveKey, on engine: Engine) {
    self.engine = engine
    var status: Int32 = 0
    let made: OpaquePointer? =
      switch key {
      case .convolution(let direction, let window, let bias):
        withUnsafePointer(to: window.cValue) { window in
          if engine.algorithm.isWinograd(for: window) {
            gf_winograd(engine.handle, direction.cValue, window, bias, &status)
          } else {
            gf_convolution(engine.handle, direction.cValue, window, bias, &status)
          }
        }
      case .pooling(let direction, let maximum, let window, let layout):
        withUnsafePointer(to: window.cValue) {
          gf_pool(
            engine.handle, direction.cValue, maximum ? GF_POOL_MAXIMUM : GF_POOL_AVERAGE, $0,
            layout.handle, &status)
        }
      case .innerProduct(let direction, let batch, let inputs, let outputs):
        gf_inner_product(
          engine.handle, direction.cValue, Int64(batch), Int64(inputs), Int64(outputs), &status)
      case .batchNormalization(let direction, let layout, let epsilon, let relu, let given):
        gf_batch_normalization(
          engine.handle, direction.cValue, layout.handle, epsilon, relu, given, &status)
      case .activation(let direction, let kind, let layout):
        gf_activate(engine.handle, direction.cValue, kind.cValue, layout.handle, &status)
      case .reorder(let from, let to):
        gf_reorder(engine.handle, from.handle, to.handle, &status)
      }
    guard let made else {
      preconditionFailure("oneDNN refuses \(key): \(String(cString: gf_status_text(status)))")
    }
    handle = made
  }

  deinit { gf_primitive_destroy(handle) }

  /// The layout that an argument must have; nil where there is no such argument.
  func layout(_ argument: gf_argument) -> Layout? {
    gf_primitive_layout(handle, argument).map(Layout.init)
  }

  /// Hands a tensor in, in the layout that the argument asks for.
  func bind(_ argument: gf_argument, _ tensor: Tensor) {
    guard let layout = layout(argument) else {
      preconditionFailure(
        "a primitive without argument \(argument) got a tensor of \(tensor.shape)")
    }
    bind(argument, tensor.converted(to: layout).buffer)
  }

  func bind(_ argument: gf_argument, _ buffer: Buffer) {
    let status = gf_primitive_bind(handle, argument, buffer.pointer)
    precondition(status == 0, "binding \(argument): \(String(cString: gf_status_text(status)))")
    bound.append(buffer)
  }

  /// Binds and returns a new tensor that the run will fill.
  func result(_ argument: gf_argument, _ shape: Shape) -> Tensor {
    guard let layout = layout(argument) else {
      preconditionFailure("a primitive without result \(argument) of \(shape)")
    }
    let tensor = Tensor(shape: shape, layout: layout, engine: engine)
    bind(argument, tensor.buffer)
    return tensor
  }

  /// Binds and returns what the forward pass notes for the backward pass, if it does.
  func workspace() -> Buffer? {
    guard let layout = layout(GF_WORKSPACE) else { return nil }
    let buffer = engine.pool.buffer(bytes: layout.bytes)
    bind(GF_WORKSPACE, buffer)
    return buffer
  }

  func run() {
    let status = gf_primitive_run(handle)
    precondition(status == 0, "oneDNN failed: \(String(cString: gf_status_text(status)))")
    bound.removeAll(keepingCapacity: true)
  }
}

extension ConvolutionAlgorithm {
  fileprivate func isWinograd(for window: UnsafePointer<gf_window>) -> Bool {
    switch self {
    case .direct: false
    case .winogradWhereFaster: gf_suits_winograd(window)
    case .winograd: gf_has_winograd(window)
    }
  }
}
