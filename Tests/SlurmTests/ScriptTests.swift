import Foundation
import Testing

@testable import Slurm

/// Scripts are run by bash, with a training and an scontrol of a few lines that write down what they are told.
@Suite("Scripts of a sweep", .serialized)
struct ScriptTests {
  private let folder = NSTemporaryDirectory() + "gradflow scripts \(UUID().uuidString)"

  private func write(_ text: String, _ name: String) throws {
    try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(folder)/\(name)")
  }

  private func text(_ name: String) -> String {
    FileManager.default.contents(atPath: "\(folder)/\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
      ?? ""
  }

  /// Starts the training script as the task 2 of job 12; the training is a script, too.
  private func start(
    training: String, offset: [String] = [], restarts: String? = nil
  ) throws -> Process {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/bin", withIntermediateDirectories: true)
    try write("#!/bin/bash\n\(training)", "it's")
    try write("#!/bin/bash\necho \"$@\" >>'\(folder)/requeued'", "bin/scontrol")
    let sweep = sampleSweep(working: folder, program: "\(folder)/it's")
    let path = "\(folder)/\(sweep.folder.path)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try RunList(["one", "two", "three", "four"]).text
      .write(toFile: "\(folder)/\(sweep.folder.list)", atomically: false, encoding: .utf8)
    try sweep.trainingScript
      .write(toFile: "\(path)/train.sh", atomically: false, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["\(path)/train.sh"] + offset
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = [
      "PATH": "\(folder)/bin:/usr/bin:/bin", "SLURM_ARRAY_JOB_ID": "12", "SLURM_ARRAY_TASK_ID": "2",
      "SLURM_CPUS_PER_TASK": "4", "SLURM_RESTART_COUNT": restarts ?? "",
    ]
    // The threads of tests block signals, and a program inherits that.
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
    return process
  }

  /// Writes down its arguments, and saves for a moment when it is told to end.
  private var patient: String {
    """
    trap 'sleep 0.3; echo saved >"\(folder)/saved"; exit 143' TERM
    echo $$ >'\(folder)/process'
    printf '%s\\n' "$@" >'\(folder)/arguments'
    while true; do sleep 0.05; done
    """
  }

  /// Sends a signal to the script, or to the training as well, as Slurm does to all processes of a task.
  private func signal(_ process: Process, _ number: Int32, all: Bool = false) throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while text("arguments").isEmpty {
      try #require(ContinuousClock.now < deadline)
      usleep(10_000)
    }
    kill(process.processIdentifier, number)
    if all, let training = Int32(text("process").filter(\.isNumber)) { kill(training, number) }
    process.waitUntilExit()
  }

  @Test("a task trains the run of its line, counted from the first argument, and ends as it ends")
  func task() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let training = "printf '%s\\n' \"$@\" >'\(folder)/arguments'; exit 7"
    for (offset, run) in [([], "two"), (["2"], "four")] {
      let process = try start(training: training, offset: offset)
      process.waitUntilExit()
      #expect(process.terminationStatus == 7)
      #expect(
        text("arguments").split(separator: "\n").map(String.init)
          == ["run"] + sampleSweep().arguments + ["--only", run, "--no-draw", "--threads", "4"])
    }
    #expect(text("requeued").isEmpty)
  }

  @Test("told that its time is over, a task has the run saved and goes back into the queue")
  func endOfTime() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = try start(training: patient)
    try signal(process, SIGUSR1)
    #expect(process.terminationStatus == 143 && text("saved") == "saved\n")
    #expect(text("requeued") == "requeue 12_2\n")
  }

  @Test("a task that was in the queue a hundred times does not go back")
  func tooOften() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = try start(training: patient, restarts: "100")
    try signal(process, SIGUSR1)
    #expect(process.terminationStatus == 143 && text("requeued").isEmpty)
  }

  @Test("cancelled, a task waits until the run has saved, and does not go back into the queue")
  func cancelled() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let process = try start(training: patient)
    try signal(process, SIGTERM, all: true)
    #expect(process.terminationStatus == 143 && text("saved") == "saved\n")
    #expect(text("requeued").isEmpty)
  }

  @Test("a script begins with what it asks for, before any command")
  func directives() {
    let sweep = sampleSweep(
      resources: .init(
        partition: "main", account: "lab", processors: 4, memory: "3G", time: "02:00:00"),
      options: ["--qos=long", "--comment=two words"])
    let lines = sweep.trainingScript.split(separator: "\n").map(String.init)
    let first = lines.firstIndex { !$0.hasPrefix("#") } ?? 0
    let folder = "my output/slurm/depth-sweep-paper"
    for line in [
      "#SBATCH --job-name=gradflow-depth-sweep-paper", "#SBATCH \"--chdir=/home/a b\"",
      "#SBATCH \"--output=\(folder)/logs/%A_%a.txt\"", "#SBATCH --partition=main",
      "#SBATCH --account=lab", "#SBATCH --cpus-per-task=4", "#SBATCH --mem=3G",
      "#SBATCH --time=02:00:00", "#SBATCH --qos=long", "#SBATCH \"--comment=two words\"",
      "#SBATCH --requeue", "#SBATCH --open-mode=append", "#SBATCH --signal=B:USR1@120",
    ] { #expect(lines[..<first].contains(line), "\(line)") }
    let drawing = sweep.drawingScript
    for line in [
      "#SBATCH --cpus-per-task=1", "#SBATCH --time=01:00:00", "#SBATCH --qos=long",
      "#SBATCH --job-name=gradflow-depth-sweep-paper-drawing",
    ] { #expect(drawing.contains("\(line)\n"), "\(line)") }
    #expect(drawing.contains("'initialization=he (fan in)' --no-train\n"))
  }

  @Test("what the user leaves to the cluster is not asked for, and percent signs are no patterns")
  func unasked() {
    let sweep = Sweep(
      name: "a%b", output: "out", workingFolder: "/", program: "/p", arguments: ["e"],
      resources: .init(processors: 1))
    for script in [sweep.trainingScript, sweep.drawingScript] {
      for option in ["--partition", "--account", "--mem", "--time"] {
        #expect(!script.contains("#SBATCH \(option)"))
      }
      #expect(script.contains("#SBATCH --output=out/slurm/a%%b/logs/%"))
    }
  }
}
