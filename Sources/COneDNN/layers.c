// Inner product, batch normalization, and what goes element by element.
//
// The two families of calls, 2.x (operation descriptor, then primitive descriptor) and 3.x (primitive
// descriptor at once), stand side by side in each function.
#include "library.h"

// --- Inner product ----------------------------------------------------------------------------

static int describe_inner_product(
    dnnl_primitive_desc_t *result, gf_engine *engine, gf_direction direction,
    dnnl_memory_desc_t input, dnnl_memory_desc_t weights, dnnl_memory_desc_t bias,
    dnnl_memory_desc_t output, dnnl_primitive_desc_t hint) {
#if V3
  switch (direction) {
    case GF_BACKWARD_DATA:
      return dnnl_inner_product_backward_data_primitive_desc_create(
          result, engine->engine, input, weights, output, hint, NULL);
    case GF_BACKWARD_WEIGHTS:
      return dnnl_inner_product_backward_weights_primitive_desc_create(
          result, engine->engine, input, weights, bias, output, hint, NULL);
    default:
      return dnnl_inner_product_forward_primitive_desc_create(
          result, engine->engine, forward_kind(direction), input, weights, bias, output, NULL);
  }
#else
  dnnl_inner_product_desc_t operation;
  dnnl_status_t status;
  switch (direction) {
    case GF_BACKWARD_DATA:
      status = dnnl_inner_product_backward_data_desc_init(&operation, &input, &weights, &output);
      break;
    case GF_BACKWARD_WEIGHTS:
      status = dnnl_inner_product_backward_weights_desc_init(
          &operation, &input, &weights, &bias, &output);
      break;
    default:
      status = dnnl_inner_product_forward_desc_init(
          &operation, forward_kind(direction), &input, &weights, &bias, &output);
  }
  if (status) return status;
  return dnnl_primitive_desc_create(result, &operation, NULL, engine->engine, hint);
#endif
}

gf_primitive *gf_inner_product(
    gf_engine *engine, gf_direction direction, int64_t batch, int64_t inputs, int64_t outputs,
    int *status) {
  const dnnl_dims_t in = {batch, inputs}, out = {batch, outputs}, matrix = {outputs, inputs};
  const dnnl_dims_t biases = {outputs};
  dnnl_memory_desc_t input = describe(2, in, dnnl_ab), weights = describe(2, matrix, dnnl_ab);
  dnnl_memory_desc_t bias = describe(1, biases, dnnl_a), output = describe(2, out, dnnl_ab);
  dnnl_primitive_desc_t result = NULL, hint = NULL;
  *status =
      describe_inner_product(&hint, engine, GF_TRAINING, input, weights, bias, output, NULL);
  if (!*status)
    *status =
        describe_inner_product(&result, engine, direction, input, weights, bias, output, hint);
  if (hint) dnnl_primitive_desc_destroy(hint);
  forget(input), forget(weights), forget(bias), forget(output);
  return *status ? NULL : make(engine, result, status);
}

// --- Batch normalization ----------------------------------------------------------------------

gf_primitive *gf_batch_normalization(
    gf_engine *engine, gf_direction direction, const gf_layout *layout, float epsilon,
    bool fused_relu, bool given_statistics, int *status) {
  const md_reference data = MD(layout->descriptor);
  const bool backward = direction == GF_BACKWARD_DATA;
  unsigned flags = dnnl_use_scale | dnnl_use_shift;
  if (given_statistics) flags |= dnnl_use_global_stats;
  if (fused_relu) flags |= dnnl_fuse_norm_relu;
  dnnl_primitive_desc_t forward = NULL, result = NULL;
#if V3
  *status = dnnl_batch_normalization_forward_primitive_desc_create(
      &forward, engine->engine, forward_kind(direction), data, data, epsilon, flags, NULL);
  if (!*status && backward)
    *status = dnnl_batch_normalization_backward_primitive_desc_create(
        &result, engine->engine, dnnl_backward, data, data, data, epsilon, flags, forward, NULL);
#else
  dnnl_batch_normalization_desc_t operation;
  *status = dnnl_batch_normalization_forward_desc_init(
      &operation, forward_kind(direction), data, epsilon, flags);
  if (!*status)
    *status = dnnl_primitive_desc_create(&forward, &operation, NULL, engine->engine, NULL);
  if (!*status && backward) {
    *status = dnnl_batch_normalization_backward_desc_init(
        &operation, dnnl_backward, data, data, epsilon, flags);
    if (!*status)
      *status = dnnl_primitive_desc_create(&result, &operation, NULL, engine->engine, forward);
  }
#endif
  if (!*status && !backward) return make(engine, forward, status);
  if (forward) dnnl_primitive_desc_destroy(forward);
  if (*status) return NULL;
  gf_primitive *primitive = make(engine, result, status);
#if V3
  // The derivative does not depend on the shift. 2.x takes it all the same, 3.x does not.
  leave_out(primitive, GF_SHIFT);
#endif
  return primitive;
}

// --- Element by element -----------------------------------------------------------------------

gf_primitive *gf_activate(
    gf_engine *engine, gf_direction direction, gf_activation kind, const gf_layout *layout,
    int *status) {
  static const dnnl_alg_kind_t algorithms[] = {
      [GF_RELU] = dnnl_eltwise_relu_use_dst_for_bwd,
      [GF_TANH] = dnnl_eltwise_tanh_use_dst_for_bwd,
      [GF_SIGMOID] = dnnl_eltwise_logistic_use_dst_for_bwd,
  };
  const dnnl_alg_kind_t algorithm = algorithms[kind];
  const md_reference data = MD(layout->descriptor);
  const bool backward = direction == GF_BACKWARD_DATA;
  dnnl_primitive_desc_t forward = NULL, result = NULL;
#if V3
  *status = dnnl_eltwise_forward_primitive_desc_create(
      &forward, engine->engine, forward_kind(direction), algorithm, data, data, 0, 0, NULL);
  if (!*status && backward)
    *status = dnnl_eltwise_backward_primitive_desc_create(
        &result, engine->engine, algorithm, data, data, data, 0, 0, forward, NULL);
#else
  dnnl_eltwise_desc_t operation;
  *status = dnnl_eltwise_forward_desc_init(
      &operation, forward_kind(direction), algorithm, data, 0, 0);
  if (!*status)
    *status = dnnl_primitive_desc_create(&forward, &operation, NULL, engine->engine, NULL);
  if (!*status && backward) {
    *status = dnnl_eltwise_backward_desc_init(&operation, algorithm, data, data, 0, 0);
    if (!*status)
      *status = dnnl_primitive_desc_create(&result, &operation, NULL, engine->engine, forward);
  }
#endif
  if (!*status && !backward) return make(engine, forward, status);
  if (forward) dnnl_primitive_desc_destroy(forward);
  return *status ? NULL : make(engine, result, status);
}

gf_primitive *gf_reorder(
    gf_engine *engine, const gf_layout *from, const gf_layout *to, int *status) {
  dnnl_primitive_desc_t result = NULL;
  *status = dnnl_reorder_primitive_desc_create(
      &result, MD(from->descriptor), engine->engine, MD(to->descriptor), engine->engine, NULL);
  return *status ? NULL : make(engine, result, status);
}
