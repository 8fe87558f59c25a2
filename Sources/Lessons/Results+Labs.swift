import Experiments
import Findings
import Records
import Wording

extension Results {
  /// `run/LABEL/QUANTITY`, where runs of one network differ in more than their seeds: `run/plain-56 (xavier)/…`.
  func labelled(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 2 else {
      throw ResultError.form("a run is written as run/plain-56 (xavier)/training-error.")
    }
    let runs = planned.plan.runs(ofSeed: 0)
    let labels = runs.labels
    guard let place = labels.firstIndex(of: words[0]) else {
      throw ResultError.unknown("run of \(planned.experiment.name)", words[0], among: labels)
    }
    let records = try records(of: planned.plan, in: reference) { $0.isSame(as: runs[place]) }
    guard !records.isEmpty else { throw ResultError.missing(words[0], command: planned.command) }
    return try text(of: words[1], records)
  }

  /// `lesion/NETWORK/whole|median|worst|worst-block|exchanged`: the error in percent, and by how many points it
  /// rises without one block, or with two in each other's place.
  func lesion(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 2 else {
      throw ResultError.form("a lesion is written as lesion/resnet-56/median.")
    }
    guard let profile = LesionProfile(try records(of: words[0], planned)[0]) else {
      throw ResultError.missing("lesions of \(words[0])", command: planned.command)
    }
    switch words[1] {
    case "whole": return fixed(profile.whole, places: 1)
    case "median": return fixed(profile.medianRise(profile.deleted), places: 1)
    case "worst": return fixed(profile.worst.error - profile.whole, places: 1)
    case "worst-block": return "\(profile.worst.blocks[0])"
    case "exchanged": return fixed(profile.medianRise(profile.exchanged), places: 1)
    default:
      throw ResultError.unknown(
        "number of lesions", words[1],
        among: ["whole", "median", "worst", "worst-block", "exchanged"])
    }
  }

  /// `path/NETWORK/from|to|branches|share`: on which paths 95 % of the gradient comes.
  func path(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 2 else {
      throw ResultError.form("a path is written as path/resnet-56/from.")
    }
    let group = Comparison(try records(of: words[0], planned)).groups[0]
    guard let profile = PathProfile(group) else {
      throw ResultError.missing("paths of \(words[0])", command: planned.command)
    }
    switch words[1] {
    case "from": return "\(profile.range.lowerBound)"
    case "to": return "\(profile.range.upperBound)"
    case "branches": return "\(profile.count)"
    case "share": return fixed(100 * profile.share, places: 1)
    default:
      throw ResultError.unknown(
        "number of paths", words[1], among: ["from", "to", "branches", "share"])
    }
  }

  /// `agreement/NETWORK/line/LAG`, `agreement/NETWORK/walk/first|last/LAG` or
  /// `agreement/NETWORK/same-class/first|last/LAYER`: how alike gradients of neighbours are, before training or
  /// after it.
  func agreement(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == (words.dropFirst().first == "line" ? 3 : 4), let last = words.last,
      let number = Int(last)
    else {
      throw ResultError.form(
        "agreement is written as agreement/dense-plain-25/line/1 or agreement/plain-56/walk/first/1."
      )
    }
    let group = Comparison(try records(of: words[0], planned)).groups[0]
    guard let profile = AgreementProfile(group), let first = profile.steps.first,
      let end = profile.steps.last
    else {
      throw ResultError.missing("agreement of \(words[0])", command: planned.command)
    }
    let moments = ["first": first, "last": end]
    let found: [AgreementRow]
    switch words[1] {
    case "line": found = profile.line.filter { $0.lag == number }
    case "walk", "same-class":
      guard let step = moments[words[2]] else {
        throw ResultError.unknown("moment", words[2], among: moments.keys.sorted())
      }
      found =
        words[1] == "walk"
        ? profile.walk(at: step).filter { $0.lag == number }
        : profile.layers(.sameClass, at: step).filter { $0.layerIndex == number }
    default:
      throw ResultError.unknown(
        "kind of agreement", words[1], among: ["line", "walk", "same-class"])
    }
    guard let row = found.first else {
      throw ResultError.missing(
        "\(words[1]) \(last) of \(words[0])", command: planned.command)
    }
    return fixed(row.cosine, places: 2)
  }

  /// `surface/NETWORK/gathered|batch/DISTANCE`: the loss at a distance from where training ended, in the median.
  func surface(_ words: [String], _ planned: PlannedExperiment) throws -> String {
    guard words.count == 3, let distance = Double(words[2]) else {
      throw ResultError.form("a surface is written as surface/plain-56/batch/0.5.")
    }
    guard let statistics = SurfaceRow.Statistics(rawValue: words[1]) else {
      throw ResultError.unknown("kind of statistics", words[1], among: ["gathered", "batch"])
    }
    let group = Comparison(try records(of: words[0], planned)).groups[0]
    guard let profile = SurfaceProfile(group) else {
      throw ResultError.missing("surface of \(words[0])", command: planned.command)
    }
    return rounded(profile.loss(at: distance, statistics))
  }
}
