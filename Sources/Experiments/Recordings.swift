/// Runs of networks that another program trained and recorded, to be shown beside each other. An
/// experiment can be repeated by this program; these by the script that is named.
package struct Recordings: Hashable, Sendable {
  /// With which the names of its figures begin.
  package let name: String
  /// One sentence.
  package let question: String
  /// The names of the runs' folders, in the order in which they are shown.
  package let runs: [String]
  /// What makes the records.
  package let command: String

  package static let catalog = [ownResNet, ownResNetWithoutNorm, ownTransformer]

  package static let ownResNet = Recordings(
    name: "own-resnet",
    question: "Do sigmoids or small weights break torchvision’s resnet18?",
    runs: ["resnet18", "resnet18-sigmoid", "resnet18-small-weights"],
    command: "python Tests/LessonScripts/train_resnet18.py")

  package static let ownResNetWithoutNorm = Recordings(
    name: "own-resnet-no-norm",
    question: "And without its normalizations?",
    runs: ["resnet18-no-norm", "resnet18-no-norm-sigmoid", "resnet18-no-norm-small-weights"],
    command: "python Tests/LessonScripts/train_resnet18.py")

  package static let ownTransformer = Recordings(
    name: "own-transformer",
    question: "What are residual connections to a transformer?",
    runs: [
      "transformer", "transformer-no-residual", "transformer-no-residual-shallow",
      "transformer-small-weights",
    ],
    command: "python Tests/LessonScripts/train_transformer.py")
}
