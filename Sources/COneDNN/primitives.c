// What all primitives have in common: their arguments, and running them.
#include <stdlib.h>

#include "library.h"

struct gf_primitive {
  gf_engine *engine;
  dnnl_primitive_t primitive;
  const gf_layout *layouts[GF_ARGUMENT_COUNT];
  dnnl_memory_t memories[GF_ARGUMENT_COUNT];
  // Of a primitive of our own, instead of the library's and its memories.
  struct own_work own;
  void *buffers[GF_ARGUMENT_COUNT];
};

static const int library_arguments[GF_ARGUMENT_COUNT] = {
    [GF_SRC] = DNNL_ARG_SRC_0,
    [GF_WEIGHTS] = DNNL_ARG_WEIGHTS,
    [GF_BIAS] = DNNL_ARG_BIAS,
    [GF_DST] = DNNL_ARG_DST,
    [GF_MEAN] = DNNL_ARG_MEAN,
    [GF_VARIANCE] = DNNL_ARG_VARIANCE,
    [GF_SCALE] = DNNL_ARG_SCALE,
    [GF_SHIFT] = DNNL_ARG_SHIFT,
    [GF_WORKSPACE] = DNNL_ARG_WORKSPACE,
    [GF_DIFF_SRC] = DNNL_ARG_DIFF_SRC,
    [GF_DIFF_WEIGHTS] = DNNL_ARG_DIFF_WEIGHTS,
    [GF_DIFF_BIAS] = DNNL_ARG_DIFF_BIAS,
    [GF_DIFF_DST] = DNNL_ARG_DIFF_DST,
    [GF_DIFF_SCALE] = DNNL_ARG_DIFF_SCALE,
    [GF_DIFF_SHIFT] = DNNL_ARG_DIFF_SHIFT,
};

dnnl_memory_desc_t describe(int rank, const dnnl_dims_t dims, dnnl_format_tag_t tag) {
  dnnl_memory_desc_t descriptor;
#if V3
  if (dnnl_memory_desc_create_with_tag(&descriptor, rank, dims, dnnl_f32, tag)) return NULL;
#else
  if (dnnl_memory_desc_init_by_tag(&descriptor, rank, dims, dnnl_f32, tag))
    descriptor = (dnnl_memory_desc_t){0};
#endif
  return descriptor;
}

void forget(dnnl_memory_desc_t descriptor) {
#if V3
  dnnl_memory_desc_destroy(descriptor);
#else
  (void)descriptor;
#endif
}

void gf_primitive_destroy(gf_primitive *primitive) {
  if (!primitive) return;
  for (int argument = 0; argument < GF_ARGUMENT_COUNT; argument++)
    if (primitive->memories[argument]) dnnl_memory_destroy(primitive->memories[argument]);
  if (primitive->primitive) dnnl_primitive_destroy(primitive->primitive);
  if (primitive->own.context) primitive->own.destroy(primitive->own.context);
  free(primitive);
}

static int attach(
    gf_primitive *primitive, dnnl_primitive_desc_t descriptor, gf_argument argument) {
  md_reference found = dnnl_primitive_desc_query_md(
      descriptor, dnnl_query_exec_arg_md, library_arguments[argument]);
  if (!found || dnnl_memory_desc_get_size(found) == 0) return dnnl_success;
  primitive->layouts[argument] = gf_layout_intern(primitive->engine, found);
  if (!primitive->layouts[argument]) return dnnl_out_of_memory;
  return dnnl_memory_create(
      &primitive->memories[argument], found, primitive->engine->engine, DNNL_MEMORY_NONE);
}

gf_primitive *make(gf_engine *engine, dnnl_primitive_desc_t descriptor, int *status) {
  gf_primitive *primitive = calloc(1, sizeof *primitive);
  *status = primitive ? dnnl_success : dnnl_out_of_memory;
  if (primitive) {
    primitive->engine = engine;
    *status = dnnl_primitive_create(&primitive->primitive, descriptor);
    for (int argument = 0; !*status && argument < GF_ARGUMENT_COUNT; argument++)
      *status = attach(primitive, descriptor, argument);
  }
  dnnl_primitive_desc_destroy(descriptor);
  if (*status) {
    gf_primitive_destroy(primitive);
    return NULL;
  }
  return primitive;
}

gf_primitive *make_own(
    gf_engine *engine, const struct own_argument *arguments, int count, struct own_work work,
    int *status) {
  gf_primitive *primitive = calloc(1, sizeof *primitive);
  *status = primitive ? dnnl_success : dnnl_out_of_memory;
  if (primitive) {
    primitive->engine = engine;
    primitive->own = work;
  } else {
    work.destroy(work.context);
  }
  for (int index = 0; index < count; index++) {
    if (!*status) {
      const gf_layout *layout = gf_layout_intern(engine, MD(arguments[index].descriptor));
      primitive->layouts[arguments[index].argument] = layout;
      if (!layout) *status = dnnl_out_of_memory;
    }
    forget(arguments[index].descriptor);
  }
  if (!*status) return primitive;
  gf_primitive_destroy(primitive);
  return NULL;
}

void leave_out(gf_primitive *primitive, gf_argument argument) {
  if (!primitive || !primitive->memories[argument]) return;
  dnnl_memory_destroy(primitive->memories[argument]);
  primitive->memories[argument] = NULL;
  primitive->layouts[argument] = NULL;
}

const gf_layout *gf_primitive_layout(const gf_primitive *primitive, gf_argument argument) {
  return primitive->layouts[argument];
}

int gf_primitive_bind(gf_primitive *primitive, gf_argument argument, void *data) {
  if (!primitive->layouts[argument]) return dnnl_invalid_arguments;
  primitive->buffers[argument] = data;
  if (primitive->own.context) return dnnl_success;
  return dnnl_memory_set_data_handle(primitive->memories[argument], data);
}

int gf_primitive_run(gf_primitive *primitive) {
  gf_engine_enter(primitive->engine);
  if (primitive->own.context) {
    primitive->own.run(primitive->engine, primitive->own.context, primitive->buffers);
    return dnnl_success;
  }
  dnnl_exec_arg_t arguments[GF_ARGUMENT_COUNT];
  int count = 0;
  for (int argument = 0; argument < GF_ARGUMENT_COUNT; argument++)
    if (primitive->memories[argument])
      arguments[count++] =
          (dnnl_exec_arg_t){library_arguments[argument], primitive->memories[argument]};
  dnnl_stream_t stream = primitive->engine->stream;
  int status = dnnl_primitive_execute(primitive->primitive, stream, count, arguments);
  return status ? status : dnnl_stream_wait(stream);
}

dnnl_prop_kind_t forward_kind(gf_direction direction) {
  return direction == GF_INFERENCE ? dnnl_forward_inference : dnnl_forward_training;
}
