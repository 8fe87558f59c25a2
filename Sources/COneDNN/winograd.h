// Kernels of Winograd's algorithm F(4×4, 3×3) (Lavin and Gray 2015, arXiv:1509.09308, section 4.3) for one
// length of vectors. Included once for each: `BLOCK` is the number of channels in a vector and in a block of
// the layout, `NAMED(x)` gives x a name of its own.
//
// A tile is 4×4 values of an output and the 6×6 of the input under them. With the points 0, ±1, ±2 and ∞ of
// its polynomials, where ⊙ multiplies element by element and sums over channels:
//
//     output   = Aᵀ [ (G w Gᵀ) ⊙ (Bᵀ input B) ] A          w 3×3, output 4×4
//     gradient = Āᵀ [ (Ḡ g Ḡᵀ) ⊙ (Bᵀ input B) ] Ā          g 4×4, gradient of w 3×3
//
// A `panel` holds one of the 36 places of many tiles: tiles × channels, row-major; panels follow each other.

// As wide as a block. In buffers they need no alignment, and may be any floats.
typedef float NAMED(vector) __attribute__((vector_size(4 * BLOCK)));
typedef float NAMED(floats) __attribute__((vector_size(4 * BLOCK), aligned(4), may_alias));
#define VECTOR NAMED(vector)
#define AT(pointer) (*(NAMED(floats) *)(pointer))
#define READ(pointer) (*(const NAMED(floats) *)(pointer))
// x − 0 is x for every x, so that this is a broadcast and nothing else.
#define ALL(scalar) ((scalar) - (VECTOR){0})

// Bᵀ x for six values.
INLINE void NAMED(to_points)(const VECTOR x[6], VECTOR y[6]) {
  const VECTOR a = x[4] - 4 * x[2], b = x[3] - 4 * x[1], c = x[4] - x[2], d = 2 * (x[3] - x[1]);
  y[0] = 4 * x[0] - 5 * x[2] + x[4];
  y[1] = a + b;
  y[2] = a - b;
  y[3] = c + d;
  y[4] = c - d;
  y[5] = 4 * x[1] - 5 * x[3] + x[5];
}

// Aᵀ y.
INLINE void NAMED(to_outputs)(const VECTOR y[6], VECTOR x[4]) {
  const VECTOR a = y[1] + y[2], b = y[1] - y[2], c = y[3] + y[4], d = y[3] - y[4];
  x[0] = y[0] + a + c;
  x[1] = b + 2 * d;
  x[2] = a + 4 * c;
  x[3] = b + 8 * d + y[5];
}

// G w.
INLINE void NAMED(weights_to_points)(const VECTOR w[3], VECTOR y[6]) {
  const VECTOR a = (w[0] + w[2]) * (-1 / 6.f), b = w[1] * (1 / 6.f);
  const VECTOR c = w[0] * (1 / 24.f) + w[2] * (1 / 6.f), d = w[1] * (1 / 12.f);
  y[0] = w[0] * (1 / 4.f);
  y[1] = a - b;
  y[2] = a + b;
  y[3] = c + d;
  y[4] = c - d;
  y[5] = w[2];
}

// Ḡ g.
INLINE void NAMED(gradients_to_points)(const VECTOR g[4], VECTOR y[6]) {
  const VECTOR a = (g[0] + g[2]) * (-1 / 6.f), b = (g[1] + g[3]) * (1 / 6.f);
  const VECTOR c = g[0] * (1 / 24.f) + g[2] * (1 / 6.f), d = g[1] * (1 / 12.f) + g[3] * (1 / 3.f);
  y[0] = g[0] * (1 / 4.f);
  y[1] = a - b;
  y[2] = a + b;
  y[3] = c + d;
  y[4] = c - d;
  y[5] = g[3];
}

// Āᵀ y.
INLINE void NAMED(to_weights)(const VECTOR y[6], VECTOR w[3]) {
  const VECTOR a = y[1] + y[2], b = y[1] - y[2], c = y[3] + y[4], d = y[3] - y[4];
  w[0] = y[0] + a + c;
  w[1] = b + 2 * d;
  w[2] = a + 4 * c + y[5];
}

// Asks for the 4×4 pixels from (row, column) on, which the tile below needs: rows of an image are too far apart
// for the processor to guess. It ignores what is beyond an image's end. `writes` is a constant of 0 or 1.
#define FETCH(image, width, row, column, writes)                                              \
  for (int fetch = 0; fetch < 16; fetch++)                                                    \
  __builtin_prefetch(                                                                         \
      image + ((int64_t)(row + fetch / 4) * width + column + fetch % 4) * BLOCK, writes, 3)

// Places the 6×6 input of the tile whose upper left output is at (row, column) in a row of its panels.
static void NAMED(place_input)(
    const float *image, int height, int width, int row, int column, float *panel, int64_t step) {
  VECTOR y[6][6];
  FETCH(image, width, row + 5, column, 0);
  const float *corner = image + ((int64_t)(row - 1) * width + column - 1) * BLOCK;
  const bool inside = row > 0 && column > 0 && row + 5 <= height && column + 5 <= width;
  for (int j = 0; j < 6; j++) {
    VECTOR x[6], points[6];
    if (inside)
      for (int i = 0; i < 6; i++) x[i] = READ(corner + ((int64_t)i * width + j) * BLOCK);
    else {
      const bool within = column - 1 + j >= 0 && column - 1 + j < width;
      for (int i = 0; i < 6; i++)
        x[i] = within && row - 1 + i >= 0 && row - 1 + i < height
                   ? READ(corner + ((int64_t)i * width + j) * BLOCK)
                   : (VECTOR){0};
    }
    NAMED(to_points)(x, points);
    for (int i = 0; i < 6; i++) y[i][j] = points[i];
  }
  for (int i = 0; i < 6; i++) {
    VECTOR points[6];
    NAMED(to_points)(y[i], points);
    for (int j = 0; j < 6; j++) AT(panel + (i * 6 + j) * step) = points[j];
  }
}

// Reads the outputs of a tile from its row in the panels; what is beyond the image is left out.
static void NAMED(take_output)(
    const float *panel, int64_t step, VECTOR bias, float *image, int height, int width, int row,
    int column) {
  VECTOR x[4][6];
  FETCH(image, width, row + 4, column, 1);
  for (int j = 0; j < 6; j++) {
    VECTOR points[6], outputs[4];
    for (int i = 0; i < 6; i++) points[i] = READ(panel + (i * 6 + j) * step);
    NAMED(to_outputs)(points, outputs);
    for (int i = 0; i < 4; i++) x[i][j] = outputs[i];
  }
  for (int i = 0; i < 4 && row + i < height; i++) {
    VECTOR outputs[4];
    NAMED(to_outputs)(x[i], outputs);
    for (int j = 0; j < 4 && column + j < width; j++)
      AT(image + ((int64_t)(row + i) * width + column + j) * BLOCK) = outputs[j] + bias;
  }
}

// Places the 4×4 gradient of a tile in a row of its panels, and returns the sum of its values.
static void NAMED(place_gradient)(
    const float *image, int height, int width, int row, int column, float *panel, int64_t step,
    float *sum) {
  VECTOR y[6][4], all = {0};
  FETCH(image, width, row + 4, column, 0);
  for (int j = 0; j < 4; j++) {
    VECTOR g[4], points[6];
    for (int i = 0; i < 4; i++) {
      g[i] = row + i < height && column + j < width
                 ? READ(image + ((int64_t)(row + i) * width + column + j) * BLOCK)
                 : (VECTOR){0};
      all += g[i];
    }
    NAMED(gradients_to_points)(g, points);
    for (int i = 0; i < 6; i++) y[i][j] = points[i];
  }
  for (int i = 0; i < 6; i++) {
    VECTOR points[6];
    NAMED(gradients_to_points)(y[i], points);
    for (int j = 0; j < 6; j++) AT(panel + (i * 6 + j) * step) = points[j];
  }
  AT(sum) += all;
}

// So many rows × 2 vectors of sums stay in registers, of which AVX2 has 16: of tiles, and of channels.
enum { NAMED(TILES) = 6, NAMED(CHANNELS) = 4 };

// The sums of `rows` rows and `vectors` vectors: result += Σ over `depth` of a[row][depth] · b[depth][column],
// where a's rows are `row_step` apart and its columns `depth_step`.
INLINE void NAMED(multiply_block)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, int64_t b_step,
    float *result, int64_t result_step, int depth, int rows, int vectors, bool adds) {
  VECTOR sums[NAMED(TILES)][2];
  for (int row = 0; row < rows; row++)
    for (int part = 0; part < vectors; part++)
      sums[row][part] =
          adds ? READ(result + row * result_step + part * BLOCK) : (VECTOR){0};
  for (int index = 0; index < depth; index++) {
    VECTOR right[2];
    for (int part = 0; part < vectors; part++) right[part] = READ(b + index * b_step + part * BLOCK);
    for (int row = 0; row < rows; row++) {
      const VECTOR left = ALL(a[row * row_step + index * depth_step]);
      for (int part = 0; part < vectors; part++) sums[row][part] += left * right[part];
    }
  }
  for (int row = 0; row < rows; row++)
    for (int part = 0; part < vectors; part++)
      AT(result + row * result_step + part * BLOCK) = sums[row][part];
}

// The same for any number of rows, `block` of them at a time, and of columns that vectors divide.
INLINE void NAMED(multiply)(
    const float *a, int64_t row_step, int64_t depth_step, const float *b, float *result, int depth,
    int rows, int columns, int block, bool adds) {
  for (int column = 0; column < columns; column += 2 * BLOCK) {
    const bool pair = column + BLOCK < columns;
    const float *right = b + column;
    int row = 0;
    for (; row + block <= rows; row += block) {
      const float *left = a + row * row_step;
      float *sums = result + (int64_t)row * columns + column;
      if (pair)
        NAMED(multiply_block)(
            left, row_step, depth_step, right, columns, sums, columns, depth, block, 2, adds);
      else
        NAMED(multiply_block)(
            left, row_step, depth_step, right, columns, sums, columns, depth, block, 1, adds);
    }
    for (; row < rows; row++)
      for (int part = 0; part < (pair ? 2 : 1); part++)
        NAMED(multiply_block)(
            a + row * row_step, row_step, depth_step, right + part * BLOCK, columns,
            result + (int64_t)row * columns + column + part * BLOCK, columns, depth, 1, 1, adds);
  }
}

// Tiles × inputs by inputs × outputs.
static void NAMED(multiply_tiles)(
    const struct winograd *plan, const float *tiles, const float *weights, float *result,
    int count) {
  NAMED(multiply)(
      tiles, plan->inputs, 1, weights, result, plan->inputs, count, plan->outputs, NAMED(TILES),
      false);
}

// Adds the transpose of tiles × inputs by tiles × outputs.
static void NAMED(multiply_channels)(
    const struct winograd *plan, const float *tiles, const float *gradients, float *result,
    int count) {
  NAMED(multiply)(
      tiles, 1, plan->inputs, gradients, result, count, plan->inputs, plan->outputs,
      NAMED(CHANNELS), true);
}

// The weights at their 36 points, as inputs × outputs in each, of the inputs of one part.
static void NAMED(transform_weights)(const struct winograd *plan, int part, int parts) {
  const int inputs = plan->inputs, outputs = plan->outputs;
  const int64_t step = (int64_t)inputs * outputs;
  for (int input = part_begin(inputs, part, parts); input < part_begin(inputs, part + 1, parts);
       input++)
    for (int output = 0; output < outputs; output += BLOCK) {
      VECTOR w[3][3], y[6][3];
      for (int tap = 0; tap < 9; tap++) {
        const float *from = plan->weights + input * plan->input_step + output * plan->output_step +
                            (plan->flips ? 8 - tap : tap);
        float values[BLOCK];
        for (int lane = 0; lane < BLOCK; lane++) values[lane] = from[lane * plan->output_step];
        w[tap % 3][tap / 3] = READ(values);
      }
      for (int j = 0; j < 3; j++) {
        VECTOR points[6];
        NAMED(weights_to_points)(w[j], points);
        for (int i = 0; i < 6; i++) y[i][j] = points[i];
      }
      float *to = plan->points + (int64_t)input * outputs + output;
      for (int i = 0; i < 6; i++) {
        VECTOR points[6];
        NAMED(weights_to_points)(y[i], points);
        for (int j = 0; j < 6; j++) AT(to + (i * 6 + j) * step) = points[j];
      }
    }
}

// The convolution of the tiles of one part.
static void NAMED(convolve)(const struct winograd *plan, int part, int parts) {
  const int inputs = plan->inputs, outputs = plan->outputs, group = plan->group;
  const int64_t pixels = (int64_t)plan->height * plan->width * BLOCK;
  const int64_t in_step = panel_step(plan, inputs), out_step = panel_step(plan, outputs);
  float *in = plan->own + part * plan->own_step, *out = in + 36 * in_step;
  const int64_t end = part_begin(plan->tiles, part + 1, parts);
  for (int64_t first = part_begin(plan->tiles, part, parts); first < end; first += group) {
    const int count = end - first < group ? (int)(end - first) : group;
    for (int tile = 0; tile < count; tile++) {
      const struct tile at = tile_at(plan, first + tile);
      for (int channel = 0; channel < inputs; channel += BLOCK)
        NAMED(place_input)(
            plan->input + (at.image * inputs + channel) / BLOCK * pixels, plan->height,
            plan->width, at.row, at.column, in + (int64_t)tile * inputs + channel, in_step);
    }
    for (int point = 0; point < 36; point++)
      NAMED(multiply_tiles)(
          plan, in + point * in_step, plan->points + point * (int64_t)inputs * outputs,
          out + point * out_step, count);
    for (int tile = 0; tile < count; tile++) {
      const struct tile at = tile_at(plan, first + tile);
      for (int channel = 0; channel < outputs; channel += BLOCK)
        NAMED(take_output)(
            out + (int64_t)tile * outputs + channel, out_step,
            plan->bias ? READ(plan->bias + channel) : (VECTOR){0},
            plan->output + (at.image * outputs + channel) / BLOCK * pixels, plan->height,
            plan->width, at.row, at.column);
    }
  }
}

// The gradient of the weights at their points, and that of the bias, from the tiles of one part.
static void NAMED(gather_gradients)(const struct winograd *plan, int part, int parts) {
  const int inputs = plan->inputs, outputs = plan->outputs, group = plan->group;
  const int64_t pixels = (int64_t)plan->height * plan->width * BLOCK;
  const int64_t step = (int64_t)inputs * outputs;
  const int64_t in_step = panel_step(plan, inputs), out_step = panel_step(plan, outputs);
  float *in = plan->own + part * plan->own_step, *out = in + 36 * in_step;
  float *sums = sums_of(plan, part), *bias = sums + 36 * step;
  memset(sums, 0, sizeof(float) * (36 * step + outputs));
  const int64_t end = part_begin(plan->tiles, part + 1, parts);
  for (int64_t first = part_begin(plan->tiles, part, parts); first < end; first += group) {
    const int count = end - first < group ? (int)(end - first) : group;
    for (int tile = 0; tile < count; tile++) {
      const struct tile at = tile_at(plan, first + tile);
      for (int channel = 0; channel < inputs; channel += BLOCK)
        NAMED(place_input)(
            plan->input + (at.image * inputs + channel) / BLOCK * pixels, plan->height,
            plan->width, at.row, at.column, in + (int64_t)tile * inputs + channel, in_step);
      for (int channel = 0; channel < outputs; channel += BLOCK)
        NAMED(place_gradient)(
            plan->output + (at.image * outputs + channel) / BLOCK * pixels, plan->height,
            plan->width, at.row, at.column, out + (int64_t)tile * outputs + channel,
            out_step, bias + channel);
    }
    for (int point = 0; point < 36; point++)
      NAMED(multiply_channels)(
          plan, in + point * in_step, out + point * out_step, sums + point * step, count);
  }
}

// Adds up what all parts have gathered, in their order, and takes the 3×3 gradients from it, of the inputs
// of one part.
static void NAMED(take_gradients)(const struct winograd *plan, int part, int parts) {
  const int inputs = plan->inputs, outputs = plan->outputs;
  const int64_t step = (int64_t)inputs * outputs;
  for (int input = part_begin(inputs, part, parts); input < part_begin(inputs, part + 1, parts);
       input++)
    for (int output = 0; output < outputs; output += BLOCK) {
      const int64_t first = (int64_t)input * outputs + output;
      VECTOR x[3][6];
      for (int j = 0; j < 6; j++) {
        VECTOR points[6], taps[3];
        for (int i = 0; i < 6; i++) {
          points[i] = READ(sums_of(plan, 0) + first + (i * 6 + j) * step);
          for (int other = 1; other < parts; other++)
            points[i] += READ(sums_of(plan, other) + first + (i * 6 + j) * step);
        }
        NAMED(to_weights)(points, taps);
        for (int i = 0; i < 3; i++) x[i][j] = taps[i];
      }
      for (int i = 0; i < 3; i++) {
        VECTOR taps[3];
        NAMED(to_weights)(x[i], taps);
        for (int j = 0; j < 3; j++) {
          float values[BLOCK];
          AT(values) = taps[j];
          for (int lane = 0; lane < BLOCK; lane++)
            plan->weight_gradient
                [input * plan->input_step + (output + lane) * plan->output_step + i * 3 + j] =
                values[lane];
        }
      }
    }
}

#undef FETCH
#undef ALL
#undef READ
#undef AT
#undef VECTOR
