import Architectures
import Wording

/// Complains where a training cannot fit into the memory that is free, with a batch size that would.
///
/// - Parameter ranks: How many of them train it on this machine, each by itself in memory.
func requireMemory(
  for estimate: MemoryEstimate, batchSize: Int, name: String, ranks: Int = 1
) throws {
  let complaint = memoryComplaint(
    estimate, batchSize: batchSize, name: name, available: Allowance().memory.map { $0 / ranks })
  if let complaint { throw Complaint(complaint) }
}

/// The sentence about a training that does not fit into so many bytes, nil of them being unknown; nil
/// where it does.
func memoryComplaint(
  _ estimate: MemoryEstimate, batchSize: Int, name: String, available: Int?
) -> String? {
  guard let available else { return nil }
  let needed = estimate.bytes(batchSize: batchSize)
  guard needed > available else { return nil }
  let fitting = estimate.batchSize(fitting: available)
  return
    "\(name) with batches of \(batchSize) images needs \(needed == .max ? "more than" : "about") "
    + "\(gigabytes(needed)) of memory, and \(gigabytes(available)) are free; "
    + (fitting > 0 ? "batches of \(fitting) would fit." : "choose a smaller network.")
}
