internal import COneDNN

/// A square grid of windows that slide over N×C×H×W:
/// output = ⌊(input + 2·padding − kernel) / stride⌋ + 1 along each side.
struct Window: Hashable {
  let input: Shape
  let outputChannels: Int
  let kernelHeight: Int
  let kernelWidth: Int
  let stride: Int
  let padding: Int

  init(
    input: Shape, outputChannels: Int, kernelHeight: Int, kernelWidth: Int, stride: Int,
    padding: Int
  ) {
    precondition(input.rank == 4, "windows slide over N×C×H×W, not over \(input)")
    precondition(stride >= 1 && padding >= 0, "stride \(stride) and padding \(padding)")
    precondition(
      input[2] + 2 * padding >= kernelHeight && input[3] + 2 * padding >= kernelWidth,
      "a \(kernelHeight)×\(kernelWidth) kernel does not fit into \(input) padded by \(padding)")
    self.input = input
    self.outputChannels = outputChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.stride = stride
    self.padding = padding
  }

  var output: Shape {
    Shape(
      input[0], outputChannels, (input[2] + 2 * padding - kernelHeight) / stride + 1,
      (input[3] + 2 * padding - kernelWidth) / stride + 1)
  }

  var cValue: gf_window {
    gf_window(
      batch: Int64(input[0]), input_channels: Int64(input[1]),
      output_channels: Int64(outputChannels), input_height: Int64(input[2]),
      input_width: Int64(input[3]), output_height: Int64(output[2]),
      output_width: Int64(output[3]), kernel_height: Int64(kernelHeight),
      kernel_width: Int64(kernelWidth), stride: Int64(stride), padding: Int64(padding))
  }
}
