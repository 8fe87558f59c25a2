import Dispatch
import Synchronization

/// Prepares mini-batches on a thread of its own while the network learns from those before: the
/// same ones in the same order.
package final class Prefetcher: Sendable {
  private let shelf = Mutex<[Batch]>([])
  private let filled = DispatchSemaphore(value: 0)
  private let free: DispatchSemaphore

  /// Begins with the batch of an index, and keeps two ready.
  package init(_ source: BatchSource, from index: Int = 0) {
    // Dispatch forbids to drop a semaphore below its first value, so that is 0.
    let free = DispatchSemaphore(value: 0)
    for _ in 0..<2 { free.signal() }
    self.free = free
    let filled = filled
    DispatchQueue(label: "batches").async { [weak self] in
      var index = index
      var epoch = -1
      var order: [Int32] = []
      while true {
        free.wait()
        if index / source.batchesPerEpoch != epoch {
          epoch = index / source.batchesPerEpoch
          order = source.order(epoch: epoch)
        }
        let batch = source.batch(index, order: order)
        guard let self else { return }
        self.shelf.withLock { $0.append(batch) }
        filled.signal()
        index += 1
      }
    }
  }

  /// The next mini-batch; waits for it where it is not ready.
  package func next() -> Batch {
    filled.wait()
    let batch = shelf.withLock { $0.removeFirst() }
    free.signal()
    return batch
  }

  deinit {
    // The thread may be waiting for room: it wakes, finds nobody, and ends.
    free.signal()
  }
}
