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

  package static let catalog = [ownResNet, ownTransformer]

  package static let ownResNet = Recordings(
    name: "own-resnet",
    question: "What breaks torchvision’s resnet18, and what mends it?",
    runs: [
      "resnet18", "resnet18-sigmoid", "resnet18-small-weights", "resnet18-small-weights-no-norm",
    ],
    command: "python Tests/LessonScripts/train_resnet18.py")

  package static let ownTransformer = Recordings(
    name: "own-transformer",
    question: "What are residual connections to a transformer?",
    runs: ["transformer", "transformer-no-residual"],
    command: "python Tests/LessonScripts/train_transformer.py")
}
