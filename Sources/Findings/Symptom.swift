import Experiments
package import Records
import Wording

/// What is wrong with the gradients of some layers of a run, and when it was.
package struct Symptom: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// A gradient or the loss is infinite or not a number.
    case notFinite = "not finite"
    /// A layer and all before it get a hundredth of what the last one before the classifier gets, or less.
    case vanishes
    /// They get a hundred times as much, or a norm exceeds 10⁴.
    case explodes
    /// A layer gets a ten-thousandth of what comes past it: of what the layer gets that gets most before
    /// it, and of what the last one before the classifier does.
    case starves
    /// Nine in ten weights of a layer, of those that ever got something, or all get exactly nothing.
    case isDead = "dead"
    /// An update changes less than 10⁻⁵ of a layer's weights.
    case rests = "hardly moves"
    /// An update changes more than a tenth of a layer's weights.
    case thrashes
  }

  package let kind: Kind
  /// The names of the layers concerned, in forward order, at the step at which they were most.
  package let layers: [String]
  /// How many layers there are.
  package let layerCount: Int
  /// The recorded steps from which and to which it was so.
  package let firstStep: Int
  package let lastStep: Int
  /// The first recorded step behind these; nil where it was so to the end.
  package let overSince: Int?
  /// What was seen at the worst step, a sentence without its end.
  package let evidence: String
  /// How often else it was so for a while.
  package let otherSpells: Int
}

extension Symptom {
  /// Since when, and until when: `from step 0 to the end`.
  package var time: String {
    let (first, last) = (grouped(firstStep), grouped(lastStep))
    guard let overSince else {
      return firstStep == lastStep ? "at step \(first)" : "from step \(first) to the end"
    }
    return (firstStep == lastStep ? "at step \(first)" : "from step \(first) to \(last)")
      + ", over since step \(grouped(overSince))"
  }

  /// Which layers: `41 of 56 layers, conv1 to layer2.3.conv2`.
  package var place: String { Findings.place(of: layers, among: layerCount) }
}

extension Sighting {
  /// Which layers, of so many, as ``Symptom/place`` says it.
  package func place(among layerCount: Int) -> String {
    Findings.place(of: layers, among: layerCount)
  }
}

private func place(of layers: [String], among layerCount: Int) -> String {
  guard let first = layers.first, let last = layers.last else { return "the loss" }
  let names =
    layers.count <= 3
    ? sentenceList(layers.map { "“\($0)”" }) : "“\(first)” to “\(last)”"
  return "\(grouped(layers.count)) of \(grouped(layerCount)) layers: \(names)"
}

extension Symptom.Kind {
  /// The threshold by which it is told, a phrase.
  package var threshold: String {
    switch self {
    case .notFinite: "a norm or the loss is infinite or not a number"
    case .vanishes:
      "no layer up to there gets (in ‖∇‖·‖w‖) 1/100 of what the last one before the classifier gets, "
        + "or none 10⁻⁶"
    case .explodes:
      "every layer up to there gets (in ‖∇‖·‖w‖) 100 times what the last one before the classifier "
        + "gets, or one more than 10⁴"
    case .starves:
      "the layer gets (in ‖∇‖·‖w‖) less than 10⁻⁴ of what one before it gets, and the last before the "
        + "classifier"
    case .isDead:
      "all weights, or nine in ten of those that ever got something, get exactly nothing"
    case .rests: "update ÷ weight is below 10⁻⁵, while the learning rate is not near zero"
    case .thrashes: "update ÷ weight is above 0.1"
    }
  }

  /// What usually brings it about, a sentence.
  package var cause: String {
    switch self {
    case .notFinite:
      "Usually a learning rate that is too large, a logarithm or a quotient of zero in the loss, or half "
        + "precision without a scaled loss."
    case .vanishes:
      "Usually a nonlinearity that saturates (sigmoid, tanh), weights that are drawn too small, or many "
        + "layers without normalization or shortcuts."
    case .explodes:
      "Usually weights that are drawn too large, or, in the first steps, a deep network without "
        + "shortcuts whose every layer is normalized."
    case .starves:
      "Usually a layer whose output hardly changes the loss: queries and keys whose attention is even or "
        + "saturated, a gate that is shut, a scale near zero behind it."
    case .isDead:
      "Usually ReLUs that no input opens any more, after updates that were too large; or a layer that "
        + "the loss does not depend on."
    case .rests:
      "Usually a gradient that vanishes, a learning rate that is too small for the layer, or weights "
        + "that have grown very large."
    case .thrashes:
      "Usually a learning rate that is too large for the layer, or weights that are drawn very small."
    }
  }

  /// What to try, the first thing first; not what the network has.
  package func advice(to run: RunDescription) -> [Advice] {
    advice.filter { advice in
      switch advice.lesson {
      case .block: run.subject.role != .residual
      case .defendants: run.configuration?.network.normalization != .batch
      default: true
      }
    }
  }

  private var advice: [Advice] {
    switch self {
    case .notFinite:
      [
        Advice(
          "divide the learning rate by ten, and let it rise over the first hundred steps", nil),
        Advice("clip the norm of all gradients", nil),
        Advice("look at the layers of the step before: which norm was the first to grow?", .own),
      ]
    case .vanishes:
      [
        Advice("ReLU or GELU with He’s initialization, Glorot’s for tanh", .vanishing),
        Advice("a shortcut around every two layers", .block),
        Advice("a normalization at every layer", .defendants),
      ]
    case .explodes:
      [
        Advice("He’s initialization, and not larger", .vanishing),
        Advice("let the learning rate rise over the first steps: it may be over by itself", .twins),
        Advice("a shortcut around every two layers", .block),
      ]
    case .starves:
      [
        Advice("a shortcut around what comes before it, so that its inputs differ", .block),
        Advice("a normalization of what it is given", .defendants),
        Advice("see what its output is multiplied by", .own),
      ]
    case .isDead:
      [
        Advice("a smaller learning rate, or one that rises over the first steps", nil),
        Advice("GELU or a leaky ReLU", .vanishing),
        Advice("see whether the output of the layer is used", .own),
      ]
    case .rests:
      [
        Advice("look whether its gradient vanishes", .vanishing),
        Advice("a larger learning rate, or an optimizer that scales by layer, such as Adam", .own),
      ]
    case .thrashes:
      [
        Advice("divide the learning rate by ten", .own),
        Advice("He’s initialization, and not smaller", .vanishing),
        Advice("let the learning rate rise over the first steps", .twins),
      ]
    }
  }
}

/// Something to try, and where it is explained.
package struct Advice: Hashable, Sendable {
  /// A lesson of the course.
  package enum Lesson: Int, Sendable {
    case vanishing = 2
    case block = 4
    case twins = 5
    case defendants = 6
    case own = 10

    /// Of its file, without the folder.
    package var fileName: String {
      switch self {
      case .vanishing: "02-vanishing-and-exploding.md"
      case .block: "04-the-residual-block.md"
      case .twins: "05-twins.md"
      case .defendants: "06-two-defendants.md"
      case .own: "10-your-own-network.md"
      }
    }
  }

  package let text: String
  package let lesson: Lesson?

  init(_ text: String, _ lesson: Lesson?) {
    self.text = text
    self.lesson = lesson
  }
}
