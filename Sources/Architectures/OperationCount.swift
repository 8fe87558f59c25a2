package import Experiments

/// How much there is to compute, in floating-point operations: two for each multiply-add of convolutions and
/// linear layers. All else is little beside them, though it takes its time.
package struct OperationCount: Hashable, Sendable {
  /// Of an image’s way there.
  package let perEvaluatedImage: Double
  /// Of an image in a training step. The way back costs twice the way there, once for the gradients of the
  /// weights and once for those of the inputs; images get none.
  package let perTrainedImage: Double

  package init(_ architecture: Architecture) {
    let all = Double(architecture.multiplyAdds)
    let first = Double(architecture.layers.first?.multiplyAdds ?? 0)
    perEvaluatedImage = 2 * all
    perTrainedImage = 2 * (3 * all - first)
  }

  /// Of a whole training with its evaluations.
  package func operations(of run: RunConfiguration) -> Double {
    let (iterations, recording) = (run.schedule.iterations, run.recording)
    let evaluations = (iterations + recording.evaluationInterval - 1) / recording.evaluationInterval
    return perTrainedImage * Double(iterations) * Double(run.batchSize)
      + perEvaluatedImage * Double(evaluations) * Double(run.dataset.evaluatedImages)
  }
}
