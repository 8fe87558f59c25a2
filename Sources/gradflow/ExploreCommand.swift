import ArgumentParser
import Experiments
import Explorer
import Findings
import Platform
import Records
import Wording

struct ExploreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Shows runs in the browser: every layer at every step, to play with.",
    discussion: """
      Serves a page on this machine alone, until Ctrl-C: all runs of the output folder, those under way \
      while they grow, and a playground in which two networks learn while one watches. With --save it \
      writes one page with records in it instead, which opens by a double-click and asks for no other file: \
      those of experiments, of folders of records of any program, or all that there are.
      """)

  @Argument(
    help: ArgumentHelp(
      "Experiments, as in `gradflow list`, or folders of records. (default: all runs there are)",
      valueName: "experiment or dir"))
  var subjects: [String] = []

  @Option(
    help: ArgumentHelp("Write a page with the runs in it.", valueName: "file.html"))
  var save: String?

  @Option(help: "The port of the page. (default: one that is free)")
  var port: UInt16 = 0

  @Flag(help: "Open the page in the browser.")
  var open = false

  @Option(help: "How many processors the playground computes on. (default: all)")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "The folder with the files of Fashion-MNIST, for the playground.", valueName: "dir"))
  var data: String?

  @OptionGroup var options: OutputOptions

  func validate() throws {
    if save == nil, !subjects.isEmpty {
      throw ValidationError(
        "The page shows all runs of \(options.output)/runs; to choose some, --save them as a file.")
    }
    if save != nil, open || port != 0 || threads != nil || data != nil {
      throw ValidationError("--open, --port, --threads and --data are for a page that is served.")
    }
    if let threads, threads < 1 { throw ValidationError("--threads should be 1 or more.") }
  }

  func run() async throws {
    guard let save else { return try await serve() }
    let pages = PageWriting()
    if subjects.count == 1, let experiment = Experiment.named(subjects[0]) {
      try pages.write(try finishedRuns(of: experiment), to: save)
    } else {
      try pages.write(try chosenRuns(), to: save)
    }
    print(save)
  }

  /// Serves the page until it is interrupted.
  private func serve() async throws {
    let playground = TwinPlayground(
      threads: threads ?? Allowance().processors, data: data, output: options.output)
    defer { playground.close() }
    let server = Server(
      Page(
        title: "gradflow explorer",
        question: "Every layer at every step, and networks that learn while you watch."),
      of: [ShownFolder(RecordStore(output: options.output)), playground.folder],
      playground: playground)
    InterruptSignals.isTraining = true
    let isOpening = open
    let serving = Task {
      try await server.run(port: port) { port in
        print("http://127.0.0.1:\(port)")
        // Whoever reads this through a pipe waits for it.
        fflush(nil)
        say("Ctrl-C ends it.\n")
        if isOpening { openInBrowser("http://127.0.0.1:\(port)") }
      }
    }
    let watching = Task {
      while InterruptSignals.received == 0 {
        playground.isWatched = server.isWatched
        try await Task.sleep(for: .milliseconds(100))
      }
      serving.cancel()
    }
    defer { watching.cancel() }
    do {
      try await serving.value
    } catch {
      guard InterruptSignals.received == 0 else { return }
      throw Complaint(
        "The page cannot be served at port \(port): \(error). Another program may have it; "
          + "choose another with --port.")
    }
  }

  private func finishedRuns(of experiment: Experiment) throws -> FinishedRuns {
    if let found = try RecordStore(output: options.output).finishedRuns(of: experiment) {
      return found
    }
    throw Complaint(
      "There are no records for \(experiment.name) in \(options.output)/runs. Make them with "
        + "`gradflow run \(experiment.arguments)`.")
  }

  /// The runs of the subjects, each once.
  private func chosenRuns() throws -> [ExploredRun] {
    let store = RecordStore(output: options.output)
    var chosen: [ExploredRun] = []
    func add(_ run: ExploredRun) {
      if !chosen.contains(where: { $0.name == run.name }) { chosen.append(run) }
    }
    for subject in subjects {
      if let experiment = Experiment.named(subject) {
        for record in try finishedRuns(of: experiment).records {
          add(ExploredRun(name: record.configuration.runName, record: record))
        }
      } else {
        for folder in try runFolders([subject]) { add(try ExploredRun(folder)) }
      }
    }
    if subjects.isEmpty {
      for folder in store.folders() { add(try ExploredRun(folder)) }
      guard !chosen.isEmpty else {
        throw Complaint(
          "There are no runs in \(options.output)/runs. Make some with `gradflow run quickstart`.")
      }
    }
    return chosen
  }
}

extension ExploredRun {
  init(_ folder: RunFolder) throws {
    self.init(
      name: folder.name, record: try folder.record(), isGrowing: folder.isGrowing)
  }
}
