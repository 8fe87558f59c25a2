import Records
import Testing

@Suite("The gradient doctor")
struct DiagnosisTests {
  @Test("no layers, no verdict")
  func empty() { #expect(Diagnosis(norms: []) == nil) }

  @Test(
    "the verdict follows the thresholds it names, and a ratio on a threshold is still healthy",
    arguments: [
      ([1, 1], .healthy, "within"), ([1], .healthy, "within"),
      ([100, 1], .healthy, "within"), ([101, 1], .explodes, "above 100"),
      ([0.01, 1], .healthy, "within"), ([0.0099, 1], .vanishes, "below 1/100"),
      ([0, 0, 0], .vanishes, "10⁻⁶"), ([9e-7, 1e-9], .vanishes, "10⁻⁶"),
      ([1, 10_001, 1], .explodes, "10⁴"), ([1, .infinity, 1], .explodes, "not finite"),
      ([.nan, 1], .explodes, "not finite"), ([1, .nan], .explodes, "not finite"),
      ([1, 0], .explodes, "above 100"),
    ] as [([Double], Diagnosis.Verdict, String)])
  func verdicts(norms: [Double], verdict: Diagnosis.Verdict, reason: String) throws {
    let diagnosis = try #require(Diagnosis(norms: norms))
    #expect(diagnosis.verdict == verdict && diagnosis.reason.contains(reason))
  }
}
