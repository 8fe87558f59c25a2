import RealModule

extension Double {
  /// The number rounded to so many decimal digits. Zero, infinity, nan and numbers beyond 10^±290 stay
  /// as they are.
  package func rounded(toDigits digits: Int) -> Double {
    guard isFinite, 1e-290...1e290 ~= magnitude else { return self }
    let exponent = Int(Double.log10(magnitude).rounded(.down)) + 1 - digits
    let leading = Int((self / .pow(10, Double(exponent))).rounded())
    return Double("\(leading)e\(exponent)") ?? self
  }
}

/// Digits that are recorded: losses and errors to what single precision holds, norms and responses to
/// more than a figure or a sentence can show. Records are a third as long as with all digits.
private enum RecordedDigits {
  static let ofLosses = 7
  static let ofNorms = 5
}

extension StepRow {
  package var recorded: StepRow {
    let digits = RecordedDigits.ofLosses
    return StepRow(
      step: step, loss: loss.rounded(toDigits: digits), error: error.rounded(toDigits: digits),
      learningRate: learningRate.rounded(toDigits: digits))
  }
}

extension EvaluationRow {
  package var recorded: EvaluationRow {
    let digits = RecordedDigits.ofLosses
    return EvaluationRow(
      step: step, epoch: epoch.rounded(toDigits: digits),
      trainingError: trainingError.rounded(toDigits: digits),
      evaluationError: evaluationError.rounded(toDigits: digits))
  }
}

extension GradientRow {
  package var recorded: GradientRow {
    let digits = RecordedDigits.ofNorms
    return GradientRow(
      step: step, layer: layer, kind: kind, l2: l2.rounded(toDigits: digits),
      rms: rms.rounded(toDigits: digits), maximum: maximum.rounded(toDigits: digits),
      zeroFraction: zeroFraction.rounded(toDigits: digits),
      weightNorm: weightNorm?.rounded(toDigits: digits),
      updateRatio: updateRatio?.rounded(toDigits: digits))
  }
}

extension ResponseRow {
  package var recorded: ResponseRow {
    let digits = RecordedDigits.ofNorms
    return ResponseRow(
      step: step, layer: layer, deviation: deviation.rounded(toDigits: digits),
      mean: mean.rounded(toDigits: digits))
  }
}

extension BlockRow {
  package var recorded: BlockRow {
    func digits(_ value: Double) -> Double { value.rounded(toDigits: RecordedDigits.ofNorms) }
    return BlockRow(
      step: step, block: block, gradientAtSum: digits(gradientAtSum),
      gradientThroughShortcut: gradientThroughShortcut.map(digits),
      gradientThroughBranch: digits(gradientThroughBranch),
      gradientCosine: gradientCosine.map(digits), inputRMS: digits(inputRMS),
      branchRMS: digits(branchRMS), outputRMS: digits(outputRMS))
  }
}
