// Mean and variance of each channel over a mini-batch, in one pass over memory. oneDNN takes two, each slower.
#include <stdlib.h>

#include "loops.h"

// What so many values of each channel of a block are like: their mean, and Σ(x − mean)².
struct moments {
  double count;
  double mean[LANES], squares[LANES];
};

struct statistics_work {
  const float *values;
  int64_t images, blocks, pixels, image_stride, block_stride;
  int block;
  // parts × blocks.
  struct moments *parts;
};

// Takes `count` more values into account, of which Σ(x − offset) and Σ(x − offset)² are known (Chan, Golub and
// LeVeque 1983).
INLINE void merge(
    struct moments *all, int lane, double count, double offset, double sum, double squares) {
  const double mean = offset + sum / count, apart = mean - all->mean[lane];
  const double total = all->count + count;
  all->mean[lane] += apart * (count / total);
  all->squares[lane] += squares - sum / count * sum + apart * apart * (all->count * count / total);
}

// Sums in single precision are of few values, and of differences to one of them: a mean that is large beside
// the deviation costs no digits.
INLINE void measure_pixels(const float *values, int64_t pixels, int block, struct moments *all) {
  float offset[LANES], sums[2][LANES] = {0}, squares[2][LANES] = {0};
  for (int lane = 0; lane < block; lane++) offset[lane] = values[lane];
  int64_t pixel = 0;
  for (; pixel + 2 <= pixels; pixel += 2)
    for (int half = 0; half < 2; half++)
      for (int lane = 0; lane < block; lane++) {
        const float difference = values[(pixel + half) * block + lane] - offset[lane];
        sums[half][lane] += difference;
        squares[half][lane] += difference * difference;
      }
  for (int lane = 0; pixel < pixels && lane < block; lane++) {
    const float difference = values[pixel * block + lane] - offset[lane];
    sums[0][lane] += difference;
    squares[0][lane] += difference * difference;
  }
  for (int lane = 0; lane < block; lane++)
    merge(
        all, lane, (double)pixels, offset[lane], (double)sums[0][lane] + sums[1][lane],
        (double)squares[0][lane] + squares[1][lane]);
  all->count += (double)pixels;
}

enum { PIXELS_AT_ONCE = 1024 };

INLINE void measure_images(struct statistics_work *work, int part, int parts, int block) {
  struct moments *moments = work->parts + part * work->blocks;
  const int64_t end = part_begin(work->images, part + 1, parts);
  for (int64_t image = part_begin(work->images, part, parts); image < end; image++)
    for (int64_t index = 0; index < work->blocks; index++) {
      const float *plane = work->values + image * work->image_stride + index * work->block_stride;
      for (int64_t pixel = 0; pixel < work->pixels; pixel += PIXELS_AT_ONCE) {
        const int64_t left = work->pixels - pixel;
        measure_pixels(
            plane + pixel * block, left < PIXELS_AT_ONCE ? left : PIXELS_AT_ONCE, block,
            &moments[index]);
      }
    }
}

WIDE static void measure_part(void *context, int part, int parts) {
  struct statistics_work *work = context;
  if (work->block == 16)
    measure_images(work, part, parts, 16);
  else
    measure_images(work, part, parts, 8);
}

bool gf_measure_channels(
    const gf_engine *engine, const gf_layout *layout, const int64_t *dimensions,
    const float *values, float *mean, float *variance) {
  const int64_t channels = dimensions[1], height = dimensions[2], width = dimensions[3];
  gf_image_layout images;
  if (!gf_layout_as_images(layout, &images)) return false;
  const int64_t block = images.block;
  const bool dense = images.pixel_stride == block && images.row_stride == width * block;
  if ((block != 8 && block != 16) || !dense) return false;
  struct statistics_work work = {
      .values = values, .images = dimensions[0], .blocks = (channels + block - 1) / block,
      .pixels = height * width, .image_stride = images.image_stride,
      .block_stride = images.block_stride, .block = (int)block};
  work.parts = calloc((size_t)(engine->threads * work.blocks), sizeof *work.parts);
  if (!work.parts) return false;
  const int parts = in_parts(engine, measure_part, &work, work.images * work.pixels * channels);
  for (int64_t channel = 0; channel < channels; channel++) {
    struct moments all = {0};
    for (int part = 0; part < parts; part++) {
      const struct moments *found = &work.parts[part * work.blocks + channel / block];
      const int lane = (int)(channel % block);
      if (found->count == 0) continue;
      merge(&all, 0, found->count, found->mean[lane], 0, found->squares[lane]);
      all.count += found->count;
    }
    mean[channel] = (float)all.mean[0];
    variance[channel] = (float)(all.squares[0] / all.count);
  }
  free(work.parts);
  return true;
}
