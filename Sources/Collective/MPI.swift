internal import CMPI
import Platform

/// The ranks that `mpirun` or `srun` started, by the library of MPI that is found when the program runs.
///
/// One thread starts it, makes all calls and ends it.
package final class MPI: Collective {
  package let rank: Int
  package let ranks: Int

  /// Starts the library, of several ranks.
  package init(_ launch: Launch) throws(MPIError) {
    guard launch.launcher != .slurm else { throw .withoutMPI(ranks: launch.ranks) }
    let names = environmentVariable("GRADFLOW_MPI").map { [$0] } ?? launch.libraries
    guard names.contains(where: { Self.load($0, for: launch.launcher) }) else {
      throw .missing(ranks: launch.ranks, names: names)
    }
    guard gf_mpi_start() else { throw .refused }
    (rank, ranks) = (Int(gf_mpi_rank()), Int(gf_mpi_ranks()))
    guard ranks == launch.ranks else {
      throw .stranger(ranks: launch.ranks, known: ranks)
    }
  }

  private static func load(_ name: String, for launcher: Launch.Launcher) -> Bool {
    let family = gf_mpi_load(name)
    let fits =
      switch launcher {
      case .openMPI: family == GF_MPI_OPEN_MPI
      case .mpich: family == GF_MPI_MPICH
      case .pmix, .slurm, .none: family != GF_MPI_NONE
      }
    if !fits { gf_mpi_unload() }
    return fits
  }

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) {
    gf_mpi_exchange(
      Int32(partner), sent.baseAddress, Int64(sent.count), received.baseAddress,
      Int64(received.count))
  }

  /// Waits for all ranks; the last call.
  package func finish() { gf_mpi_finish() }

  /// Ends all ranks at once.
  package func abort() -> Never { gf_mpi_abort(1) }
}

/// Why ranks cannot talk to each other.
package enum MPIError: Error, Equatable, CustomStringConvertible {
  case missing(ranks: Int, names: [String])
  case withoutMPI(ranks: Int)
  case refused
  case stranger(ranks: Int, known: Int)

  package var description: String {
    switch self {
    case .missing(let ranks, let names):
      "This was started on \(ranks) ranks, and no library of MPI that fits was found "
        + "(\(names.joined(separator: ", "))): install Open MPI or MPICH, load its module, or set "
        + "GRADFLOW_MPI to the path of the library that belongs to this mpirun."
    case .withoutMPI(let ranks):
      "srun started \(ranks) tasks without MPI, and each would train the same runs: use srun --mpi=pmix or "
        + "--mpi=pmi2, or mpirun inside of the allocation."
    case .refused: "The library of MPI could not start."
    case .stranger(let ranks, let known):
      "This was started on \(ranks) ranks, and the library of MPI knows of \(known): it is another one than "
        + "mpirun belongs to. Set GRADFLOW_MPI to the path of the one that does."
    }
  }
}
