package import Records

/// First ÷ last convolution's relative gradient, ‖∇‖·‖w‖, at every recorded step, over seeds.
package struct RatioCurve {
  package let steps: [Int]
  package let spreads: [GeometricSpread]

  package init(_ runs: [RunRecord]) {
    let steps = runs.first?.gradientSteps ?? []
    self.steps = steps
    spreads = geometricSpreads(
      runs.map { run in steps.map { run.relativeGradientRatio(at: $0) ?? .nan } })
  }
}
