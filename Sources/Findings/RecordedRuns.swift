package import Experiments
package import Records

extension RecordStore {
  /// The runs that other programs recorded, beside each other; nil where one is missing.
  package func comparison(of recordings: Recordings) throws(RecordError) -> Comparison? {
    let names = Set(runNames())
    guard recordings.runs.allSatisfy(names.contains) else { return nil }
    var records: [RunRecord] = []
    for run in recordings.runs { records.append(try load(run)) }
    return Comparison(records, command: recordings.command)
  }
}
