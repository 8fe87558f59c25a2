import Wording

/// One thing of a run that can be said in words: its key, what it may be and why, how it is read and
/// changed. Files of experiments and the command line use the same keys, those of `run.json` with
/// dots between.
package struct Setting: Sendable {
  /// `schedule.base`.
  package let key: String
  /// What values there are, a phrase: `a number from 0 to 1`.
  package let range: String
  /// Why there are no others, a clause; empty where the range says it.
  package let reason: String
  private let write: @Sendable (_ text: String, inout RunConfiguration) -> Bool
  private let complaint: @Sendable (_ text: String) -> String?
  private let read: @Sendable (RunConfiguration) -> String

  init(
    _ key: String, range: String, because reason: String = "",
    complaint: @escaping @Sendable (_ text: String) -> String? = { _ in nil },
    read: @escaping @Sendable (RunConfiguration) -> String,
    write: @escaping @Sendable (_ text: String, inout RunConfiguration) -> Bool
  ) {
    self.key = key
    self.range = range
    self.reason = reason
    self.complaint = complaint
    self.read = read
    self.write = write
  }

  /// The value in a run, as text that can be set again.
  package func value(in run: RunConfiguration) -> String { read(run) }

  /// Changes the run; a value that is out of range is refused, and nothing is changed.
  package func set(_ text: String, in run: inout RunConfiguration) throws(SettingError) {
    var changed = run
    guard write(text, &changed) else {
      if let complaint = complaint(text) { throw .refused(complaint) }
      throw .outOfRange(key: key, value: text, range: range, reason: reason)
    }
    run = changed
  }

  /// The setting of a key.
  package static func named(_ key: String) throws(SettingError) -> Setting {
    if let found = catalog.first(where: { $0.key == key }) { return found }
    throw .unknown(key: key, nearest: nearest(to: key, among: catalog.map(\.key)))
  }
}

/// A setting that cannot be made.
package enum SettingError: Error, Hashable, CustomStringConvertible {
  case unknown(key: String, nearest: String?)
  case outOfRange(key: String, value: String, range: String, reason: String)
  /// A value with a sentence of its own.
  case refused(String)

  /// One sentence or two, without the place.
  package var description: String {
    switch self {
    case .unknown(let key, let nearest):
      "there is no setting “\(key)”." + (nearest.map { " Did you mean “\($0)”?" } ?? "")
    case .refused(let sentence): sentence
    case .outOfRange(let key, let value, let range, let reason):
      "\(key) cannot be “\(value.prefix(60))”: choose \(range)\(reason.isEmpty ? "" : ", since \(reason)")."
    }
  }
}

// MARK: - Kinds of settings

extension Setting {
  typealias Path<Value> = any WritableKeyPath<RunConfiguration, Value> & Sendable

  static func number(
    _ key: String, _ path: Path<Double>, _ range: ClosedRange<Double>, because reason: String
  ) -> Setting {
    Setting(
      key, range: "a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))",
      because: reason, read: { plain($0[keyPath: path]) }
    ) { text, run in
      guard let value = Double(text), range.contains(value) else { return false }
      run[keyPath: path] = value
      return true
    }
  }

  static func whole(
    _ key: String, _ path: Path<Int>, _ range: ClosedRange<Int>, because reason: String = ""
  ) -> Setting {
    Setting(
      key, range: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      because: reason, read: { "\($0[keyPath: path])" }
    ) { text, run in
      guard let value = Int(text), range.contains(value) else { return false }
      run[keyPath: path] = value
      return true
    }
  }

  /// A whole number, or a word for none.
  static func whole(
    _ key: String, _ path: Path<Int?>, _ range: ClosedRange<Int>, none: String,
    because reason: String = ""
  ) -> Setting {
    Setting(
      key, range: "a whole number from \(range.lowerBound) to \(range.upperBound), or \(none)",
      because: reason, read: { $0[keyPath: path].map { "\($0)" } ?? none }
    ) { text, run in
      if text == none {
        run[keyPath: path] = nil
        return true
      }
      guard let value = Int(text), range.contains(value) else { return false }
      run[keyPath: path] = value
      return true
    }
  }

  static func choice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
    _ key: String, _ path: Path<Value>
  ) -> Setting {
    Setting(
      key, range: alternatives(Value.allCases.map(\.rawValue)), read: { $0[keyPath: path].rawValue }
    ) { text, run in
      guard let value = Value(rawValue: text) else { return false }
      run[keyPath: path] = value
      return true
    }
  }

  static func flag(_ key: String, _ path: Path<Bool>) -> Setting {
    Setting(key, range: "true or false", read: { "\($0[keyPath: path])" }) { text, run in
      guard let value = Bool(text) else { return false }
      run[keyPath: path] = value
      return true
    }
  }
}

/// `a, b or c`.
func alternatives(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " or " + last
}

/// A number without a needless `.0`.
func plain(_ value: Double) -> String {
  let text = "\(value)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
