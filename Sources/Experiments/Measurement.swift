/// What is measured of trained networks once their trainings are over.
package enum Measurement: Hashable, Sendable {
  /// The error without one block or several, and with two that changed places (Veit et al. 2016,
  /// arXiv:1605.06431, section 4). Of blocks chosen at random so many choices for each number of them.
  case lesions(draws: Int)
  /// The gradient of paths by how many branches they go through (Veit et al. 2016, section 4.3), so many
  /// choices of branches for each number.
  case paths(draws: Int)
}
