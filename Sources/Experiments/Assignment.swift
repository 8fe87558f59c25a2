/// A setting and a value in its range: `schedule.base=0.05`.
package struct Assignment: Sendable, CustomStringConvertible {
  package let setting: Setting
  package let value: String

  package init(_ key: String, _ value: String) throws(SettingError) {
    setting = try Setting.named(key)
    self.value = value
    var scratch = RunConfiguration(
      network: NetworkConfiguration(.plain, depth: 20), dataset: DatasetConfiguration(.synthetic),
      schedule: .paper)
    try setting.set(value, in: &scratch)
  }

  /// Whether a value is in range does not depend on the run.
  package func apply(to run: inout RunConfiguration) {
    do {
      try setting.set(value, in: &run)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// As it is typed behind `--set`.
  package var description: String {
    let text = "\(setting.key)=\(value)"
    return text.contains { " ()'\"".contains($0) } ? "'\(text)'" : text
  }
}
