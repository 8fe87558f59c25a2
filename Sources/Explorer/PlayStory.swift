/// Two networks that tell something when one watches them learn.
package struct PlayStory: Encodable, Sendable {
  /// What it is called.
  package let title: String
  /// What to look for, a sentence or two.
  package let lookFor: String
  package let setup: PlaySetup

  private init(
    _ title: String, _ networks: [PlaySetup.Network], _ settings: [String: String] = [:],
    lookFor: String
  ) {
    self.title = title
    self.lookFor = lookFor
    setup = PlaySetup(networks: networks, settings: settings)
  }

  package static let all = [sameWithoutShortcuts, flood, zeros, sigmoids, sums]

  /// He et al. 2015, section 4.2: twins of a depth at which both learn.
  package static let sameWithoutShortcuts = PlayStory(
    "The same without shortcuts", [.init("plain-20", 8), .init("resnet-20", 8)],
    lookFor:
      "Both begin with the same weights and see the same images. Within twenty steps the residual "
      + "network’s loss is the lower one. Yet at step 0 it is the plain network whose first layers get "
      + "the larger gradient: vanishing gradients are not what sets them apart.")

  package static let flood = PlayStory(
    "Flood, then starve", [.init("plain-56", 4), .init("resnet-56", 4)],
    lookFor: "At initialization the plain network’s gradient grows a hundredfold on its way to the "
      + "first layers. A few steps of that are enough to spoil them: after twenty steps they get far "
      + "less than the last layers. Go back to step 0 with the slider to see both.")

  package static let zeros = PlayStory(
    "Zeros all the way", [.init("plain-56-no-bn", 8), .init("resnet-56-no-bn", 8)],
    ["initialization": "normal(0.01)"],
    lookFor: "Small weights and no normalization: every layer of the plain network makes its input "
      + "smaller, until nothing is left in single precision. Hollow marks are exact zeros. Around the "
      + "same layers, shortcuts carry the signal, and the gradient back.")

  package static let sigmoids = PlayStory(
    "What sigmoids do", [.init("plain-20-no-bn-sigmoid", 8), .init("plain-20-no-bn", 8)],
    ["initialization": "xavier"],
    lookFor: "The slope of a sigmoid is at most ¼, so that the gradient shrinks at every layer: by "
      + "twelve powers of ten over twenty of them. ReLUs, with the same weights, keep it within one at "
      + "the beginning. That is what “vanishing gradients” meant before normalization.")

  package static let sums = PlayStory(
    "Shortcuts without normalization", [.init("resnet-20-no-bn", 8), .init("resnet-20", 8)],
    lookFor: "A shortcut adds, and adding makes larger: without normalization outputs double from "
      + "block to block, the loss begins far above ln 10 = 2.3, and leaps within a few steps: with most "
      + "seeds until nothing is a number any more, with others until all units are off.")
}

extension PlaySetup.Network {
  fileprivate init(_ name: String, _ width: Int) { self.init(name: name, width: width) }
}
