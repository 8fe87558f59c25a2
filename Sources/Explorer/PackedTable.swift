import Records

/// A table of a run as a page reads it: its steps and columns. Of each column there are as many numbers as
/// steps × series, series by series; columns follow one another through all tables and runs.
struct PackedTable: Encodable {
  struct Head: Encodable {
    let name: String
    let packing: Packing
    let step: Double
    let origin: Int
    /// The column whose codes are to be added to this one's; nil where they stand for themselves.
    let relative: String?
  }

  let name: String
  /// The place of its steps in the list of those that tables have: most share theirs with others.
  let steps: Int
  /// How many numbers a step has in each column.
  let series: Int
  /// Which layers these are about; nil for all, in their order, and for tables about something else.
  let layers: [Int]?
  let columns: [Head]

  /// Packs every table of a run that has rows.
  static func all(
    of run: RunRecord, into planes: inout BytePlanes, _ schedules: inout Schedules
  ) -> [PackedTable] {
    var tables: [PackedTable] = []
    func add<Row>(_ table: PageTable<Row>) {
      if let packed = PackedTable(table, of: run, into: &planes, &schedules) {
        tables.append(packed)
      }
    }
    add(.steps)
    add(.evaluations)
    add(.weights)
    add(.outputs)
    add(.responses)
    add(.blocks)
    return tables
  }

  /// Nil where there are no rows.
  private init?<Row>(
    _ table: PageTable<Row>, of run: RunRecord, into planes: inout BytePlanes,
    _ schedules: inout Schedules
  ) {
    var rows: [[Row]] = []
    run[Row.self].forEachStep { _, all in rows.append(table.rows(all)) }
    guard let first = rows.first, !first.isEmpty else { return nil }
    name = table.name
    steps = schedules.place(of: run[Row.self].steps)
    series = first.count
    layers = table.layers(of: first, in: run.run)
    var wholes: [String: Column] = [:]
    columns = table.columns.map { column in
      let values = first.indices.flatMap { place in rows.map { column.value($0[place]) } }
      var packed = column.kind.packed(values)
      wholes[column.name] = packed
      if let other = column.relative.flatMap({ wholes[$0] }) { packed.subtract(other) }
      planes.append(packed.codes, seriesLength: rows.count)
      return Head(
        name: column.name, packing: packed.packing, step: packed.step, origin: packed.origin,
        relative: column.relative)
    }
  }
}

/// The lists of steps that tables have, each once.
struct Schedules {
  private(set) var all: [[Int]] = []
  private var places: [[Int]: Int] = [:]

  mutating func place(of steps: [Int]) -> Int {
    if let place = places[steps] { return place }
    places[steps] = all.count
    all.append(steps)
    return all.count - 1
  }
}
