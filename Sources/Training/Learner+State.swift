import Networks
import Records
import Tensors

extension Learner {
  /// All that training has changed: parameters, statistics and velocities.
  var state: [NamedArray] {
    slots.map { slot in
      NamedArray(slot.name, shape: slot.shape.dimensions) { slot.read().values() }
    }
      + zip(parameters, optimizer.velocities).map { parameter, velocity in
        NamedArray(
          Self.velocityPrefix + parameter.name, shape: velocity.shape.dimensions
        ) { velocity.values() }
      }
  }

  /// Takes everything over from a file that ``state`` was written to.
  mutating func restore(_ file: borrowing SafetensorsFile) throws {
    try network.load(file)
    optimizer.velocities = try parameters.map { parameter in
      let name = Self.velocityPrefix + parameter.name
      guard file.entries[name]?.shape == parameter.value.shape.dimensions else {
        throw SafetensorsError(file.path, "has no velocity of \(parameter.name)")
      }
      return Tensor(
        try file.floats(name), shape: parameter.value.shape, on: parameter.value.engine)
    }
  }

  /// All numbers of ``state``, one array after the other.
  var stateValues: [Float] {
    get { state.flatMap { $0.values() } }
    set {
      var rest = newValue[...]
      func take(_ shape: Shape, on engine: Engine) -> Tensor {
        defer { rest = rest.dropFirst(shape.count) }
        return Tensor(Array(rest.prefix(shape.count)), shape: shape, on: engine)
      }
      for slot in slots { slot.write(take(slot.shape, on: slot.read().engine)) }
      for index in optimizer.velocities.indices {
        let old = optimizer.velocities[index]
        optimizer.velocities[index] = take(old.shape, on: old.engine)
      }
    }
  }

  /// A number that tells states apart, by their bits.
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for array in state {
      for value in array.values() {
        hash = (hash ^ UInt64(value.bitPattern)) &* 0x100_0000_01b3
        hash ^= hash >> 32
      }
    }
    return hash
  }

  static let velocityPrefix = "momentum/"

  private var slots: [Slot] { network.slots }
}
