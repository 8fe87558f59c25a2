import Testing

@testable import Slurm

@Suite("Runs are lines, and tasks the lines' numbers")
struct ArrayTests {
  @Test("a run keeps its line when others are added, and is there once")
  func lines() {
    var list = RunList(["a", "b"])
    list.add(["c", "a", "d", "d"])
    #expect(list.names == ["a", "b", "c", "d"])
    #expect(list.lines(of: ["d", "a", "elsewhere"]) == [1, 4])
    #expect(list.name(line: 3) == "c" && list.name(line: 0) == nil && list.name(line: 5) == nil)
    #expect(RunList(text: list.text) == list && list.text == "a\nb\nc\nd\n")
  }

  @Test(
    "every line is a task of one array, whose number is below the limit", arguments: [2, 5, 1001])
  func arrays(limit: Int) {
    let lines = Array(1...2500).filter { $0 % 7 != 0 }
    let arrays = TaskArray.arrays(of: lines, limit: limit)
    #expect(arrays.flatMap { array in array.tasks.map { $0 + array.offset } } == lines)
    for array in arrays {
      #expect(array.tasks.allSatisfy { (1..<limit).contains($0) })
      #expect(array.offset % (limit - 1) == 0)
    }
    #expect(Set(arrays.map(\.offset)).count == arrays.count)
  }

  @Test("as many as are allowed are one array, and one more is a second")
  func bounds() {
    #expect(TaskArray.arrays(of: [], limit: 5).isEmpty)
    #expect(
      TaskArray.arrays(of: [1, 2, 3, 4], limit: 5) == [TaskArray(offset: 0, tasks: [1, 2, 3, 4])])
    #expect(
      TaskArray.arrays(of: [4, 5], limit: 5)
        == [TaskArray(offset: 0, tasks: [4]), TaskArray(offset: 4, tasks: [1])])
  }

  @Test("neighbours are written as a range")
  func indices() {
    #expect(TaskArray(offset: 0, tasks: [1, 2, 3, 5, 7, 8]).indices == "1-3,5,7-8")
    #expect(TaskArray(offset: 0, tasks: [4]).indices == "4")
  }

  @Test("sbatch gets the lines before the array, and the drawing waits for the end of all")
  func submissions() {
    let sweep = sampleSweep()
    let script = "my output/slurm/depth-sweep-paper/train.sh"
    #expect(
      sweep.submission(of: TaskArray(offset: 0, tasks: [1, 2]))
        == ["--parsable", "--array=1-2", script])
    #expect(
      sweep.submission(of: TaskArray(offset: 1000, tasks: [9]))
        == ["--parsable", "--array=9", script, "1000"])
    #expect(
      sweep.submission(ofDrawingAfter: ["7", "8"])[1] == "--dependency=afterany:7:8,singleton")
  }
}
