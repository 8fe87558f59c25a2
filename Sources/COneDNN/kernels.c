// Passes over memory that oneDNN has no primitive for, on its threads.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "library.h"

enum { LANES = 16, MAXIMUM_PARTS = 256 };

// The compiler is told of no processor in particular; these loops are compiled for the wider vectors
// too, and the loader chooses.
#if defined(__x86_64__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

// The elements [begin, end) of one part of an even division.
static int64_t part_begin(int64_t count, int part, int parts) { return count * part / parts; }

// Runs `body` for the parts of so many elements, or for one part where they are few, and answers how
// many parts there were.
static int in_parts(
    const gf_engine *engine, void (*body)(void *, int, int), void *context, int64_t count) {
  if (engine->threads > MAXIMUM_PARTS || count < 1 << 14) {
    body(context, 0, 1);
    return 1;
  }
  gf_parallel(engine, body, context);
  return engine->threads;
}

struct summarize_work {
  const float *values;
  int64_t count;
  gf_summary parts[MAXIMUM_PARTS];
};

WIDE static void summarize_part(void *context, int part, int parts) {
  struct summarize_work *work = context;
  const float *values = work->values;
  int64_t end = part_begin(work->count, part + 1, parts);
  int64_t index = part_begin(work->count, part, parts);
  // Independent lanes, so that the compiler may use vectors without reordering a sum. Squares are
  // taken in double precision: they neither overflow nor vanish.
  double sum[LANES] = {0}, squares[LANES] = {0};
  float maximum[LANES] = {0};
  int32_t zeros[LANES] = {0};
  int64_t zero_count = 0;
  while (index < end) {
    int64_t stop = end - index > (1 << 20) ? index + (1 << 20) : end;
    for (; index + LANES <= stop; index += LANES)
      for (int lane = 0; lane < LANES; lane++) {
        float value = values[index + lane];
        float magnitude = fabsf(value);
        sum[lane] += value;
        squares[lane] += (double)value * value;
        maximum[lane] = magnitude > maximum[lane] ? magnitude : maximum[lane];
        zeros[lane] += value == 0;
      }
    for (int lane = 0; index < stop; index++, lane++) {
      float value = values[index];
      float magnitude = fabsf(value);
      sum[lane] += value;
      squares[lane] += (double)value * value;
      maximum[lane] = magnitude > maximum[lane] ? magnitude : maximum[lane];
      zeros[lane] += value == 0;
    }
    for (int lane = 0; lane < LANES; lane++) {
      zero_count += zeros[lane];
      zeros[lane] = 0;
    }
  }
  gf_summary *result = &work->parts[part];
  *result = (gf_summary){.zeros = zero_count};
  for (int lane = 0; lane < LANES; lane++) {
    result->sum += sum[lane];
    result->sum_of_squares += squares[lane];
    result->maximum = fmax(result->maximum, maximum[lane]);
  }
}

gf_summary gf_summarize(const gf_engine *engine, const float *values, int64_t count) {
  struct summarize_work work = {.values = values, .count = count};
  gf_summary total = {0};
  const int parts = in_parts(engine, summarize_part, &work, count);
  for (int part = 0; part < parts; part++) {
    total.sum += work.parts[part].sum;
    total.sum_of_squares += work.parts[part].sum_of_squares;
    total.maximum = fmax(total.maximum, work.parts[part].maximum);
    total.zeros += work.parts[part].zeros;
  }
  if (isnan(total.sum_of_squares)) total.maximum = NAN;
  return total;
}

struct passage_work {
  int kind;
  const float *output, *gradient;
  int64_t count;
  gf_passage parts[MAXIMUM_PARTS];
};

// Whole groups of lanes and what is left of them are summed up alike.
#define INLINE static inline __attribute__((always_inline))

INLINE void pass(int kind, float y, float g, double *output, double *gradient, double *sloped) {
  float slope = kind == GF_RELU      ? (y > 0 ? g : 0)
                : kind == GF_TANH    ? g * (1 - y * y)
                : kind == GF_SIGMOID ? g * y * (1 - y)
                                     : g;
  *output += (double)y * y;
  *gradient += (double)g * g;
  *sloped += (double)slope * slope;
}

WIDE static void passage_part(void *context, int part, int parts) {
  struct passage_work *work = context;
  const float *outputs = work->output, *gradients = work->gradient;
  const int kind = work->kind;
  int64_t end = part_begin(work->count, part + 1, parts);
  int64_t index = part_begin(work->count, part, parts);
  double output[LANES] = {0}, gradient[LANES] = {0}, sloped[LANES] = {0};
  for (; index + LANES <= end; index += LANES)
    for (int lane = 0; lane < LANES; lane++)
      pass(kind, outputs[index + lane], gradients[index + lane], &output[lane], &gradient[lane],
           &sloped[lane]);
  for (int lane = 0; lane < end - index; lane++)
    pass(kind, outputs[index + lane], gradients[index + lane], &output[lane], &gradient[lane],
         &sloped[lane]);
  gf_passage *result = &work->parts[part];
  *result = (gf_passage){0};
  for (int lane = 0; lane < LANES; lane++) {
    result->output_squared += output[lane];
    result->gradient_squared += gradient[lane];
    result->sloped_squared += sloped[lane];
  }
}

gf_passage gf_measure_passage(
    const gf_engine *engine, int kind, const float *output, const float *gradient, int64_t count) {
  struct passage_work work = {
      .kind = kind, .output = output, .gradient = gradient, .count = count};
  gf_passage total = {0};
  const int parts = in_parts(engine, passage_part, &work, count);
  for (int part = 0; part < parts; part++) {
    total.output_squared += work.parts[part].output_squared;
    total.gradient_squared += work.parts[part].gradient_squared;
    total.sloped_squared += work.parts[part].sloped_squared;
  }
  return total;
}

struct add_work {
  const float *first, *second;
  float *result;
  int64_t count;
  bool relu;
  gf_addition parts[MAXIMUM_PARTS];
};

WIDE static void add_part(void *context, int part, int parts) {
  struct add_work *work = context;
  const float *first = work->first, *second = work->second;
  float *restrict result = work->result;
  int64_t end = part_begin(work->count, part + 1, parts);
  int64_t begin = part_begin(work->count, part, parts);
  if (work->relu)
    for (int64_t index = begin; index < end; index++) {
      float sum = first[index] + second[index];
      result[index] = sum > 0 ? sum : 0;
    }
  else
    for (int64_t index = begin; index < end; index++) result[index] = first[index] + second[index];
}

INLINE float add_measured(
    bool relu, float one, float other, double *first, double *second, double *product,
    double *result) {
  float sum = one + other;
  if (relu) sum = sum > 0 ? sum : 0;
  *first += (double)one * one;
  *second += (double)other * other;
  *product += (double)one * other;
  *result += (double)sum * sum;
  return sum;
}

WIDE static void add_measured_part(void *context, int part, int parts) {
  struct add_work *work = context;
  const float *first = work->first, *second = work->second;
  float *restrict result = work->result;
  const bool relu = work->relu;
  int64_t end = part_begin(work->count, part + 1, parts);
  int64_t index = part_begin(work->count, part, parts);
  double firsts[LANES] = {0}, seconds[LANES] = {0}, products[LANES] = {0}, results[LANES] = {0};
  for (; index + LANES <= end; index += LANES) {
    float sums[LANES];
    for (int lane = 0; lane < LANES; lane++)
      sums[lane] = add_measured(
          relu, first[index + lane], second[index + lane], &firsts[lane], &seconds[lane],
          &products[lane], &results[lane]);
    memcpy(result + index, sums, sizeof sums);
  }
  for (int lane = 0; lane < end - index; lane++)
    result[index + lane] = add_measured(
        relu, first[index + lane], second[index + lane], &firsts[lane], &seconds[lane],
        &products[lane], &results[lane]);
  gf_addition *sizes = &work->parts[part];
  *sizes = (gf_addition){0};
  for (int lane = 0; lane < LANES; lane++) {
    sizes->first_squared += firsts[lane];
    sizes->second_squared += seconds[lane];
    sizes->product += products[lane];
    sizes->result_squared += results[lane];
  }
}

void gf_add(
    const gf_engine *engine, const float *first, const float *second, float *result, int64_t count,
    bool relu, gf_addition *sizes) {
  struct add_work work = {
      .first = first, .second = second, .result = result, .count = count, .relu = relu};
  const int parts = in_parts(engine, sizes ? add_measured_part : add_part, &work, count);
  if (!sizes) return;
  *sizes = (gf_addition){0};
  for (int part = 0; part < parts; part++) {
    sizes->first_squared += work.parts[part].first_squared;
    sizes->second_squared += work.parts[part].second_squared;
    sizes->product += work.parts[part].product;
    sizes->result_squared += work.parts[part].result_squared;
  }
}

struct sgd_work {
  float *weights, *velocity;
  const float *gradient;
  int64_t count;
  float momentum, decay, rate;
  gf_update parts[MAXIMUM_PARTS];
};

WIDE static void sgd_part(void *context, int part, int parts) {
  struct sgd_work *work = context;
  float *restrict weights = work->weights;
  float *restrict velocity = work->velocity;
  const float *restrict gradient = work->gradient;
  const float momentum = work->momentum, decay = work->decay, rate = work->rate;
  int64_t end = part_begin(work->count, part + 1, parts);
  int64_t index = part_begin(work->count, part, parts);
  double before[LANES] = {0}, update[LANES] = {0};
  while (index < end) {
    int lanes = end - index < LANES ? (int)(end - index) : LANES;
    for (int lane = 0; lane < lanes; lane++, index++) {
      float weight = weights[index];
      float step = momentum * velocity[index] - rate * (gradient[index] + decay * weight);
      before[lane] += (double)weight * weight;
      update[lane] += (double)step * step;
      velocity[index] = step;
      weights[index] = weight + step;
    }
  }
  gf_update *result = &work->parts[part];
  *result = (gf_update){0};
  for (int lane = 0; lane < LANES; lane++) {
    result->weights_squared += before[lane];
    result->update_squared += update[lane];
  }
}

gf_update gf_sgd_step(
    const gf_engine *engine, float *weights, float *velocity, const float *gradient, int64_t count,
    float momentum, float decay, float rate) {
  struct sgd_work work = {.weights = weights, .velocity = velocity, .gradient = gradient,
                          .count = count, .momentum = momentum, .decay = decay, .rate = rate};
  gf_update total = {0};
  const int parts = in_parts(engine, sgd_part, &work, count);
  for (int part = 0; part < parts; part++) {
    total.weights_squared += work.parts[part].weights_squared;
    total.update_squared += work.parts[part].update_squared;
  }
  return total;
}

struct subsample_work {
  const gf_subsampling *shape;
  const float *from;
  float *to;
};

static int64_t ceiling(int64_t value, int64_t divisor) { return (value + divisor - 1) / divisor; }

static void subsample_part(void *context, int part, int parts) {
  struct subsample_work *work = context;
  const gf_subsampling *s = work->shape;
  const int64_t block = s->output.block;
  const int64_t kept = ceiling(s->input_channels, block);
  const int64_t groups = ceiling(s->output_channels, block);
  int64_t end = part_begin(s->batch, part + 1, parts);
  for (int64_t image = part_begin(s->batch, part, parts); image < end; image++)
    for (int64_t group = 0; group < groups; group++)
      for (int64_t row = 0; row < s->output_height; row++) {
        const float *from = work->from + image * s->input.image_stride
                            + group * s->input.block_stride
                            + row * s->stride * s->input.row_stride;
        float *to = work->to + image * s->output.image_stride + group * s->output.block_stride
                    + row * s->output.row_stride;
        for (int64_t column = 0; column < s->output_width; column++) {
          float *pixel = to + column * s->output.pixel_stride;
          if (group < kept)
            memcpy(pixel, from + column * s->stride * s->input.pixel_stride, block * sizeof(float));
          else
            memset(pixel, 0, block * sizeof(float));
        }
      }
}

void gf_subsample(
    const gf_engine *engine, const gf_subsampling *shape, const float *input, float *output) {
  struct subsample_work work = {.shape = shape, .from = input, .to = output};
  gf_parallel(engine, subsample_part, &work);
}

static void subsample_adjoint_part(void *context, int part, int parts) {
  struct subsample_work *work = context;
  const gf_subsampling *s = work->shape;
  const int64_t block = s->input.block;
  const int64_t groups = ceiling(s->input_channels, block);
  int64_t end = part_begin(s->batch, part + 1, parts);
  for (int64_t image = part_begin(s->batch, part, parts); image < end; image++)
    for (int64_t group = 0; group < groups; group++)
      for (int64_t row = 0; row < s->input_height; row++) {
        const float *from = work->from + image * s->output.image_stride
                            + group * s->output.block_stride
                            + row / s->stride * s->output.row_stride;
        float *to = work->to + image * s->input.image_stride + group * s->input.block_stride
                    + row * s->input.row_stride;
        for (int64_t column = 0; column < s->input_width; column++) {
          float *pixel = to + column * s->input.pixel_stride;
          if (row % s->stride == 0 && column % s->stride == 0)
            memcpy(
                pixel, from + column / s->stride * s->output.pixel_stride, block * sizeof(float));
          else
            memset(pixel, 0, block * sizeof(float));
        }
        // The last block may hold channels that only the output has.
        const int64_t surplus = (group + 1) * block - s->input_channels;
        if (surplus > 0)
          for (int64_t column = 0; column < s->input_width; column++)
            memset(
                to + column * s->input.pixel_stride + block - surplus, 0, surplus * sizeof(float));
      }
}

void gf_subsample_adjoint(
    const gf_engine *engine, const gf_subsampling *shape, const float *output, float *input) {
  struct subsample_work work = {.shape = shape, .from = output, .to = input};
  gf_parallel(engine, subsample_adjoint_part, &work);
}
