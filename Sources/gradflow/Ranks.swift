import ArgumentParser
import Collective
import Experiments
import Platform

/// A command that all ranks carry out together. Of any other rank 0 does everything.
protocol RankedCommand {}

extension Launch {
  /// How this process was started.
  static let current = Launch()
}

/// Does something on all ranks that `mpirun` started; on one, alone, where it did not. They are done with
/// each other when it returns.
///
/// What fails on all of them together is said once, by the first that knows why; what one of them did not
/// expect ends all.
func onAllRanks<Result>(_ body: (any Collective) throws -> Result) throws -> Result {
  let ranks = Launch.current.ranks
  guard ranks > 1 else { return try body(Alone()) }
  guard ranks.nonzeroBitCount == 1 else {
    throw Complaint(
      "\(ranks) ranks cannot share mini-batches evenly: start 2, 4, 8 or another power of two.")
  }
  let mpi = try MPI(.current)
  do {
    let result = try body(mpi)
    mpi.finish()
    return result
  } catch let failure as SharedFailure {
    if let reason = failure.reason { complain(reason) }
    leave(mpi)
    throw ExitCode.failure
  } catch let code as ExitCode {
    leave(mpi)
    throw code
  } catch {
    complain(error)
    mpi.abort()
  }
}

/// Ends what all ranks end. When the first of them has, mpirun tells the others to, which they know.
private func leave(_ mpi: MPI) {
  for signal in [SIGINT, SIGTERM] { ignoreSignal(signal) }
  mpi.finish()
}

/// Says what is wrong, on whichever rank.
private func complain(_ error: any Error) {
  writeToStandardError("\(Gradflow.fullMessage(for: error))\n")
}

/// Which ranks this one shares something with, itself among them.
struct Neighbours {
  /// Those on the same machine.
  let onMachine: Int
  /// Those that are bound to the same processors of it.
  let onProcessors: Int

  /// Asks all ranks where they are.
  init(on collective: any Collective) {
    let machine = hostName()
    let found = [machine, "\(machine) \(Allowance().processorList)"].map { place in
      let keys = collective.gather(key(of: place))
      return keys.filter { $0 == keys[collective.rank] }.count
    }
    onMachine = found[0]
    onProcessors = found[1]
  }

  /// The processors that this rank has for itself.
  var processors: Int { max(1, Allowance().processors / onProcessors) }
}

/// Texts that differ have keys that differ (FNV-1a).
private func key(of text: String) -> UInt64 {
  text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

/// Complains where so many ranks cannot share the mini-batches of a run.
func requireShards(_ shards: Int?, of name: String, option: String, ranks: Int) throws {
  guard ranks > 1 else { return }
  guard let shards, shards % ranks == 0 else {
    let there = shards.map { "those of \(name) have \($0)" } ?? "those of \(name) are in one piece"
    throw Complaint(
      "\(ranks) ranks share the shards of each mini-batch, and \(there): add \(option)=\(max(8, ranks))."
    )
  }
}
