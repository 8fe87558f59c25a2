// Element by element: addition that measures what it adds, products and scalings.
#include <string.h>

#include "loops.h"

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

struct element_work {
  const float *first, *second;
  float number;
  float *result;
  int64_t count;
};

WIDE static void scale_part(void *context, int part, int parts) {
  struct element_work *work = context;
  const float *values = work->first, factor = work->number;
  float *restrict result = work->result;
  int64_t end = part_begin(work->count, part + 1, parts);
  for (int64_t index = part_begin(work->count, part, parts); index < end; index++)
    result[index] = factor * values[index];
}

WIDE static void shift_part(void *context, int part, int parts) {
  struct element_work *work = context;
  const float *values = work->first, number = work->number;
  float *restrict result = work->result;
  int64_t end = part_begin(work->count, part + 1, parts);
  for (int64_t index = part_begin(work->count, part, parts); index < end; index++)
    result[index] = values[index] + number;
}

WIDE static void multiply_part(void *context, int part, int parts) {
  struct element_work *work = context;
  const float *first = work->first, *second = work->second;
  float *restrict result = work->result;
  int64_t end = part_begin(work->count, part + 1, parts);
  for (int64_t index = part_begin(work->count, part, parts); index < end; index++)
    result[index] = first[index] * second[index];
}

void gf_scale(
    const gf_engine *engine, const float *values, float factor, float *result, int64_t count) {
  struct element_work work = {.first = values, .number = factor, .result = result, .count = count};
  in_parts(engine, scale_part, &work, count);
}

void gf_shift(
    const gf_engine *engine, const float *values, float number, float *result, int64_t count) {
  struct element_work work = {.first = values, .number = number, .result = result, .count = count};
  in_parts(engine, shift_part, &work, count);
}

void gf_multiply(
    const gf_engine *engine, const float *first, const float *second, float *result, int64_t count) {
  struct element_work work = {.first = first, .second = second, .result = result, .count = count};
  in_parts(engine, multiply_part, &work, count);
}
