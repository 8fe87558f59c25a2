import Platform

/// What the environment says of how this program was started: by `mpirun`, by Slurm's `srun`, or by itself.
package struct Launch: Equatable, Sendable {
  package enum Launcher: Equatable, Sendable {
    case openMPI, mpich
    /// `srun` with PMIx, which libraries of both families may know.
    case pmix
    /// `srun` without any MPI.
    case slurm
    case none
  }

  package let launcher: Launcher
  /// Which rank this is, from 0; 0 where there is one alone.
  package let rank: Int
  package let ranks: Int

  package init(environment: (String) -> String? = environmentVariable) {
    func number(_ name: String) -> Int? { environment(name).flatMap { Int($0) } }
    let tasks = number("SLURM_STEP_NUM_TASKS") ?? number("SLURM_NTASKS") ?? 1
    let known: [(Launcher, rank: Int?, ranks: Int?)] = [
      (.openMPI, number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE")),
      (.mpich, number("PMI_RANK"), number("PMI_SIZE")),
      (.pmix, number("PMIX_RANK"), tasks),
      (.slurm, number("SLURM_PROCID"), number("SLURM_STEP_NUM_TASKS")),
    ]
    for case (let launcher, let rank?, let ranks?) in known where ranks > 1 && rank < ranks {
      (self.launcher, self.rank, self.ranks) = (launcher, rank, ranks)
      return
    }
    (launcher, rank, ranks) = (.none, 0, 1)
  }

  /// Under which names its library may be found.
  var libraries: [String] {
    switch launcher {
    case .openMPI: Self.openMPI
    case .mpich: Self.mpich
    case .pmix: Self.openMPI + Self.mpich
    case .slurm, .none: []
    }
  }

  #if os(macOS)
    private static let openMPI = [
      "libmpi.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib",
    ]
    private static let mpich = openMPI
  #else
    /// The last one has a name where programs are compiled, too.
    private static let openMPI = ["libmpi.so.40", "libmpi.so.20", "libmpi.so"]
    private static let mpich = ["libmpi.so.12", "libmpich.so.12", "libmpi.so"]
  #endif
}
