import Experiments
import Findings
import Records

/// Follows one run under way and tells a page what has come, as JSON.
struct RunFollower {
  /// What the page calls the run.
  private let name: String
  private var tail: RunTail
  private var watch: Watch

  /// A run that the page knows so far already, or not at all.
  ///
  /// - Throws: ``RecordError/changed(run:difference:)`` where what it knows is not what is there.
  init(_ folder: RunFolder, named name: String, from known: RunTail.Offsets?) throws(RecordError) {
    self.name = name
    tail = try RunTail(folder)
    watch = Watch(tail.description)
    // The doctor has to have seen what came before.
    guard let known else { return }
    _ = notes(of: try tail.read(upTo: known))
    guard tail.offsets == known else {
      throw .changed(run: folder.name, difference: "it was begun anew")
    }
  }

  var offsets: RunTail.Offsets { tail.offsets }

  /// What has come since the last time: an object of JSON for each step of each table, and for what the
  /// doctor sees.
  mutating func news() throws(RecordError) -> [String] {
    let news = try tail.read()
    guard !news.isEmpty else { return [] }
    return objects(.steps, news.steps) + objects(.evaluations, news.evaluations)
      + objects(.weights, news.gradients) + objects(.outputs, news.gradients)
      + objects(.responses, news.responses) + objects(.blocks, news.blocks) + notes(of: news)
  }

  private func objects<Row>(_ table: PageTable<Row>, _ steps: [[Row]]) -> [String] {
    steps.compactMap { rows in
      let shown = table.rows(rows)
      guard let first = shown.first else { return nil }
      let layers = table.layers(of: shown, in: tail.description).map { ",\"layers\":\($0)" } ?? ""
      let columns = table.columns.map { column in
        "\"\(column.name)\":[\(shown.map { json(column.value($0)) }.joined(separator: ","))]"
      }
      return "{\"run\":\(json(name)),\"table\":\"\(table.name)\",\"step\":\(first.step)\(layers),"
        + "\"columns\":{\(columns.joined(separator: ","))}}"
    }
  }

  /// What the doctor sees at the steps that have come.
  private mutating func notes(of news: RunTail.News) -> [String] {
    var steps = news.steps.joined().makeIterator()
    var next = steps.next()
    var notes: [RunHead.Note] = []
    for rows in news.gradients {
      guard let step = rows.first?.step else { continue }
      while let row = next, row.step <= step {
        watch.note(row)
        next = steps.next()
      }
      notes += watch.see(rows, at: step).map { RunHead.Note($0, at: step, of: tail.description) }
    }
    while let row = next {
      watch.note(row)
      next = steps.next()
    }
    guard !notes.isEmpty else { return [] }
    let told = String(decoding: encoded(notes), as: UTF8.self)
    return ["{\"run\":\(json(name)),\"notes\":\(told)}"]
  }
}

/// A number as JSON, which has no words for what is not finite; null where there is none.
func json(_ number: Double?) -> String {
  guard let number else { return "null" }
  if number.isFinite { return "\(number)" }
  return number.isNaN ? "\"nan\"" : number > 0 ? "\"inf\"" : "\"-inf\""
}

/// Text as JSON.
func json(_ text: String) -> String { String(decoding: encoded(text), as: UTF8.self) }
