import Architectures
package import Networks
package import Records
import Tensors

extension Network {
  /// Takes its parameters and gathered statistics from a file whose names and shapes are those of
  /// PyTorch's state dict. Every one must be there, in its shape, and nothing else; the counters
  /// `num_batches_tracked`, which PyTorch keeps, and the velocities of a checkpoint may be, and are
  /// passed over.
  ///
  /// - Parameter isPart: Whether the file is of a larger network, of which this one is a part: what else is
  ///   in it is passed over, too.
  package func load(_ file: borrowing SafetensorsFile, isPart: Bool = false) throws {
    let slots = slots
    var missing: [String] = []
    var misshaped: [String] = []
    for slot in slots {
      guard let entry = file.entries[slot.name] else {
        missing.append(slot.name)
        continue
      }
      if entry.shape != slot.shape.dimensions || entry.type != .float32 {
        let found = Extents(entry.shape)
        misshaped.append("\(slot.name) (\(found) \(entry.type.rawValue), not \(slot.shape))")
      }
    }
    let known = Set(slots.map(\.name))
    let unexpected = file.entries.keys.filter {
      !known.contains($0) && !$0.hasSuffix(".num_batches_tracked")
        && !$0.hasPrefix(Learner.velocityPrefix)
    }
    guard missing.isEmpty, misshaped.isEmpty, unexpected.isEmpty || isPart else {
      throw WeightsError(
        path: file.path, network: architecture.name, missing: missing,
        unexpected: unexpected.sorted(), misshaped: misshaped)
    }
    for slot in slots {
      slot.write(Tensor(try file.floats(slot.name), shape: slot.shape, on: slot.read().engine))
    }
  }

  /// The gradient of every parameter of the last backward pass, under the parameter's name.
  package var gradientArrays: [NamedArray] {
    parameters.compactMap { parameter in
      parameter.gradient.map { gradient in
        NamedArray(parameter.name, shape: gradient.shape.dimensions) { gradient.values() }
      }
    }
  }

  /// What a file of weights holds, in the order of PyTorch's state dict or nearly so.
  var slots: [Slot] {
    parameters.map { parameter in
      Slot(name: parameter.name, read: { parameter.value }, write: { parameter.value = $0 })
    }
      + statistics.flatMap { running in
        [
          Slot(name: running.meanName, read: { running.mean }, write: { running.mean = $0 }),
          Slot(
            name: running.varianceName, read: { running.variance }, write: { running.variance = $0 }
          ),
        ]
      }
  }
}

/// A place in a network for one array of a file.
struct Slot {
  let name: String
  let read: () -> Tensor
  let write: (Tensor) -> Void

  var shape: Shape { read().shape }
}

/// Any extents as text: `64×3×7×7`; those of a single number as `scalar`.
private struct Extents: CustomStringConvertible {
  let description: String

  init(_ extents: [Int]) {
    description =
      extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "×")
  }
}

/// Why a file of weights does not fit a network: every name that is wrong.
package struct WeightsError: Error, Equatable, CustomStringConvertible {
  package let path: String
  package let network: String
  package let missing: [String]
  package let unexpected: [String]
  package let misshaped: [String]

  package var description: String {
    let faults = [("missing", missing), ("unexpected", unexpected), ("misshaped", misshaped)]
    let lists = faults.filter { !$0.1.isEmpty }.map { "\($0): \($1.joined(separator: ", "))" }
    return "The weights in \(path) are not those of \(network).\n\(lists.joined(separator: "\n"))"
  }
}
