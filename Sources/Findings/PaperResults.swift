package import Experiments
import Records

/// Numbers printed in He et al. 2015 (arXiv:1512.03385).
package enum PaperResults {
  /// Table 6: error on the CIFAR-10 test set in percent, of the best of five runs for 110 layers.
  package static let cifarTestError: [Int: Double] = [
    20: 8.75, 32: 7.51, 44: 7.17, 56: 6.97, 110: 6.43, 1202: 7.93,
  ]

  /// Test errors of an independent reproduction of the whole recipe in PyTorch, in percent: mean and standard
  /// deviation over five seeds (github.com/nabla0001/resnet).
  package static func reproducedError(
    _ role: RunGroup.Role, depth: Int
  ) -> (mean: Double, deviation: Double)? {
    switch (role, depth) {
    case (.plain, 20): (9.78, 0.13)
    case (.plain, 56): (12.95, 0.22)
    case (.residual, 20): (8.51, 0.22)
    case (.residual, 56): (7.40, 0.27)
    case (.residual, 110): (7.14, 0.20)
    default: nil
    }
  }

  /// Table 2: top-1 error on the ImageNet validation set in percent, 10-crop.
  package static func imageNetError(_ role: RunGroup.Role, depth: Int) -> Double? {
    switch (role, depth) {
    case (.plain, 18): 27.94
    case (.plain, 34): 28.54
    case (.residual, 18): 27.88
    case (.residual, 34): 25.03
    default: nil
    }
  }

  /// The test error that the paper prints for a network, in percent, of whatever width; its plain networks
  /// of the CIFAR family are drawn, not printed, and variants that it does not have are not, either.
  package static func error(of network: NetworkConfiguration) -> Double? {
    var printed = NetworkConfiguration(
      network.kind, depth: network.depth, width: network.width, family: network.family)
    // Table 2 has option A; table 3 has others, with other errors. A stem for small images is no variant of it.
    if network.family == .imageNet { printed.shortcut = network.shortcut }
    printed.stemStride = network.stemStride
    guard network == printed else { return nil }
    let role: RunGroup.Role = network.kind == .plain ? .plain : .residual
    return switch network.family {
    case .cifar: role == .residual ? cifarTestError[network.depth] : nil
    case .imageNet: imageNetError(role, depth: network.depth)
    case .vgg, .notes, .dense: nil
    }
  }
}
