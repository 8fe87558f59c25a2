import Essentials

extension RunConfiguration {
  /// A readable name with a short hash of the whole configuration:
  /// `plain-56-fashion-mnist-s0-3fa2c1d0`. It names the folder of the records.
  package var runName: String {
    "\(network.name)-\(dataset.name.rawValue)-s\(seed)-\(shortHash)"
  }

  /// 32 bits of the FNV-1a hash of the configuration as JSON with sorted keys, in hexadecimal.
  var shortHash: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in canonicalJSON { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(UInt32(truncatingIfNeeded: hash ^ (hash >> 32)), radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private var canonicalJSON: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      return try encoder.encode(self)
    } catch {
      preconditionFailure("a configuration holds only finite numbers and text: \(error)")
    }
  }
}
