// 3×3 convolutions of stride 1 by Winograd's algorithm, with a quarter of the multiplications: forward, and
// both derivatives.
//
// oneDNN 2.x has it on processors with AVX-512 alone, and 3.x not at all.
#include <stdlib.h>
#include <string.h>

#include "loops.h"

#if defined(__x86_64__)

// One convolution or derivative: `input` and `output` are images in blocks of channels; where the weights'
// gradient is wanted, `output` is the gradient that arrives there.
struct winograd {
  int height, width, inputs, outputs;
  int block;
  // Of one image in a column and in a row, and in all images.
  int rows, columns;
  int64_t tiles;
  // So many tiles are worked on at once, so that they stay in cache.
  int group;
  // Weights O×I×3×3 of the convolution that was asked for; here with the roles of these two.
  int64_t input_step, output_step;
  // Whether filters are turned around, as on the way back.
  bool flips;

  const float *weights, *bias, *input;
  float *output, *weight_gradient, *bias_gradient;

  // In the engine's scratch: the weights at the 36 points, and what is each part's own, so far from the next
  // part's.
  float *points, *own;
  int64_t own_step;
};

struct tile {
  int64_t image;
  int row, column;
};

static inline struct tile tile_at(const struct winograd *plan, int64_t index) {
  const int of_image = plan->rows * plan->columns, inside = (int)(index % of_image);
  return (struct tile){
      index / of_image, inside / plan->columns * 4, inside % plan->columns * 4};
}

// From a panel to the next, a cache line more than it needs: at a power of two, all 36 places of a tile would
// fall on the same lines of the cache.
static inline int64_t panel_step(const struct winograd *plan, int channels) {
  return (int64_t)plan->group * channels + 16;
}

// The panels of one part, of inputs and of outputs.
static inline int64_t panels_count(const struct winograd *plan) {
  return 36 * (panel_step(plan, plan->inputs) + panel_step(plan, plan->outputs));
}

// The sums of a part for the gradient of the weights at the points, behind its panels; those for the gradient of
// the bias follow.
static inline float *sums_of(const struct winograd *plan, int part) {
  return plan->own + part * plan->own_step + panels_count(plan);
}

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define BLOCK 8
#define NAMED(name) name##_8
#include "winograd.h"
#undef NAMED
#undef BLOCK
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx2,fma"))), apply_to = function)
#define BLOCK 16
#define NAMED(name) name##_16
#include "winograd.h"
#undef NAMED
#undef BLOCK
#pragma clang attribute pop

#define KERNEL(name)                                               \
  static void name(void *context, int part, int parts) {           \
    const struct winograd *plan = context;                         \
    (plan->block == 16 ? name##_16 : name##_8)(plan, part, parts); \
  }
KERNEL(transform_weights)
KERNEL(convolve)
KERNEL(gather_gradients)
KERNEL(take_gradients)

static void lay_out(struct winograd *plan, gf_engine *engine) {
  plan->points = engine->scratch;
  plan->own = engine->scratch + engine->shared_count;
  plan->own_step = engine->own_count;
}

static void run(gf_engine *engine, void *context, void *const buffers[GF_ARGUMENT_COUNT]) {
  struct winograd *plan = context;
  lay_out(plan, engine);
  plan->weights = buffers[GF_WEIGHTS];
  plan->bias = buffers[GF_BIAS];
  plan->input = buffers[plan->flips ? GF_DIFF_DST : GF_SRC];
  plan->output = buffers[plan->flips ? GF_DIFF_SRC : GF_DST];
  gf_parallel(engine, transform_weights, plan);
  gf_parallel(engine, convolve, plan);
}

static void run_gradient(gf_engine *engine, void *context, void *const buffers[GF_ARGUMENT_COUNT]) {
  struct winograd *plan = context;
  lay_out(plan, engine);
  plan->input = buffers[GF_SRC];
  plan->output = buffers[GF_DIFF_DST];
  plan->weight_gradient = buffers[GF_DIFF_WEIGHTS];
  plan->bias_gradient = buffers[GF_DIFF_BIAS];
  gf_parallel(engine, gather_gradients, plan);
  gf_parallel(engine, take_gradients, plan);
  if (!plan->bias_gradient) return;
  const int64_t points = 36 * (int64_t)plan->inputs * plan->outputs;
  for (int output = 0; output < plan->outputs; output++) {
    float sum = 0;
    for (int part = 0; part < engine->threads; part++)
      sum += sums_of(plan, part)[points + output];
    plan->bias_gradient[output] = sum;
  }
}

// The channels in a vector that the processor has and that divides those of a window; 0 where there is none.
static int block_of(const gf_window *w) {
  const int isa = (int)dnnl_get_effective_cpu_isa();
  const int64_t channels = w->input_channels | w->output_channels;
  if ((isa & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core && channels % 16 == 0) return 16;
  return (isa & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2 && channels % 8 == 0 ? 8 : 0;
}

bool gf_has_winograd(const gf_window *w) {
  return block_of(w) && w->kernel_height == 3 && w->kernel_width == 3 && w->stride == 1 &&
         w->padding == 1;
}

bool gf_suits_winograd(const gf_window *w) {
  // Each tile saves multiplications, and weights have to be transformed however few there are.
  const int64_t tiles = w->batch * ((w->input_height + 3) / 4) * ((w->input_width + 3) / 4);
  return gf_has_winograd(w) && tiles >= 96;
}

gf_primitive *gf_winograd(
    gf_engine *engine, gf_direction direction, const gf_window *w, bool bias, int *status) {
  *status = dnnl_unimplemented;
  if (!gf_has_winograd(w)) return NULL;
  const bool turned = direction == GF_BACKWARD_DATA, gathers = direction == GF_BACKWARD_WEIGHTS;
  struct winograd *plan = calloc(1, sizeof *plan);
  *status = dnnl_out_of_memory;
  if (!plan) return NULL;
  plan->block = block_of(w);
  plan->height = (int)w->input_height;
  plan->width = (int)w->input_width;
  plan->inputs = (int)(turned ? w->output_channels : w->input_channels);
  plan->outputs = (int)(turned ? w->input_channels : w->output_channels);
  plan->input_step = turned ? 9 * w->input_channels : 9;
  plan->output_step = turned ? 9 : 9 * w->input_channels;
  plan->flips = turned;
  plan->rows = (plan->height + 3) / 4;
  plan->columns = (plan->width + 3) / 4;
  plan->tiles = w->batch * plan->rows * plan->columns;
  // Panels of about half a megabyte; whole blocks of rows.
  const int fitting = (1 << 19) / (int)sizeof(float) / 36 / (plan->inputs + plan->outputs);
  plan->group = fitting < 24 ? 24 : fitting > 48 ? 48 : fitting / 6 * 6;
  const int64_t points = 36 * (int64_t)plan->inputs * plan->outputs, panels = panels_count(plan);
  if (gathers ? !reserve_scratch(engine, 0, panels + points + plan->outputs)
              : !reserve_scratch(engine, points, panels)) {
    free(plan);
    return NULL;
  }

  const dnnl_dims_t input = {w->batch, w->input_channels, w->input_height, w->input_width};
  const dnnl_dims_t output = {w->batch, w->output_channels, w->output_height, w->output_width};
  const dnnl_dims_t weights = {w->output_channels, w->input_channels, 3, 3};
  const dnnl_dims_t biases = {w->output_channels};
  const dnnl_format_tag_t blocked = plan->block == 16 ? dnnl_nChw16c : dnnl_nChw8c;
  const struct own_argument arguments[] = {
      {turned ? GF_DIFF_SRC : GF_SRC, describe(4, input, blocked)},
      {turned || gathers ? GF_DIFF_DST : GF_DST, describe(4, output, blocked)},
      {gathers ? GF_DIFF_WEIGHTS : GF_WEIGHTS, describe(4, weights, dnnl_oihw)},
      {gathers ? GF_DIFF_BIAS : GF_BIAS, describe(1, biases, dnnl_a)}};
  return make_own(
      engine, arguments, bias ? 4 : 3, (struct own_work){plan, gathers ? run_gradient : run, free},
      status);
}

#else

bool gf_has_winograd(const gf_window *w) {
  (void)w;
  return false;
}

bool gf_suits_winograd(const gf_window *w) { return gf_has_winograd(w); }

gf_primitive *gf_winograd(
    gf_engine *engine, gf_direction direction, const gf_window *w, bool bias, int *status) {
  (void)engine, (void)direction, (void)w, (void)bias;
  *status = dnnl_unimplemented;
  return NULL;
}

#endif
