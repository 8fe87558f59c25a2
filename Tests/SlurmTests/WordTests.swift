import Testing

@testable import Slurm

@Suite("Words of shells and of Slurm")
struct WordTests {
  @Test("a shell reads back every word as it was")
  func shell() throws {
    let words = [
      "plain-20", "", "two words", "it's", "''", "$HOME", "`id`", "a\\b", "\"q\"", "*", "a;b", "~",
      "#x",
      "über", "line\nfeed", "--set", "a=b,c:d/e@f%g+h.i_j", "!x", "(1)", "a&b",
    ]
    let back = try run("/bin/sh", ["-c", "printf '%s\\0' \(shellQuoted(words))"])
    #expect(
      back.output.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        == words + [""])
    #expect(shellQuoted("schedule.base=0.05") == "schedule.base=0.05")
  }

  @Test("an option is quoted for sbatch only where it has to be")
  func directives() {
    #expect(directive("--qos=long") == "#SBATCH --qos=long")
    #expect(directive("--chdir=/a b") == "#SBATCH \"--chdir=/a b\"")
    #expect(directive(#"--comment=a "b" \ #"#) == ##"#SBATCH "--comment=a \"b\" \\ #""##)
  }

  @Test("the limit on arrays is found among all that scontrol tells")
  func arraySize() {
    let text = "MaxArraySizeOfOthers = 7\nMaxArraySize            = 1001\nMaxDBDMsgs = 20008\n"
    #expect(maximumArraySize(in: text) == 1001)
    #expect(maximumArraySize(in: "MaxJobCount = 10") == nil)
  }

  @Test(
    "times are read as Slurm writes them",
    arguments: [
      ("90", 90), ("90:59", 90), ("1:30:00", 90), ("1-12", 2160), ("1-12:30", 2190),
      ("2-00:00:30", 2880), ("infinite", nil), ("UNLIMITED", nil), ("", nil), ("1:2:3:4", nil),
      ("-5", nil), ("1-", nil), ("1.5", nil),
    ] as [(String, Int?)])
  func times(text: String, expected: Int?) { #expect(minutes(ofTime: text) == expected) }

  @Test("times are written as Slurm reads them")
  func writtenTimes() {
    #expect(slurmTime(minutes: 11) == "00:11:00")
    #expect(slurmTime(minutes: 24 * 60 * 2 + 61) == "2-01:01:00")
    for minutes in [5, 59, 60, 1439, 1440, 100_000] {
      #expect(Slurm.minutes(ofTime: slurmTime(minutes: minutes)) == minutes)
    }
  }

  @Test("the limit of a partition is its own, the default one's, or the smallest of several")
  func partitions() {
    let answer = "short 30:00\nmain* 1-00:00:00\nlong infinite\n"
    #expect(timeLimit(of: nil, in: answer) == 1440)
    #expect(timeLimit(of: "short", in: answer) == 30)
    #expect(timeLimit(of: "main,short", in: answer) == 30)
    #expect(timeLimit(of: "long", in: answer) == nil && timeLimit(of: "mai", in: answer) == nil)
  }

  @Test("sizes of memory are in megabytes unless they say otherwise")
  func memory() {
    #expect(bytes(ofMemory: "800") == 800 << 20 && bytes(ofMemory: "800M") == 800 << 20)
    #expect(bytes(ofMemory: "8G") == 8 << 30 && bytes(ofMemory: "64K") == 65_536)
    for wrong in ["", "G", "8GB", "-1", "8 G", "1.5G", "9999999"] {
      #expect(bytes(ofMemory: wrong) == nil)
    }
  }

  @Test("the id of a job is the last line's, without its cluster")
  func submitted() {
    #expect(submittedJob(in: "12\n") == 12 && submittedJob(in: "13;other\n") == 13)
    #expect(submittedJob(in: "a remark\n14\n") == 14)
    #expect(submittedJob(in: "") == nil && submittedJob(in: "refused\n") == nil)
  }
}
