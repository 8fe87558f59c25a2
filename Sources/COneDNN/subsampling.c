// Every second pixel and more channels of zeros: the shortcuts of option A, and their way back.
#include <string.h>

#include "loops.h"

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
