import Architectures

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Complains where a training cannot fit into the memory that is free, with a batch size that would.
func requireMemory(for estimate: MemoryEstimate, batchSize: Int, name: String) throws {
  guard let available = availableMemory() else { return }
  let needed = estimate.bytes(batchSize: batchSize)
  guard needed > available else { return }
  func gigabytes(_ bytes: Int) -> String { "\(decimal(Double(bytes) / 1e9, places: 1)) GB" }
  let fitting = estimate.batchSize(fitting: available)
  throw Complaint(
    "\(name) with batches of \(batchSize) images needs about \(gigabytes(needed)) of memory, and "
      + "\(gigabytes(available)) are free; "
      + (fitting > 0 ? "batches of \(fitting) would fit." : "choose a smaller network."))
}

/// Memory that programs can still have without others losing theirs, in bytes; nil where the system
/// does not say.
private func availableMemory() -> Int? {
  #if os(Linux)
    guard let file = fopen("/proc/meminfo", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      guard text.hasPrefix("MemAvailable:") else { continue }
      return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }
    return nil
  #else
    var size = 0
    var length = MemoryLayout<Int>.size
    return sysctlbyname("hw.memsize", &size, &length, nil, 0) == 0 ? size : nil
  #endif
}
