import Essentials
import Findings
package import Records

/// A run that the explorer shows.
package struct ExploredRun: Sendable {
  /// That of its folder.
  package let name: String
  package let record: RunRecord
  /// Whether it has not finished.
  package let isGrowing: Bool

  package init(name: String, record: RunRecord, isGrowing: Bool = false) {
    self.name = name
    self.record = record
    self.isGrowing = isGrowing
  }
}

/// Runs as a page reads them: a head in JSON, which says what there is, and behind it every recorded number
/// in 16 bits; all of it packed by gzip.
package struct PackedRuns {
  package let bytes: [UInt8]

  /// Packs runs, and by their names what is wrong with those that could not be read.
  package init(_ runs: [ExploredRun], faults: [String: String] = [:]) {
    var planes = BytePlanes()
    var structures: [RunHead.Structure] = []
    var schedules = Schedules()
    let heads = zip(runs, labels(of: runs)).map { run, label in
      let structure = RunHead.Structure(run.record.run)
      let place = structures.firstIndex(of: structure) ?? structures.count
      if place == structures.count { structures.append(structure) }
      var head = RunHead(run, label: label, structure: place)
      var watch = Watch(run.record.run)
      var notes: [RunHead.Note] = []
      watch.forEachStep(of: run.record) { step, seen in
        notes += seen.map { RunHead.Note($0, at: step, of: run.record.run) }
      }
      head.notes = notes
      head.tables = PackedTable.all(of: run.record, into: &planes, &schedules)
      return head
    }
    let json = encoded(
      Head(structures: structures, schedules: schedules.all, runs: heads, faults: faults))
    let length = UInt32(json.count)
    let prefix = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
    bytes = gzipped(prefix + json + planes.bytes)
  }

  private struct Head: Encodable {
    let structures: [RunHead.Structure]
    let schedules: [[Int]]
    let runs: [RunHead]
    let faults: [String: String]
  }
}

/// JSON with sorted keys: equal values are equal bytes.
func encoded(_ value: some Encodable) -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return Array(try encoder.encode(value))
  } catch {
    preconditionFailure("a page holds only finite numbers and text: \(error)")
  }
}

/// What each run is called among those of the same conditions: its network, what that differs in from its
/// namesakes, and its seed. A page tells of conditions beside.
private func labels(of runs: [ExploredRun]) -> [String] {
  var labels = [String](repeating: "", count: runs.count)
  let conditions = runs.map { Comparison([$0.record]).caption() }
  for alike in Dictionary(grouping: runs.indices, by: { conditions[$0] }).values {
    for (place, name) in zip(alike, alike.map { runs[$0].record }.names) { labels[place] = name }
  }
  return labels
}
