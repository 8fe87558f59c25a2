internal import COneDNN

/// Option A of the paper's shortcuts (section 3.3): takes every `stride`-th pixel and appends
/// channels of zeros. It has no parameters.
///
/// Input N×C×H×W; output N×`channels`×⌈H/stride⌉×⌈W/stride⌉.
package func subsample(_ input: Tensor, stride: Int, channels: Int) -> Tensor {
  let shape = subsampledShape(input.shape, stride: stride, channels: channels)
  let layout = input.engine.layout(like: input, for: shape)
  let source = input.converted(to: input.engine.layout(like: input, for: input.shape))
  let output = Tensor(shape: shape, layout: layout, engine: input.engine)
  var geometry = subsampling(source, output, stride: stride)
  gf_subsample(input.engine.handle, &geometry, source.buffer.floats, output.buffer.floats)
  return output
}

/// The derivative of ``subsample(_:stride:channels:)``, its adjoint: the gradient returns to the
/// pixels that were taken; the others get zero, and what reached the appended channels is dropped.
package func subsampleGradient(
  _ outputGradient: Tensor, inputShape: Shape, stride: Int
) -> Tensor {
  let expected = subsampledShape(inputShape, stride: stride, channels: outputGradient.shape[1])
  precondition(
    outputGradient.shape == expected,
    "a gradient of \(outputGradient.shape) for an output of \(expected)")
  let engine = outputGradient.engine
  let source = outputGradient.converted(
    to: engine.layout(like: outputGradient, for: outputGradient.shape))
  let gradient = Tensor(
    shape: inputShape, layout: engine.layout(like: source, for: inputShape), engine: engine)
  var geometry = subsampling(gradient, source, stride: stride)
  gf_subsample_adjoint(engine.handle, &geometry, source.buffer.floats, gradient.buffer.floats)
  return gradient
}

private func subsampledShape(_ input: Shape, stride: Int, channels: Int) -> Shape {
  precondition(
    input.rank == 4 && stride >= 1 && channels >= input[1],
    "\(input) cannot be subsampled by \(stride) to \(channels) channels")
  return Shape(
    input[0], channels, (input[2] + stride - 1) / stride, (input[3] + stride - 1) / stride)
}

private func subsampling(_ input: Tensor, _ output: Tensor, stride: Int) -> gf_subsampling {
  gf_subsampling(
    batch: Int64(input.shape[0]), input_channels: Int64(input.shape[1]),
    output_channels: Int64(output.shape[1]), output_height: Int64(output.shape[2]),
    output_width: Int64(output.shape[3]), stride: Int64(stride),
    input_height: Int64(input.shape[2]), input_width: Int64(input.shape[3]),
    input: input.layout.asImages, output: output.layout.asImages)
}

extension Layout {
  fileprivate var asImages: gf_image_layout {
    var images = gf_image_layout()
    let known = gf_layout_as_images(handle, &images)
    precondition(known, "a layout that is not one of images")
    return images
  }
}

extension Engine {
  /// The layout for images of a shape that is of the same kind as a tensor's.
  fileprivate func layout(like tensor: Tensor, for shape: Shape) -> Layout {
    let own = tensor.shape.dimensions.map(Int64.init)
    let wanted = shape.dimensions.map(Int64.init)
    guard let layout = gf_layout_like(handle, tensor.layout.handle, own, wanted) else {
      preconditionFailure("oneDNN has no layout for \(shape)")
    }
    return Layout(handle: layout)
  }
}
