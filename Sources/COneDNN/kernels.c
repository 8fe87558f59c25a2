// Passes over memory that oneDNN has no primitive for: sums, and the updates of parameters.
#include <math.h>

#include "loops.h"

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
