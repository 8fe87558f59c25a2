// Adaptive average pooling, which oneDNN has no primitive for.
#include <string.h>

#include "library.h"

struct adaptive_work {
  int64_t planes, height, width, side;
  const float *from;
  float *to;
  bool adjoint;
};

// Where cell `index` of `side` begins and, for the next index, where it ends if rounded up.
static int64_t cell_begin(int64_t index, int64_t extent, int64_t side) {
  return index * extent / side;
}
static int64_t cell_end(int64_t index, int64_t extent, int64_t side) {
  return ((index + 1) * extent + side - 1) / side;
}

static void adaptive_plane(const struct adaptive_work *work, const float *from, float *to) {
  const int64_t width = work->width, side = work->side;
  if (work->adjoint) memset(to, 0, work->height * width * sizeof(float));
  for (int64_t i = 0; i < side; i++)
    for (int64_t j = 0; j < side; j++) {
      const int64_t top = cell_begin(i, work->height, side), left = cell_begin(j, width, side);
      const int64_t bottom = cell_end(i, work->height, side), right = cell_end(j, width, side);
      const float share = 1.0f / (float)((bottom - top) * (right - left));
      float sum = 0;
      for (int64_t row = top; row < bottom; row++)
        for (int64_t column = left; column < right; column++)
          if (work->adjoint)
            to[row * width + column] += share * from[i * side + j];
          else
            sum += from[row * width + column];
      if (!work->adjoint) to[i * side + j] = share * sum;
    }
}

static void adaptive_part(void *context, int part, int parts) {
  const struct adaptive_work *work = context;
  const int64_t image = work->height * work->width, grid = work->side * work->side;
  const int64_t end = work->planes * (part + 1) / parts;
  for (int64_t plane = work->planes * part / parts; plane < end; plane++)
    adaptive_plane(
        work, work->from + plane * (work->adjoint ? grid : image),
        work->to + plane * (work->adjoint ? image : grid));
}

void gf_adaptive_average(
    const gf_engine *engine, int64_t planes, int64_t height, int64_t width, int64_t side,
    const float *input, float *output) {
  struct adaptive_work work = {planes, height, width, side, input, output, false};
  gf_parallel(engine, adaptive_part, &work);
}

void gf_adaptive_average_adjoint(
    const gf_engine *engine, int64_t planes, int64_t height, int64_t width, int64_t side,
    const float *output, float *input) {
  struct adaptive_work work = {planes, height, width, side, output, input, true};
  gf_parallel(engine, adaptive_part, &work);
}
