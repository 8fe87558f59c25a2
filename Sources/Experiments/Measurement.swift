/// What is measured of trained networks once their trainings are over.
package enum Measurement: Hashable, Sendable {
  /// The error without one block or several, and with two that changed places (Veit et al. 2016,
  /// arXiv:1605.06431, section 4). Of blocks chosen at random so many choices for each number of them.
  case lesions(draws: Int)
  /// The gradient of paths by how many branches they go through (Veit et al. 2016, section 4.3), so many
  /// choices of branches for each number.
  case paths(draws: Int)
  /// How alike the gradients of neighbouring inputs are: on a line for fully connected networks (Balduzzi et
  /// al. 2017, arXiv:1702.08591), of so many drawn networks; otherwise between the images of a mini-batch and
  /// on so many walks from one image to another.
  case agreement(networks: Int, walks: Int)
  /// The loss around the final weights (Li et al. 2018, arXiv:1712.09913) at side × side places of a plane and
  /// as many on the line from the initial weights, each over so many images.
  case surface(side: Int, images: Int)
}
