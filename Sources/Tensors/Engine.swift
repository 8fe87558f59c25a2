internal import COneDNN

/// The CPU as oneDNN sees it: threads, memory, and the primitives made so far.
///
/// Every tensor belongs to an engine, which must be used from one thread at a time, whichever that is.
/// Numbers whose magnitude is below 2⁻¹²⁶ ≈ 1.2e-38 count as zero in all of its computations
/// (flush-to-zero): vanishing gradients would otherwise slow the processor down, and a recorded norm of
/// zero means that every element was smaller than this.
package final class Engine {
  private let created: OpaquePointer
  let pool = BufferPool()
  let algorithm: ConvolutionAlgorithm
  private var primitives: [PrimitiveKey: Primitive] = [:]

  /// An engine that computes on so many threads, or on fewer if the system grants no more.
  package init(
    threads: Int, convolutions algorithm: ConvolutionAlgorithm = .winogradWhereFaster
  ) throws(EngineError) {
    guard (1...256).contains(threads) else { throw .threads(threads) }
    var created: OpaquePointer?
    let status = gf_engine_create(Int32(threads), &created)
    guard status == 0, let created else {
      throw .oneDNN(String(cString: gf_status_text(status)))
    }
    self.created = created
    self.algorithm = algorithm
  }

  deinit {
    // Primitives refer to the engine's library handle.
    primitives.removeAll()
    gf_engine_destroy(created)
  }

  /// The library's engine, entered by the thread that asks for it.
  var handle: OpaquePointer {
    gf_engine_enter(created)
    return created
  }

  /// On how many threads it computes.
  package var threads: Int { Int(gf_engine_threads(created)) }

  /// The processors that this process is bound to; those there are where it is bound to none.
  package static var processors: Int { Int(gf_processors()) }

  /// The version of oneDNN at run time.
  package static var libraryVersion: String { String(cString: gf_version()) }

  /// The memory that tensors of this engine have needed at most.
  package var peakTensorBytes: Int { pool.peakBytes }

  /// The primitive of a key, made at the first request.
  func primitive(_ key: PrimitiveKey) -> Primitive {
    if let known = primitives[key] { return known }
    let made = Primitive(key, on: self)
    primitives[key] = made
    return made
  }

  /// The row-major layout of a shape.
  func plainLayout(_ shape: Shape) -> Layout {
    let extents = shape.dimensions.map(Int64.init)
    guard let layout = gf_layout_plain(handle, Int32(shape.rank), extents) else {
      preconditionFailure("oneDNN has no row-major layout for \(shape)")
    }
    return Layout(handle: layout)
  }
}

/// How convolutions are computed. The results differ by rounding.
package enum ConvolutionAlgorithm: Sendable {
  /// Multiplication by multiplication: the least rounding.
  case direct
  /// 3×3 convolutions of stride 1 by F(4×4, 3×3) of Winograd's algorithm (Lavin and Gray 2015,
  /// arXiv:1509.09308), with a quarter of the multiplications and a rounding error of about 2·10⁻⁶ instead
  /// of 3·10⁻⁷, on processors with AVX-512 or AVX2.
  case winogradWhereFaster
  /// The same wherever it is possible.
  case winograd
}

/// Why an engine could not be made.
package enum EngineError: Error, CustomStringConvertible {
  case threads(Int)
  case oneDNN(String)

  package var description: String {
    switch self {
    case .threads(let count): "\(count) threads are asked for; choose 1 to 256."
    case .oneDNN(let reason): "oneDNN could not start: \(reason)."
    }
  }
}

/// How the elements of a tensor lie in memory: row-major, or in the blocks that oneDNN prefers.
/// Equal layouts of one engine compare equal.
struct Layout: Hashable {
  let handle: OpaquePointer

  var bytes: Int { gf_layout_bytes(handle) }
}
