import Foundation
import Testing

@testable import Slurm

@Suite("What of a sweep is in the queue")
struct StatusTests {
  private let folder = NSTemporaryDirectory() + "gradflow-sweeps-\(UUID().uuidString)"

  @Test("what squeue tells is read, and what has ended is passed over")
  func queue() {
    let answer = """
      12 1 PENDING gradflow-a b
      12 2 RUNNING gradflow-a b
      12 3 COMPLETING gradflow-a b
      12 4 COMPLETED gradflow-a b
      12 5 CANCELLED gradflow-a b
      12 6 REQUEUE_HOLD gradflow-a b
      13 N/A PENDING gradflow-a b-drawing
      a remark
      """
    func entry(_ task: Int?, _ state: Queue.State, job: Int = 12, ending: String = "")
      -> Queue.Entry
    {
      Queue.Entry(job: job, task: task, state: state, jobName: "gradflow-a b\(ending)")
    }
    #expect(
      Queue(answer: answer).entries == [
        entry(1, .pending), entry(2, .running), entry(3, .running), entry(6, .pending),
        entry(nil, .pending, job: 13, ending: "-drawing"),
      ])
    #expect(Queue.question(about: [12, 13]).contains("--jobs=12,13"))
  }

  @Test("the ledger is read as it was written, and what it does not know is passed over")
  func ledger() {
    let ledger = Ledger([
      .init(id: 12, kind: .training(offset: 0)), .init(id: 14, kind: .training(offset: 1000)),
      .init(id: 15, kind: .drawing),
    ])
    #expect(Ledger(text: ledger.text) == ledger)
    #expect(Ledger(text: "x training 0\n5 baking\n6 training\n\n7 drawing\n").jobs.map(\.id) == [7])
  }

  @Test(
    "tasks are the runs of their lines, of the jobs that the ledger knows under the sweep's name")
  func tasks() {
    let sweeps = [
      (
        name: "a", runs: RunList(["r1", "r2", "r3", "r4", "r5"]),
        ledger: Ledger([
          .init(id: 12, kind: .training(offset: 0)), .init(id: 13, kind: .training(offset: 3)),
          .init(id: 14, kind: .drawing), .init(id: 9, kind: .training(offset: 0)),
        ])
      ),
      (
        name: "b", runs: RunList(["r9", "r1"]),
        ledger: Ledger([.init(id: 20, kind: .training(offset: 0))])
      ),
    ]
    func entry(_ job: Int, _ task: Int?, _ state: Queue.State, _ name: String) -> Queue.Entry {
      Queue.Entry(job: job, task: task, state: state, jobName: name)
    }
    let status = SweepStatus(
      sweeps,
      Queue([
        entry(12, 1, .running, "gradflow-a"), entry(12, 3, .pending, "gradflow-a"),
        entry(13, 2, .pending, "gradflow-a"), entry(13, 9, .pending, "gradflow-a"),
        entry(14, nil, .pending, "gradflow-a-drawing"),
        // Another's job that was given the id of an old one.
        entry(9, 2, .running, "gradflow-other"),
        // The same run in another sweep: the task that computes counts.
        entry(20, 2, .pending, "gradflow-b"),
      ]))
    #expect(status.tasks.mapValues(\.id) == ["r1": "12_1", "r3": "12_3", "r5": "13_2"])
    #expect(status.tasks["r1"]?.state == .running && status.tasks["r5"]?.state == .pending)
    #expect(status.jobs.mapValues { $0.map(\.id) } == ["a": [12, 13, 14], "b": [20]])
  }

  @Test("a folder gives back what was written, and squeue is asked once, about all jobs")
  func folders() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var questions: [[String]] = []
    func ask(_ question: [String]) -> String {
      questions.append(question)
      return "8 2 PENDING gradflow-x\n"
    }
    #expect(try SweepStatus(output: folder, ask: ask).tasks.isEmpty && questions.isEmpty)
    for (name, id) in [("x", 8), ("y", 9)] {
      let sweep = Sweep(
        name: name, output: folder, workingFolder: "/", program: "/p", arguments: ["e"],
        resources: .init(processors: 1))
      try sweep.folder.write(sweep, RunList(["r1", "r2"]))
      try sweep.folder.write(Ledger([.init(id: id, kind: .training(offset: 0))]))
      #expect(FileManager.default.fileExists(atPath: sweep.folder.logs))
      #expect(try sweep.folder.runs().names == ["r1", "r2"])
      let written = FileManager.default.contents(atPath: sweep.folder.trainingScript)
      #expect(written == Data(sweep.trainingScript.utf8))
    }
    #expect(SweepFolder.all(in: folder).map(\.name) == ["x", "y"])
    #expect(try SweepStatus(output: folder, ask: ask).tasks["r2"]?.id == "8_2")
    #expect(questions == [Queue.question(about: [8, 9])])
  }
}
