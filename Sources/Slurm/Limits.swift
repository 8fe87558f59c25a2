/// The number below which those of an array's tasks have to be, in what `scontrol show config` prints; nil
/// where it does not say.
package func maximumArraySize(in configuration: String) -> Int? {
  for line in configuration.split(separator: "\n") {
    let parts = line.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " } }
    if parts.count == 2, parts[0] == "MaxArraySize" { return Int(parts[1]) }
  }
  return nil
}

/// The longest time in minutes that a job may take in a partition, or in any of several with commas between;
/// nil of the partition means the default one. `answer` is what `sinfo` prints for
/// ``partitionQuestion``. Nil where there is no limit, or none is told.
package func timeLimit(of partition: String?, in answer: String) -> Int? {
  let wanted = partition?.split(separator: ",")
  return answer.split(separator: "\n").compactMap { line in
    let words = line.split(separator: " ")
    guard words.count == 2 else { return nil }
    let isDefault = words[0].hasSuffix("*")
    let name = isDefault ? words[0].dropLast() : words[0]
    guard wanted?.contains(name) ?? isDefault else { return nil }
    return minutes(ofTime: String(words[1]))
  }.min()
}

/// What sinfo is asked for the limits of the partitions.
package let partitionQuestion = ["--noheader", "--format=%P %l"]

/// The minutes, rounded down, of a time as Slurm writes and reads it: `90`, `90:00`, `1:30:00`, `1-12`,
/// `1-12:30`, `1-12:30:00`. Nil of anything else.
package func minutes(ofTime time: String) -> Int? {
  let parts = time.split(separator: "-", omittingEmptySubsequences: false)
  let fields = parts[parts.count - 1].split(separator: ":", omittingEmptySubsequences: false)
  let numbers = fields.compactMap { $0.count <= 8 && $0.allSatisfy(isDigit) ? Int($0) : nil }
  guard numbers.count == fields.count else { return nil }
  switch (parts.count, numbers.count) {
  case (1, 1), (1, 2): return numbers[0]
  case (1, 3): return numbers[0] * 60 + numbers[1]
  case (2, 1...3):
    guard parts[0].count <= 8, parts[0].allSatisfy(isDigit), let days = Int(parts[0]) else {
      return nil
    }
    return days * 24 * 60 + numbers[0] * 60 + (numbers.count > 1 ? numbers[1] : 0)
  default: return nil
  }
}

private func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

/// Minutes as Slurm reads them: `01:30:00`, `2-12:00:00`.
package func slurmTime(minutes: Int) -> String {
  func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
  let days = minutes / (24 * 60)
  return (days > 0 ? "\(days)-" : "")
    + "\(padded(minutes / 60 % 24)):\(padded(minutes % 60)):00"
}

/// The bytes of a size of memory as Slurm reads it: `800M`, `8G`; megabytes without a unit. Nil of anything
/// else.
package func bytes(ofMemory size: String) -> Int? {
  let units = Array("KMGT")
  let unit = size.last.flatMap { units.firstIndex(of: $0) }
  let digits = unit == nil ? size[...] : size.dropLast()
  guard !digits.isEmpty, digits.count <= 6, digits.allSatisfy(isDigit), let number = Int(digits)
  else { return nil }
  return number << (10 * ((unit ?? 1) + 1))
}
