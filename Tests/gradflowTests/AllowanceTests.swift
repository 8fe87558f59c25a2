import Foundation
import Testing

@testable import gradflow

@Suite("What a process may use")
struct AllowanceTests {
  /// What is found where the files of the kernel have these contents.
  private func allowance(_ files: [String: String]) throws -> (processors: Int?, memory: Int?) {
    let root = NSTemporaryDirectory() + "gradflow-allowance-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    for (path, text) in files {
      let file = URL(fileURLWithPath: root + path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("\(text)\n".utf8).write(to: file)
    }
    let allowance = Allowance(root: root)
    return (allowance.processorsOfQuota, allowance.memory)
  }

  /// A group `/slice/job` of version 2, seen from the top.
  private let unified = [
    "/proc/self/cgroup": "0::/slice/job",
    "/proc/self/mountinfo": """
    22 28 0:21 / /proc rw,nosuid shared:12 - proc proc rw
    30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 master:1 - cgroup2 cgroup2 rw,nsdelegate
    """,
    "/proc/meminfo": "MemTotal: 8192 kB\nMemFree: 1 kB\nMemAvailable:    4096 kB",
  ]

  /// A group `/docker/x` of version 1 whose container sees it as the top.
  private let container = [
    "/proc/self/cgroup": """
    12:name=systemd:/docker/x
    5:cpu,cpuacct:/docker/x
    4:memory:/docker/x
    """,
    "/proc/self/mountinfo": """
    41 40 0:27 /docker/x /sys/fs/cgroup/systemd ro - cgroup cgroup rw,xattr,name=systemd
    42 40 0:28 /docker/x /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct
    43 40 0:29 /docker/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory
    """,
    "/proc/meminfo": "MemAvailable: 4096 kB",
  ]

  @Test("limits of version 2 count, those of groups above, too; forgettable files are free")
  func nested() throws {
    let group = "/sys/fs/cgroup/slice"
    let found = try allowance(
      unified.merging([
        "\(group)/job/cpu.max": "800000 100000", "\(group)/cpu.max": "150000 100000",
        "\(group)/job/memory.max": "3000000", "\(group)/job/memory.current": "2000000",
        "\(group)/memory.max": "1000000", "\(group)/memory.current": "600000",
        "\(group)/memory.stat": "anon 500000\ninactive_file 90000\nactive_file 10000",
      ]) { $1 })
    #expect(found == (2, 490_000))
    let own = try allowance(
      unified.merging([
        "\(group)/job/cpu.max": "200000 100000", "\(group)/cpu.max": "max 100000",
        "\(group)/job/memory.max": "3000000", "\(group)/job/memory.current": "2000000",
      ]) { $1 })
    #expect(own == (2, 1_000_000))
  }

  @Test("limits of version 1 count where a container sees them")
  func versionOne() throws {
    let (cpu, memory) = ("/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory")
    let found = try allowance(
      container.merging([
        "\(cpu)/cpu.cfs_quota_us": "250000", "\(cpu)/cpu.cfs_period_us": "100000",
        "\(memory)/memory.limit_in_bytes": "1000000", "\(memory)/memory.usage_in_bytes": "800000",
        "\(memory)/memory.stat": "inactive_file 10\ntotal_inactive_file 300000",
      ]) { $1 })
    #expect(found == (3, 500_000))
  }

  @Test("without limits there is what the machine has")
  func unlimited() throws {
    let own = "/sys/fs/cgroup/slice/job"
    let second = try allowance(
      unified.merging([
        "\(own)/cpu.max": "max 100000", "\(own)/memory.max": "max",
        "\(own)/memory.current": "5",
      ]) { $1 })
    #expect(second == (nil, 4096 * 1024))
    let (cpu, memory) = ("/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory")
    let first = try allowance(
      container.merging([
        "\(cpu)/cpu.cfs_quota_us": "-1", "\(cpu)/cpu.cfs_period_us": "100000",
        "\(memory)/memory.limit_in_bytes": "9223372036854771712",
        "\(memory)/memory.usage_in_bytes": "800000",
      ]) { $1 })
    #expect(first == (nil, 4096 * 1024))
    #expect(try allowance([:]) == (nil, nil))
  }

  @Test("what is over its limit has no memory, and the largest numbers do no harm")
  func extremes() throws {
    let own = "/sys/fs/cgroup/slice/job"
    let over = try allowance(
      unified.merging(["\(own)/memory.max": "5", "\(own)/memory.current": "9"]) { $1 })
    #expect(over.memory == 0)
    let largest = "\(Int.max)"
    let huge = try allowance(
      unified.merging([
        "\(own)/cpu.max": "\(largest) 1", "\(own)/memory.max": largest,
        "\(own)/memory.current": "0", "\(own)/memory.stat": "inactive_file \(largest)",
        "/proc/meminfo": "MemAvailable: \(largest) kB",
      ]) { $1 })
    #expect(huge == (.max, .max / 1024 * 1024))
  }

  @Test(
    "what is not understood is passed over",
    arguments: ["", "100000", "1e5 100000", "100000 0", "-100000 100000", "0x10 1", "1 2 3"])
  func nonsense(text: String) throws {
    let own = "/sys/fs/cgroup/slice/job"
    let found = try allowance(
      unified.merging([
        "\(own)/cpu.max": text, "\(own)/memory.max": text + "M", "\(own)/memory.current": text,
      ]) { $1 })
    #expect(found == (nil, 4096 * 1024))
  }

  @Test(
    "groups that a mount does not show, and lines that are none, are passed over",
    arguments: ["0::/../job", "0::/ab", "0::", "1:memory:/a/job", "", "no line"])
  func elsewhere(line: String) throws {
    let files = [
      "/proc/self/cgroup": line,
      "/proc/self/mountinfo": """
      30 23 0:26 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw
      31 23 0:26 /a /sys/fs/cgroup
      - - - -
      """,
      "/sys/fs/cgroup/cpu.max": "100000 100000", "/sys/fs/job/cpu.max": "100000 100000",
    ]
    #expect(try allowance(files).processors == nil)
    let shown = files.merging(["/proc/self/cgroup": "0::/a/job"]) { $1 }
    #expect(try allowance(shown).processors == 1)
  }
}
