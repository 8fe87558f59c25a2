import Testing

@testable import Collective

@Suite("How the program was started")
struct LaunchTests {
  private func launch(_ environment: [String: String]) -> Launch {
    Launch { environment[$0] }
  }

  @Test("mpirun of both families, srun with and without MPI, and nothing at all are told apart")
  func launchers() {
    let openMPI = launch([
      "OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "3", "PMIX_RANK": "3",
    ])
    #expect(openMPI.launcher == .openMPI && openMPI.rank == 3 && openMPI.ranks == 4)
    #expect(openMPI.libraries.first?.contains("libmpi") == true)
    let mpich = launch(["PMI_SIZE": "2", "PMI_RANK": "1"])
    #expect(mpich.launcher == .mpich && mpich.rank == 1 && mpich.ranks == 2)
    let pmix = launch([
      "PMIX_RANK": "1", "SLURM_STEP_NUM_TASKS": "8", "SLURM_NTASKS": "16", "SLURM_PROCID": "1",
    ])
    #expect(pmix.launcher == .pmix && pmix.ranks == 8)
    let bare = launch(["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"])
    #expect(bare.launcher == .slurm && bare.ranks == 2)
    #expect(launch([:]).launcher == .none)
  }

  @Test(
    "one rank is none, also in a batch script of a job of many tasks, and nonsense is not believed")
  func single() {
    for environment in [
      ["OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"],
      // A batch script is no step: only srun within it makes tasks.
      ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"],
      ["PMI_SIZE": "2", "PMI_RANK": "2"], ["PMI_SIZE": "many", "PMI_RANK": "0"],
    ] {
      let alone = launch(environment)
      #expect(alone.launcher == .none && alone.rank == 0 && alone.ranks == 1)
    }
  }

  @Test("without a library of MPI ranks are refused in a sentence that says what to do")
  func missing() {
    let error = MPIError.missing(ranks: 4, names: ["libmpi.so.40"])
    for words in ["4 ranks", "libmpi.so.40", "install", "GRADFLOW_MPI"] {
      #expect(error.description.contains(words))
    }
    #expect(throws: MPIError.withoutMPI(ranks: 2)) {
      try MPI(launch(["SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"]))
    }
  }
}
