import Architectures

/// Complains where a training cannot fit into the memory that is free, with a batch size that would.
func requireMemory(for estimate: MemoryEstimate, batchSize: Int, name: String) throws {
  guard let available = Allowance().memory else { return }
  let needed = estimate.bytes(batchSize: batchSize)
  guard needed > available else { return }
  func gigabytes(_ bytes: Int) -> String { "\(decimal(Double(bytes) / 1e9, places: 1)) GB" }
  let fitting = estimate.batchSize(fitting: available)
  throw Complaint(
    "\(name) with batches of \(batchSize) images needs about \(gigabytes(needed)) of memory, and "
      + "\(gigabytes(available)) are free; "
      + (fitting > 0 ? "batches of \(fitting) would fit." : "choose a smaller network."))
}
