/// The runs of an experiment as jobs of Slurm: where their folder is, what their tasks take, and the scripts.
package struct Sweep: Sendable {
  /// `depth-sweep-paper`; jobs are named after it.
  package let name: String
  /// The output folder as the user names it; relative ones count from ``workingFolder``.
  package let output: String
  /// Where the command was given, absolute: all relative paths count from there.
  package let workingFolder: String
  /// The program, absolute.
  package let program: String
  /// What stands behind `gradflow run` in every job.
  package let arguments: [String]
  package let resources: Resources
  /// Further options of sbatch: `--qos=long`.
  package let options: [String]

  package init(
    name: String, output: String, workingFolder: String, program: String, arguments: [String],
    resources: Resources, options: [String] = []
  ) {
    self.name = name
    self.output = output
    self.workingFolder = workingFolder
    self.program = program
    self.arguments = arguments
    self.resources = resources
    self.options = options
  }

  /// What a job asks Slurm for. What is nil is left to the cluster.
  package struct Resources: Equatable, Sendable {
    package var partition: String?
    package var account: String?
    package var processors: Int
    /// `2G`.
    package var memory: String?
    /// `01:30:00`.
    package var time: String?

    package init(
      partition: String? = nil, account: String? = nil, processors: Int, memory: String? = nil,
      time: String? = nil
    ) {
      self.partition = partition
      self.account = account
      self.processors = processors
      self.memory = memory
      self.time = time
    }

    /// As options of sbatch.
    var options: [String] {
      [
        partition.map { "--partition=\($0)" }, account.map { "--account=\($0)" },
        "--cpus-per-task=\(processors)", memory.map { "--mem=\($0)" }, time.map { "--time=\($0)" },
      ].compactMap(\.self)
    }
  }

  package var folder: SweepFolder { SweepFolder(name: name, output: output) }

  /// What its jobs are called, so that an id that Slurm gives out again is not taken for one of them.
  package var jobName: String { Self.jobName(of: name) }
  package var drawingJobName: String { Self.drawingJobName(of: name) }

  static func jobName(of sweep: String) -> String { "gradflow-\(sweep)" }
  static func drawingJobName(of sweep: String) -> String { "gradflow-\(sweep)-drawing" }

  // MARK: - Submitting

  /// What sbatch is told to submit an array.
  package func submission(of array: TaskArray) -> [String] {
    ["--parsable", "--array=\(array.indices)", folder.trainingScript]
      + (array.offset == 0 ? [] : ["\(array.offset)"])
  }

  /// What sbatch is told to submit the drawing, once these jobs have ended, however they end, and no other
  /// drawing of the sweep is under way.
  package func submission(ofDrawingAfter jobs: [String]) -> [String] {
    let ends = jobs.isEmpty ? [] : [(["afterany"] + jobs).joined(separator: ":")]
    let conditions = (ends + ["singleton"]).joined(separator: ",")
    return ["--parsable", "--dependency=\(conditions)", folder.drawingScript]
  }
}

/// The id in what `sbatch --parsable` prints: `12`, or `12;cluster`. Nil where there is none.
package func submittedJob(in answer: String) -> Int? {
  answer.split(separator: "\n").last.flatMap { line in
    line.split(separator: ";").first.flatMap { Int($0.filter { $0 != " " }) }
  }
}
