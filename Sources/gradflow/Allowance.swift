import Platform
import Tensors

/// How much of the machine this process may use. Affinity masks and control groups, which containers
/// and batch systems set, may allow less than there is.
struct Allowance {
  /// What stands before `/proc` and `/sys`.
  private let root: String
  /// The folders of the control groups that the process is in, and of those above them: a limit of any
  /// of them counts.
  private let groups: [String]

  init(root: String = "") {
    self.root = root
    groups = controlGroups(root: root)
  }

  /// The processors to compute on: those that the process is bound to, or fewer where control groups
  /// give it less time than so many have.
  var processors: Int { max(1, min(Engine.processors, processorsOfQuota ?? .max)) }

  /// The numbers of those that the process is bound to, as the system lists them: `0-3,8`; empty where it does
  /// not say.
  var processorList: String {
    let list = lines("\(root)/proc/self/status").first { $0.hasPrefix("Cpus_allowed_list:") }
    return list.map { String($0.dropFirst(18).drop { $0 == " " || $0 == "\t" }) } ?? ""
  }

  /// Memory that programs can still have without others losing theirs, in bytes; nil where the system
  /// does not say.
  var memory: Int? {
    ([freeMemoryOfMachine] + groups.map(freeMemory(in:))).compactMap { $0 }.min()
  }

  // MARK: - Processors

  /// As many as the smallest quota of time is worth, rounded up; nil where there is no quota.
  var processorsOfQuota: Int? { groups.compactMap(processors(ofQuotaIn:)).min() }

  private func processors(ofQuotaIn group: String) -> Int? {
    // Quota and period are one file in version 2, and two in version 1.
    let words =
      text("\(group)/cpu.max")?.split(separator: " ")
      ?? ["quota", "period"].compactMap { text("\(group)/cpu.cfs_\($0)_us") }
    guard words.count == 2, let quota = whole(words[0]), let period = whole(words[1]), period > 0
    else { return nil }
    return quota / period + (quota % period == 0 ? 0 : 1)
  }

  // MARK: - Memory

  /// What is left of a group's limit; nil where it has none. Files that the kernel has read ahead or
  /// kept, and can forget, count as free.
  private func freeMemory(in group: String) -> Int? {
    guard
      let limit = number("\(group)/memory.max") ?? number("\(group)/memory.limit_in_bytes"),
      let usage = number("\(group)/memory.current") ?? number("\(group)/memory.usage_in_bytes")
    else { return nil }
    // Version 1 tells a group's own pages from those of all groups below it, which the usage counts.
    let forgettable =
      entry("total_inactive_file", of: "\(group)/memory.stat")
      ?? entry("inactive_file", of: "\(group)/memory.stat") ?? 0
    return max(0, limit - max(0, usage - forgettable))
  }

  private var freeMemoryOfMachine: Int? {
    entry("MemAvailable:", of: "\(root)/proc/meminfo").map { min($0, .max / 1024) * 1024 }
      ?? installedMemory
  }
}

// MARK: - Control groups

/// A mount of a hierarchy of control groups.
private struct Mount {
  /// The group that is seen at the mount point.
  let top: Substring
  let point: Substring
  /// Whether it is of version 2, which has one hierarchy for all controllers.
  let isUnified: Bool
  /// In version 1 the controllers of the hierarchy are among them.
  let options: [Substring]

  /// A line of `mountinfo`: six fields, further ones, a hyphen, and three.
  init?(_ line: Substring) {
    let fields = line.split(separator: " ")
    guard let hyphen = fields.firstIndex(of: "-"), hyphen >= 6, fields.count == hyphen + 4,
      ["cgroup", "cgroup2"].contains(fields[hyphen + 1])
    else { return nil }
    top = fields[3]
    point = fields[4]
    isUnified = fields[hyphen + 1] == "cgroup2"
    options = fields[hyphen + 3].split(separator: ",")
  }

  /// The path below the mount point of a group, given as a line of `/proc/self/cgroup`:
  /// `4:memory:/path`, or `0::/path` in version 2. Nil where it cannot be seen there.
  func path(ofGroup line: Substring) -> [Substring]? {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return nil }
    let controllers = fields[1].split(separator: ",")
    guard controllers.isEmpty == isUnified, controllers.allSatisfy(options.contains) else {
      return nil
    }
    let (path, above) = (fields[2].split(separator: "/"), top.split(separator: "/"))
    let below = path.dropFirst(above.count)
    guard path.starts(with: above), !below.contains("..") else { return nil }
    return Array(below)
  }
}

private func controlGroups(root: String) -> [String] {
  let groups = lines("\(root)/proc/self/cgroup")
  return lines("\(root)/proc/self/mountinfo").compactMap(Mount.init).flatMap { mount in
    groups.compactMap(mount.path).flatMap { path in
      (0...path.count).map { depth in
        ([root + mount.point] + path.prefix(depth)).joined(separator: "/")
      }
    }
  }
}

// MARK: - Files

/// A small text file without the last line's end; nil where there is none.
private func text(_ path: String) -> Substring? {
  guard let bytes = try? contents(of: path, limit: 1 << 20) else { return nil }
  let text = Substring(decoding: bytes, as: UTF8.self)
  return text.last == "\n" ? text.dropLast() : text
}

private func lines(_ path: String) -> [Substring] {
  text(path)?.split(separator: "\n") ?? []
}

/// The whole number that a file holds; nil where it holds anything else, such as `max` or -1.
private func number(_ path: String) -> Int? { text(path).flatMap(whole) }

/// The whole number behind a name in a file of lines such as `inactive_file 4096`.
private func entry(_ name: String, of path: String) -> Int? {
  for line in lines(path) {
    let words = line.split(separator: " ")
    if words.count >= 2, words[0] == name { return whole(words[1]) }
  }
  return nil
}

/// A whole number in digits.
private func whole(_ text: Substring) -> Int? {
  text.allSatisfy { ("0"..."9").contains($0) } ? Int(text) : nil
}
