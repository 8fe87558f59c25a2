import Architectures
import Experiments
import Figures
import Findings
import Records
import Wording

extension Results {
  /// The value of a key: `EXPERIMENT/BUDGET/NETWORK/QUANTITY`, or another of the forms of
  /// the module's documentation.
  func value(_ key: String) throws -> String {
    let words = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    if words.first == "network", words.count == 3 { return try structure(words[1], words[2]) }
    if words.first == "recorded", words.count == 3 {
      return try quantity(words[2]).text([try recorded(words[1])])
    }
    guard words.count >= 4 else {
      throw ResultError.form(
        "“\(key)” is not understood; keys look like depth-sweep/hours/plain-56/training-error or "
          + "network/resnet-20/parameters.")
    }
    let planned = try plan(words[0], words[1])
    switch words[2] {
    case "growth": return try growth(Array(words[3...]), planned)
    case "layer": return try layer(Array(words[3...]), planned)
    case "block": return try block(Array(words[3...]), planned)
    case "order": return try order(words[3], planned)
    case "correlation": return try correlation(Array(words[3...]), planned)
    case "run": return try labelled(Array(words[3...]), planned)
    case "lesion": return try lesion(Array(words[3...]), planned)
    case "path": return try path(Array(words[3...]), planned)
    case "agreement": return try agreement(Array(words[3...]), planned)
    case "surface": return try surface(Array(words[3...]), planned)
    case "cells", "count": return try count(Array(words[3...]), planned)
    default:
      guard words.count == 4 else {
        throw ResultError.form("“\(key)” has a part too many.")
      }
      return try quantity(words[3], of: words[2], planned)
    }
  }

  // MARK: - Runs

  private func quantity(
    _ name: String, of network: String, _ planned: PlannedExperiment
  ) throws -> String {
    let pair = network.split(separator: "−").map(String.init)
    if pair.count == 2 {
      let quantity = try self.quantity(name)
      let means = try pair.map { name in
        Spread(try self.records(of: name, planned).map(quantity.number)).mean
      }
      return fixed(means[0] - means[1], places: 1)
    }
    return try text(of: name, try records(of: network, planned))
  }

  /// A quantity of runs, over all seeds; with the deviation where `-spread` stands behind its name.
  func text(of name: String, _ records: [RunRecord]) throws -> String {
    guard name.hasSuffix("-spread") else { return try quantity(name).text(records) }
    return try quantity(String(name.dropLast("-spread".count))).spreadText(records)
  }

  func quantity(_ name: String) throws -> Quantity {
    guard let found = Quantity(rawValue: name) else {
      throw ResultError.unknown("quantity", name, among: Quantity.allCases.map(\.rawValue))
    }
    return found
  }

  func records(
    of network: String, _ planned: PlannedExperiment
  ) throws -> [RunRecord] {
    let names = planned.plan.runs(ofSeed: 0).map(\.network.name)
    guard names.contains(network) else {
      throw ResultError.unknown("network of \(planned.experiment.name)", network, among: names)
    }
    guard names.count(where: { $0 == network }) == 1 else {
      throw ResultError.form(
        "\(planned.experiment.name) has several runs of \(network): write run/LABEL/… of one of them."
      )
    }
    let found = try records(of: planned.plan, in: reference) { $0.network.name == network }
    guard !found.isEmpty else {
      throw ResultError.missing(
        "\(network) at \(planned.plan.budget.rawValue)", command: planned.command)
    }
    return found
  }

  // MARK: - Other forms

  /// `growth/DEPTH/KIND/first|last[-interval]`, or `…/power`, `power-error` and `factor-error`.
  private func growth(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 3, let depth = Int(words[0]),
      let kind = NetworkConfiguration.Kind(rawValue: words[1])
    else {
      throw ResultError.form("growth is written as growth/110/plain/first.")
    }
    let name = NetworkConfiguration(kind, depth: depth).name
    let records = try records(of: name, planned)
    if let fit = PowerFit(records, at: 0) {
      switch words[2] {
      case "power": return fixed(fit.exponent, places: 2)
      case "power-error": return fixed(100 * (fit.error - 1), places: 0)
      case "factor-error": return fixed(100 * (fit.errorOfOneFactor - 1), places: 0)
      default: break
      }
    }
    let moment = words[2].split(separator: "-").first.map(String.init) ?? ""
    guard ["first", "last"].contains(moment) else {
      throw ResultError.unknown(
        "moment", words[2], among: ["first", "last", "first-interval", "power"])
    }
    let steps = records[0].gradientSteps
    guard let step = moment == "first" ? steps.first : steps.last,
      let fit = GrowthFit(records, at: step)
    else { return "none" }
    func factor(_ value: Double) -> String { fixed(value, places: 3) }
    return words[2].hasSuffix("-interval")
      ? "\(factor(fit.interval.lowerBound)) to \(factor(fit.interval.upperBound))"
      : factor(fit.factor)
  }

  /// `order/MEASURE`: how well it orders the networks by whether they learn.
  private func order(_ measure: String, _ planned: PlannedExperiment) throws -> String {
    guard let found = GradientMeasure(rawValue: measure) else {
      throw ResultError.unknown(
        "measure", measure, among: GradientMeasure.allCases.map(\.rawValue))
    }
    let records = try records(of: planned.plan, in: reference) { $0.seed == 0 }
    return fixed(records.order(by: found), places: 2)
  }

  /// `correlation/NETWORK/NETWORK`, over seeds.
  private func correlation(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 2 else {
      throw ResultError.form("a correlation is written as correlation/plain-56/resnet-56.")
    }
    let records = try words.flatMap { try self.records(of: $0, planned) }
    return fixed(records.correlation(words[0], words[1]), places: 2)
  }

  /// `count/VERDICT[/NORMALIZATION][/learning]`, or `cells/all`.
  private func count(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    let records = try records(of: planned.plan, in: reference) { _ in true }
    guard !records.isEmpty else {
      throw ResultError.missing(planned.experiment.name, command: planned.command)
    }
    var cells = [Regime](records)
    for word in words where word != "all" {
      if let verdict = Diagnosis.Verdict(rawValue: word) {
        cells = cells.filter { $0.diagnosis?.verdict == verdict }
      } else if let normalization = Normalization(rawValue: word) {
        cells = cells.filter { $0.run.network.normalization == normalization }
      } else if let kind = NetworkConfiguration.Kind(rawValue: word) {
        cells = cells.filter { $0.run.network.kind == kind }
      } else if let activation = Activation(rawValue: word) {
        cells = cells.filter { $0.run.network.activation == activation }
      } else if word == "learning" {
        cells = cells.filter(\.learns)
      } else {
        throw ResultError.unknown(
          "kind of cell", word,
          among: Diagnosis.Verdict.allCases.map(\.rawValue)
            + Normalization.allCases.map(\.rawValue) + ["plain", "residual", "learning", "all"])
      }
    }
    return "\(cells.count)"
  }

  /// `network/NAME/parameters|multiply-adds|layers`.
  private func structure(_ name: String, _ quantity: String) throws -> String {
    let architecture = Architecture(try NetworkConfiguration(named: name))
    switch quantity {
    case "parameters": return grouped(architecture.parameterCount)
    case "multiply-adds":
      let count = Double(architecture.multiplyAdds)
      return count < 1e9
        ? "\(fixed(count / 1e6, places: 1)) million" : "\(fixed(count / 1e9, places: 1)) billion"
    case "layers": return "\(architecture.places.count { $0.path == .main })"
    default:
      throw ResultError.unknown(
        "number of a network", quantity, among: ["parameters", "multiply-adds", "layers"])
    }
  }
}
