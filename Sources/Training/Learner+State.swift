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

  static let velocityPrefix = "momentum/"

  private var slots: [Slot] { network.slots }
}
