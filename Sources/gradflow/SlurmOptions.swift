import ArgumentParser
import Slurm

/// What a run asks of a cluster.
struct SlurmOptions: ParsableArguments {
  @Flag(
    name: .customLong("slurm"),
    help: "Train on a cluster: submit a job for each run that is missing, and one that draws.")
  var isWanted = false

  @Option(help: "With --slurm, the partition. (default: the cluster's)")
  var partition: String?

  @Option(
    help: ArgumentHelp(
      "With --slurm, the time of a task, such as 12:00:00 or 2-00:00:00; what takes longer goes on in another. "
        + "(default: one and a half times what the longest run takes here)",
      valueName: "time"))
  var time: String?

  @Option(help: "With --slurm, the processors of a task. (default: 2)")
  var cpus: Int?

  @Option(
    help: ArgumentHelp(
      "With --slurm, the memory of a task, such as 8G. (default: by the largest run)",
      valueName: "size"))
  var mem: String?

  @Option(help: "With --slurm, the account.")
  var account: String?

  @Option(
    name: .customLong("sbatch-option"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "With --slurm, any other option of sbatch, such as --qos=long; may be repeated.",
      valueName: "option"))
  var sbatchOptions: [String] = []

  /// Shorter ones would be over when they are told that they soon will be.
  private static let shortestMinutes = 5

  func validate() throws {
    let given: [(String, Bool)] = [
      ("--partition", partition != nil), ("--time", time != nil), ("--cpus", cpus != nil),
      ("--mem", mem != nil), ("--account", account != nil),
      ("--sbatch-option", !sbatchOptions.isEmpty),
    ]
    if !isWanted, let option = given.first(where: \.1) {
      throw ValidationError("\(option.0) is for --slurm.")
    }
    if let cpus, !(1...4096).contains(cpus) {
      throw ValidationError("--cpus \(cpus): choose 1 to 4096.")
    }
    if let time, (minutes(ofTime: time) ?? 0) < Self.shortestMinutes {
      throw ValidationError(
        "--time \(time): write at least five minutes as Slurm does, such as 30 (minutes), 12:00:00 or "
          + "2-00:00:00.")
    }
    if let mem, bytes(ofMemory: mem) == nil {
      throw ValidationError("--mem \(mem): write a number and a unit, such as 8G.")
    }
    for option in sbatchOptions where !option.hasPrefix("-") {
      throw ValidationError(
        "--sbatch-option \(option): write it with its dashes in one word, such as --qos=long.")
    }
    for word in sbatchOptions + [partition, account].compactMap(\.self)
    where word.contains(where: \.isNewline) || word.isEmpty {
      throw ValidationError("An option of sbatch cannot be empty or have several lines.")
    }
  }
}
