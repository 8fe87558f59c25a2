import Records
import Slurm
import Wording

/// What is submitted of a sweep, and what is told of it.
struct SlurmSubmission {
  let sweep: Sweep
  let list: RunList
  /// Of the runs that are missing.
  let arrays: [TaskArray]
  /// Arrays in the queue that train other runs of the sweep, its own or another sweep's.
  let earlier: [Int]
  /// Jobs of the sweep that are in the queue.
  let queued: [Ledger.Job]
  /// Whether a job is to draw.
  let draws: Bool

  /// Drawing comes after all that is in the queue; one that waits already will do unless there are new arrays.
  private var needsDrawing: Bool {
    draws
      && (!arrays.isEmpty || !earlier.isEmpty && !queued.contains { $0.kind == .drawing })
  }

  private var tasks: Int { arrays.reduce(0) { $0 + $1.tasks.count } }

  // MARK: - Shown

  /// The files and the commands.
  var preview: String {
    guard !arrays.isEmpty || needsDrawing else { return "There is nothing to submit." }
    let folder = sweep.folder
    let files = [
      (folder.list, list.text), (folder.trainingScript, sweep.trainingScript),
      (folder.drawingScript, sweep.drawingScript),
    ].map { path, text in "\n==> \(path) <==\n\(text)" }.joined()
    let names = (1...max(1, arrays.count)).map { arrays.count == 1 ? "ARRAY" : "ARRAY\($0)" }
    let commands =
      arrays.map { shellQuoted(["sbatch"] + sweep.submission(of: $0)) }
      + (needsDrawing
        ? [
          shellQuoted(
            ["sbatch"]
              + sweep.submission(
                ofDrawingAfter: earlier.map { "\($0)" } + names.prefix(arrays.count)))
        ] : [])
    return """
      \(files)
      ==> to be submitted: \(counted(tasks, "run")) <==
      \(commands.joined(separator: "\n"))

      Nothing was written or submitted.
      """
  }

  // MARK: - Submitted

  /// Writes the folder and submits. What was submitted is remembered at once, whatever comes next.
  func submit(by programs: SlurmPrograms, of states: [RunState]) throws {
    let finished = states.count { $0 == .finished }
    let underWay = states.count(where: \.isUnderWay)
    if finished > 0 { print("Finished before: \(counted(finished, "run")).") }
    if underWay > 0 { print("In the queue or running before: \(counted(underWay, "run")).") }
    guard !arrays.isEmpty || needsDrawing else {
      print(
        underWay > 0
          ? "There is nothing to submit."
            + (queued.isEmpty ? "" : "\n\(hints(queued.map(\.id)))")
          : "There is nothing to submit. This draws again:\n  gradflow run "
            + "\(shellQuoted(sweep.arguments)) --no-train")
      return
    }
    try sweep.folder.write(sweep, list)
    var ledger = Ledger(queued)
    var submitted: [Int] = []
    func submit(_ arguments: [String], _ kind: Ledger.Job.Kind, _ what: String) throws -> Int {
      let outcome = try programs.run("sbatch", arguments)
      guard outcome.status == 0, let id = submittedJob(in: outcome.output) else {
        throw Complaint(refusal(of: what, outcome.remarks, after: submitted))
      }
      if !outcome.remarks.isEmpty { say("sbatch: \(outcome.remarks)\n") }
      ledger.jobs.append(Ledger.Job(id: id, kind: kind))
      try sweep.folder.write(ledger)
      submitted.append(id)
      return id
    }
    for (index, array) in arrays.enumerated() {
      let place = arrays.count == 1 ? "" : " (array \(index + 1) of \(arrays.count))"
      let what = "\(counted(array.tasks.count, "run"))\(place)"
      let id = try submit(
        sweep.submission(of: array), .training(offset: array.offset), what)
      print("Submitted \(what) as job \(id)\(array.tasks.count > 1 ? ", a task each" : "").")
    }
    if needsDrawing {
      let id = try submit(
        sweep.submission(ofDrawingAfter: (earlier + submitted).map { "\($0)" }), .drawing,
        "the drawing")
      print("Submitted the drawing after them as job \(id).")
    }
    print(hints(ledger.jobs.map(\.id)))
  }

  private func refusal(of what: String, _ remarks: String, after submitted: [Int]) -> String {
    let reason = remarks.isEmpty ? "it does not say why" : remarks
    let before = sentenceList(submitted.map { "job \($0)" })
    return "sbatch refuses \(what): \(reason). "
      + (submitted.isEmpty
        ? "Nothing was submitted."
        : "Submitted before that, and remembered: \(before); the same command submits the rest.")
  }

  /// What can be done next.
  private func hints(_ jobs: [Int]) -> String {
    let ids = jobs.map { "\($0)" }
    let output =
      sweep.output == OutputOptions.usual ? "" : " --output \(shellQuoted(sweep.output))"
    return aligned(
      [
        ["  how far they are", "gradflow list \(shellQuoted(sweep.name))\(output)"],
        ["  what they wait for", "squeue --jobs=\(ids.joined(separator: ","))"],
        ["  what they say", sweep.folder.logs],
        ["  to end them", "scancel \(ids.joined(separator: " "))"],
      ], left: [0, 1])
  }
}
