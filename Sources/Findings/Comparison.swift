import Experiments
import RealModule
package import Records
import Wording

/// What a figure is drawn from: groups of runs of any networks, beside each other.
package struct Comparison: Sendable {
  /// Each network once; more than once where runs of it differ in more than their seed.
  package let groups: [RunGroup]
  /// The command that makes the records; nil where there is none.
  package let command: String?

  package init(_ records: [RunRecord], command: String? = nil) {
    groups = records.groups
    self.command = command
  }

  /// Of some of its groups alone: what a figure shows of them, and its caption says.
  package func restricted(to groups: [RunGroup]) -> Comparison {
    Comparison(groups.flatMap(\.records), command: command)
  }

  package var records: [RunRecord] { groups.flatMap(\.records) }

  /// The roles that there are, in their order.
  package var roles: [RunGroup.Role] {
    RunGroup.Role.allCases.filter { role in groups.contains { $0.role == role } }
  }

  /// The groups of a role, the shallowest first.
  package func groups(_ role: RunGroup.Role) -> [RunGroup] {
    groups.filter { $0.role == role }.sorted { $0.depth < $1.depth }
  }

  /// The group of a role and a depth.
  package func group(_ role: RunGroup.Role, depth: Int) -> RunGroup? {
    groups(role).first { $0.depth == depth }
  }

  /// The deepest networks of each role, twins in most experiments; and all that have none, as they came.
  package var deepest: [RunGroup] {
    roles.flatMap { role in
      let ofRole = groups(role)
      return role == .none
        ? groups.filter { $0.role == role }
        : ofRole.filter { $0.depth == ofRole.last?.depth }
    }
  }

  package var depths: [Int] { Set(groups.map(\.depth)).sorted() }
  package var greatestDepth: Int { depths.last ?? 1 }
  /// The most that a network has.
  package var seedCount: Int { groups.map(\.records.count).max() ?? 0 }

  /// How many mini-batches a training error at the end is a mean of.
  package var window: Int { groups.first?.first.finalWindow ?? 0 }

  /// So many recorded steps from the first to the last, evenly spread in their order of magnitude: steps
  /// that all runs have recorded, or else the first one, and whose gradients are known.
  package func moments(_ count: Int) -> [Int] {
    let shared = records.dropFirst().reduce(into: Set(records.first?.gradientSteps ?? [])) {
      $0.formIntersection($1.gradientSteps)
    }
    let steps = shared.isEmpty ? records.first?.gradientSteps ?? [] : shared.sorted()
    guard let first = steps.first, let last = steps.last, last > 0 else { return steps }
    let (start, end) = (Double.log10(Double(max(first, 1))), Double.log10(Double(last)))
    let wanted = (0..<count).map { index -> Double in
      index == 0
        ? Double(first) : .pow(10, start + (end - start) * Double(index) / Double(count - 1))
    }
    var moments: [Int] = []
    for value in wanted {
      let nearest = steps.sorted { abs(Double($0) - value) < abs(Double($1) - value) }
        .first { step in records.allSatisfy { $0.knowsGradients(at: step) } }
      if let nearest, !moments.contains(nearest) { moments.append(nearest) }
    }
    return moments.isEmpty ? [first] : moments.sorted()
  }
}

extension Comparison {
  /// `at initialization` or `after 20 steps`; of a training that another program began, nobody knows with
  /// what.
  package func phrase(_ step: Int) -> String {
    if step > 0 { return "after \(counted(step, "step"))" }
    return isOurs ? "at initialization" : "at the first step"
  }

  /// Whether all were trained here.
  package var isOurs: Bool { records.allSatisfy { $0.run.configuration != nil } }

  /// Whether what is evaluated are test images, and not images that were held out of training.
  package var isEvaluatedInTests: Bool {
    records.allSatisfy { ($0.run.configuration?.dataset.heldOutImages ?? 0) == 0 }
  }

  /// What the images that are evaluated are called: `test` or `validation`.
  package var evaluationWord: String { isEvaluatedInTests ? "test" : "validation" }

  /// Whether every layer on the main path but the last is a convolution, in all networks.
  package var isConvolutional: Bool { groups.allSatisfy { $0.first.run.isConvolutional } }
}

extension RunRecord {
  /// Whether the gradient of any layer is known at a step. Where the step was not recorded, nothing
  /// speaks against it.
  fileprivate func knowsGradients(at step: Int) -> Bool {
    let rows = gradients.rows(at: step)
    return rows.isEmpty || rows.contains(where: \.isKnown)
  }
}

extension Comparison {
  /// Whether the deeper of two networks ends with the higher training error, in a sentence.
  package func comparison(deeper: RunGroup, shallower: RunGroup) -> String {
    let difference =
      deeper.spread(\.finalTrainingError).mean - shallower.spread(\.finalTrainingError).mean
    guard difference.isFinite else { return "\(deeper.name) or \(shallower.name) diverged." }
    let verdict =
      abs(difference) < 0.05
      ? "as high as"
      : "\(fixed(abs(difference), places: 1)) points \(difference > 0 ? "above" : "below")"
    return "The training error of \(deeper.name) ends at \(deeper.trainingError), \(verdict) "
      + "that of \(shallower.name) at \(shallower.trainingError)."
  }

  /// Whether depth helps, by the networks of a role: a sentence; nil of fewer than two.
  package func comparison(_ role: RunGroup.Role) -> String? {
    let ofRole = groups(role)
    guard let deepest = ofRole.last, ofRole.count > 1 else { return nil }
    return comparison(deeper: deepest, shallower: ofRole[0])
  }

  /// In which order the training errors of a role are, shallowest to deepest, in a sentence. Steps no
  /// larger than the spread over seeds are no order.
  package func order(of role: RunGroup.Role) -> String? {
    let ofRole = groups(role)
    let spreads = ofRole.map { $0.spread(\.finalTrainingError) }
    let errors = spreads.map(\.mean)
    guard ofRole.count > 1, errors.allSatisfy(\.isFinite) else { return nil }
    let values = errors.map { fixed($0, places: 1) }.joined(separator: ", ")
    let depths = ofRole.map { "\($0.depth)" }.joined(separator: ", ")
    let noise = spreads.map(\.deviation).max() ?? 0
    let steps = zip(errors.dropFirst(), errors).map { $0 - $1 }
    let change = errors[errors.count - 1] - errors[0]
    // Those that the deepest is worse than, by more than seeds differ.
    let lower = zip(ofRole, errors).filter { errors[errors.count - 1] - $1 > noise }.map(\.0.depth)
    let verdict =
      if steps.allSatisfy({ $0 > noise }) {
        "every deeper one is worse"
      } else if steps.allSatisfy({ $0 < -noise }) {
        "every deeper one is better"
      } else if abs(change) <= noise {
        "the deepest and the shallowest differ by no more than seeds do"
      } else if change < 0, !lower.isEmpty {
        "the deepest is better than \(ofRole[0].depth) layers, worse than "
          + lower.map(String.init).joined(separator: ", ")
      } else {
        "the deepest is \(change > 0 ? "worse" : "better") than the shallowest"
      }
    let kind = role == .none ? "Networks" : "\(capitalized(role.rawValue)) networks"
    return "\(kind) of \(depths) layers end at \(values) % training error: \(verdict)."
  }
}

extension RunGroup {
  /// At the end: `28.7 %`, with the deviation where there are several seeds.
  package var trainingError: String { "\(spread(\.finalTrainingError).text) %" }

  package var evaluationError: String { "\(spread(\.finalEvaluationError).text) %" }

  /// What the gradient doctor says of its runs at a step: a verdict, or several with `or` between.
  package func verdicts(at step: Int) -> String { records.verdicts { _ in step } }
}

extension [RunGroup] {
  /// `plain-56 and resnet-56`, or how many there are if they are too many for a title.
  package var title: String {
    count <= 2 ? sentenceList(map(\.name)) : "\(count) networks"
  }
}
