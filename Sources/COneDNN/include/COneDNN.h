// One small C interface over oneDNN 2.x and 3.x: what differs between the two lives in this module.
//
// An engine owns its layouts, and equal layouts are the same pointer. A primitive knows the layout
// that each of its arguments must have; buffers are bound to the arguments and the primitive is run.
// Functions return a status (0: success) or NULL where the library refuses. An engine and all that
// belongs to it is used by one thread at a time, which has to enter it.
#ifndef GRADFLOW_CONEDNN_H
#define GRADFLOW_CONEDNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gf_engine gf_engine;
typedef struct gf_layout gf_layout;
typedef struct gf_primitive gf_primitive;

enum { GF_MAXIMUM_RANK = 4 };

// --- engine.c ---------------------------------------------------------------------------------

// Creates an engine for the CPU. Denormal numbers count as zero in every thread it computes with.
int gf_engine_create(int threads, gf_engine **engine);
void gf_engine_destroy(gf_engine *engine);
// Prepares the calling thread to compute with the engine, unless it was the last one that this thread
// entered: OpenMP's number of threads and the treatment of denormal numbers are each thread's own.
void gf_engine_enter(const gf_engine *engine);
// As many as were asked for, or as the system grants.
int gf_engine_threads(const gf_engine *engine);
// The processors that the process is bound to; those there are where it is bound to none.
int gf_processors(void);
// The version of the library at run time, "2.6.3".
const char *gf_version(void);
const char *gf_status_text(int status);

// Runs `body(context, part, parts)` for every part, as many as the engine has threads, on oneDNN's
// own threads.
void gf_parallel(
    const gf_engine *engine, void (*body)(void *context, int part, int parts), void *context);

// The row-major layout of 32-bit floats.
const gf_layout *gf_layout_plain(gf_engine *engine, int rank, const int64_t *dimensions);
// For images of other extents the layout of the same kind (blocks of 8 or 16 channels, channels
// last); row-major where there is none.
const gf_layout *gf_layout_like(
    gf_engine *engine, const gf_layout *layout, const int64_t *own, const int64_t *dimensions);
size_t gf_layout_bytes(const gf_layout *layout);

// How a layout of N×C×H×W lies in memory, in elements, if it is N × C/block × H × W × block or
// such a thing with its outer dimensions in another order.
typedef struct {
  int64_t block;
  int64_t image_stride, block_stride, row_stride, pixel_stride;
} gf_image_layout;
bool gf_layout_as_images(const gf_layout *layout, gf_image_layout *images);

// --- primitives.c, windows.c, layers.c -------------------------------------------------------

typedef enum {
  GF_SRC,
  GF_WEIGHTS,
  GF_BIAS,
  GF_DST,
  GF_MEAN,
  GF_VARIANCE,
  GF_SCALE,
  GF_SHIFT,
  GF_WORKSPACE,
  GF_DIFF_SRC,
  GF_DIFF_WEIGHTS,
  GF_DIFF_BIAS,
  GF_DIFF_DST,
  GF_DIFF_SCALE,
  GF_DIFF_SHIFT,
  GF_ARGUMENT_COUNT
} gf_argument;

typedef enum { GF_TRAINING, GF_INFERENCE, GF_BACKWARD_DATA, GF_BACKWARD_WEIGHTS } gf_direction;
typedef enum { GF_RELU, GF_TANH, GF_SIGMOID } gf_activation;
typedef enum { GF_POOL_MAXIMUM, GF_POOL_AVERAGE } gf_pooling;

// Sliding windows over N×C×H×W: output = (input + 2·padding − kernel) / stride + 1.
typedef struct {
  int64_t batch, input_channels, output_channels;
  int64_t input_height, input_width, output_height, output_width;
  int64_t kernel_height, kernel_width, stride, padding;
} gf_window;

// Directly. Every layout is the library's choice, but for outputs whose channels blocks of 8 divide and of 16
// do not: these are in blocks of 8.
gf_primitive *gf_convolution(
    gf_engine *engine, gf_direction direction, const gf_window *window, bool bias, int *status);
// The same of 3×3 filters with stride 1 and padding 1 by Winograd's algorithm F(4×4, 3×3), in winograd.c:
// images in blocks of 16 channels where the processor has AVX-512, or of 8 where it has AVX2; weights
// row-major. Not implemented for other processors, and channels that blocks do not divide.
gf_primitive *gf_winograd(
    gf_engine *engine, gf_direction direction, const gf_window *window, bool bias, int *status);
// Whether that is possible for a window on this processor; and whether it is faster.
bool gf_has_winograd(const gf_window *window);
bool gf_suits_winograd(const gf_window *window);
// Maximum or average over windows; the channels of input and output are the same. `layout` is that
// of the input, for a backward pass too.
gf_primitive *gf_pool(
    gf_engine *engine, gf_direction direction, gf_pooling kind, const gf_window *window,
    const gf_layout *layout, int *status);
// Row-major N×I times O×I.
gf_primitive *gf_inner_product(
    gf_engine *engine, gf_direction direction, int64_t batch, int64_t inputs, int64_t outputs,
    int *status);
// Training takes the statistics of the mini-batch where none are given, as inference is.
gf_primitive *gf_batch_normalization(
    gf_engine *engine, gf_direction direction, const gf_layout *layout, float epsilon,
    bool fused_relu, bool given_statistics, int *status);
// The backward pass reads the output (GF_DST), not the input.
gf_primitive *gf_activate(
    gf_engine *engine, gf_direction direction, gf_activation kind, const gf_layout *layout,
    int *status);
gf_primitive *gf_reorder(
    gf_engine *engine, const gf_layout *from, const gf_layout *to, int *status);

// The layout that an argument must have; NULL where the primitive has no such argument.
const gf_layout *gf_primitive_layout(const gf_primitive *primitive, gf_argument argument);
void gf_primitive_destroy(gf_primitive *primitive);
int gf_primitive_bind(gf_primitive *primitive, gf_argument argument, void *data);
// Enters the engine.
int gf_primitive_run(gf_primitive *primitive);

// --- kernels.c --------------------------------------------------------------------------------

typedef struct {
  double sum, sum_of_squares, maximum; // maximum of the magnitudes; nan where any value is nan
  int64_t zeros;
} gf_summary;
gf_summary gf_summarize(const gf_engine *engine, const float *values, int64_t count);

// What a gradient is like before and after the slope of the nonlinearity that it arrives through, and
// what the nonlinearity gave; `kind` is a gf_activation, or −1 for none.
typedef struct {
  double output_squared, gradient_squared, sloped_squared;
} gf_passage;
gf_passage gf_measure_passage(
    const gf_engine *engine, int kind, const float *output, const float *gradient, int64_t count);

// first + second, and max(sum, 0) if `relu` is asked for. Where `sizes` is given, it answers the sums
// of squares of both and of the result, and the sum of the products of both.
typedef struct {
  double first_squared, second_squared, product, result_squared;
} gf_addition;
void gf_add(
    const gf_engine *engine, const float *first, const float *second, float *result, int64_t count,
    bool relu, gf_addition *sizes);

// Values times a factor, values and a number more, and products of the values at the same places.
void gf_scale(
    const gf_engine *engine, const float *values, float factor, float *result, int64_t count);
void gf_shift(
    const gf_engine *engine, const float *values, float number, float *result, int64_t count);
void gf_multiply(
    const gf_engine *engine, const float *first, const float *second, float *result, int64_t count);

// v ← momentum·v − rate·(gradient + decay·w); w ← w + v.
// Answers ‖w‖² before the step and ‖v‖² after it.
typedef struct {
  double weights_squared, update_squared;
} gf_update;
gf_update gf_sgd_step(
    const gf_engine *engine, float *weights, float *velocity, const float *gradient, int64_t count,
    float momentum, float decay, float rate);

// Takes every `stride`-th pixel of N×C×H×W and appends channels of zeros, and its adjoint. The
// layouts of both sides have the same block.
typedef struct {
  int64_t batch, input_channels, output_channels;
  int64_t output_height, output_width, stride;
  int64_t input_height, input_width;
  gf_image_layout input, output;
} gf_subsampling;
void gf_subsample(
    const gf_engine *engine, const gf_subsampling *shape, const float *input, float *output);
void gf_subsample_adjoint(
    const gf_engine *engine, const gf_subsampling *shape, const float *output, float *input);

// Mean and variance, Σ(x − mean)²/n, of each channel of N×C×H×W; false, and nothing done, where the layout is
// not in blocks of 8 or 16 channels. `dimensions` are N, C, H and W.
bool gf_measure_channels(
    const gf_engine *engine, const gf_layout *layout, const int64_t *dimensions,
    const float *values, float *mean, float *variance);

// Averages the cells of a grid of side × side over each of so many row-major planes, and its adjoint.
// Cell i spans the rows ⌊i·height/side⌋ ..< ⌈(i+1)·height/side⌉, and columns likewise.
void gf_adaptive_average(
    const gf_engine *engine, int64_t planes, int64_t height, int64_t width, int64_t side,
    const float *input, float *output);
void gf_adaptive_average_adjoint(
    const gf_engine *engine, int64_t planes, int64_t height, int64_t width, int64_t side,
    const float *output, float *input);

#endif
