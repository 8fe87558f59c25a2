// Convolution and pooling.
//
// The two families of calls, 2.x (operation descriptor, then primitive descriptor) and 3.x (primitive
// descriptor at once), stand side by side in each function.
#include "library.h"

// --- Convolution ------------------------------------------------------------------------------

struct convolution_descriptors {
  dnnl_memory_desc_t input, weights, bias, output;
};

static int describe_convolution(
    dnnl_primitive_desc_t *result, gf_engine *engine, gf_direction direction, const gf_window *w,
    const struct convolution_descriptors *d, bool bias, dnnl_primitive_desc_t hint) {
  const dnnl_alg_kind_t algorithm = dnnl_convolution_direct;
  const dnnl_dims_t strides = {w->stride, w->stride}, dilation = {0, 0};
  const dnnl_dims_t before = {w->padding, w->padding};
  const dnnl_dims_t after = {
      (w->output_height - 1) * w->stride + w->kernel_height - w->input_height - w->padding,
      (w->output_width - 1) * w->stride + w->kernel_width - w->input_width - w->padding};
#if V3
  const dnnl_memory_desc_t b = bias ? d->bias : NULL;
  switch (direction) {
    case GF_BACKWARD_DATA:
      return dnnl_convolution_backward_data_primitive_desc_create(
          result, engine->engine, algorithm, d->input, d->weights, d->output, strides, dilation,
          before, after, hint, NULL);
    case GF_BACKWARD_WEIGHTS:
      return dnnl_convolution_backward_weights_primitive_desc_create(
          result, engine->engine, algorithm, d->input, d->weights, b, d->output, strides, dilation,
          before, after, hint, NULL);
    default:
      return dnnl_convolution_forward_primitive_desc_create(
          result, engine->engine, forward_kind(direction), algorithm, d->input, d->weights, b,
          d->output, strides, dilation, before, after, NULL);
  }
#else
  const dnnl_memory_desc_t *b = bias ? &d->bias : NULL;
  dnnl_convolution_desc_t operation;
  dnnl_status_t status;
  switch (direction) {
    case GF_BACKWARD_DATA:
      status = dnnl_dilated_convolution_backward_data_desc_init(
          &operation, algorithm, &d->input, &d->weights, &d->output, strides, dilation, before,
          after);
      break;
    case GF_BACKWARD_WEIGHTS:
      status = dnnl_dilated_convolution_backward_weights_desc_init(
          &operation, algorithm, &d->input, &d->weights, b, &d->output, strides, dilation, before,
          after);
      break;
    default:
      status = dnnl_dilated_convolution_forward_desc_init(
          &operation, forward_kind(direction), algorithm, &d->input, &d->weights, b, &d->output,
          strides, dilation, before, after);
  }
  if (status) return status;
  return dnnl_primitive_desc_create(result, &operation, NULL, engine->engine, hint);
#endif
}

// oneDNN would fill 8 channels up to blocks of 16 where there is AVX-512, which is twice the memory, and the
// images would change their layout before and after each convolution by Winograd's algorithm.
static dnnl_format_tag_t output_layout(int64_t channels) {
#if defined(__x86_64__)
  const int isa = (int)dnnl_get_effective_cpu_isa();
  if (channels % 16 == 8 && (isa & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2) return dnnl_nChw8c;
#else
  (void)channels;
#endif
  return dnnl_format_tag_any;
}

gf_primitive *gf_convolution(
    gf_engine *engine, gf_direction direction, const gf_window *w, bool bias, int *status) {
  const dnnl_dims_t input = {w->batch, w->input_channels, w->input_height, w->input_width};
  const dnnl_dims_t output = {w->batch, w->output_channels, w->output_height, w->output_width};
  const dnnl_dims_t weights = {
      w->output_channels, w->input_channels, w->kernel_height, w->kernel_width};
  const dnnl_dims_t biases = {w->output_channels};
  struct convolution_descriptors d = {
      describe(4, input, dnnl_format_tag_any), describe(4, weights, dnnl_format_tag_any),
      describe(1, biases, dnnl_a), describe(4, output, output_layout(w->output_channels))};
  dnnl_primitive_desc_t result = NULL, hint = NULL;
  *status = describe_convolution(&hint, engine, GF_TRAINING, w, &d, bias, NULL);
  if (!*status) *status = describe_convolution(&result, engine, direction, w, &d, bias, hint);
  if (hint) dnnl_primitive_desc_destroy(hint);
  forget(d.input), forget(d.weights), forget(d.bias), forget(d.output);
  return *status ? NULL : make(engine, result, status);
}

// --- Pooling ----------------------------------------------------------------------------------

gf_primitive *gf_pool(
    gf_engine *engine, gf_direction direction, gf_pooling kind, const gf_window *w,
    const gf_layout *layout, int *status) {
  const bool backward = direction == GF_BACKWARD_DATA;
  const dnnl_alg_kind_t algorithm =
      kind == GF_POOL_MAXIMUM ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding;
  const dnnl_dims_t outputs = {w->batch, w->output_channels, w->output_height, w->output_width};
  const dnnl_dims_t kernel = {w->kernel_height, w->kernel_width}, strides = {w->stride, w->stride};
  const dnnl_dims_t before = {w->padding, w->padding};
  const dnnl_dims_t after = {
      (w->output_height - 1) * w->stride + w->kernel_height - w->input_height - w->padding,
      (w->output_width - 1) * w->stride + w->kernel_width - w->input_width - w->padding};
  const md_reference input = MD(layout->descriptor);
  dnnl_memory_desc_t output = describe(4, outputs, dnnl_format_tag_any);
  // A backward pass refers to the forward pass, whose choice of an output layout it keeps.
  dnnl_primitive_desc_t forward = NULL, result = NULL;
#if V3
  const dnnl_dims_t dilation = {0, 0};
  *status = dnnl_pooling_forward_primitive_desc_create(
      &forward, engine->engine, forward_kind(direction), algorithm, input, output, strides, kernel,
      dilation, before, after, NULL);
  if (!*status && backward)
    *status = dnnl_pooling_backward_primitive_desc_create(
        &result, engine->engine, algorithm, input,
        dnnl_primitive_desc_query_md(forward, dnnl_query_dst_md, 0), strides, kernel, dilation,
        before, after, forward, NULL);
#else
  dnnl_pooling_desc_t operation;
  *status = dnnl_pooling_forward_desc_init(
      &operation, forward_kind(direction), algorithm, input, &output, strides, kernel, before,
      after);
  if (!*status)
    *status = dnnl_primitive_desc_create(&forward, &operation, NULL, engine->engine, NULL);
  if (!*status && backward) {
    *status = dnnl_pooling_backward_desc_init(
        &operation, algorithm, input, dnnl_primitive_desc_query_md(forward, dnnl_query_dst_md, 0),
        strides, kernel, before, after);
    if (!*status)
      *status = dnnl_primitive_desc_create(&result, &operation, NULL, engine->engine, forward);
  }
#endif
  forget(output);
  if (!*status && !backward) return make(engine, forward, status);
  if (forward) dnnl_primitive_desc_destroy(forward);
  return *status ? NULL : make(engine, result, status);
}
