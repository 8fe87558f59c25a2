#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "library.h"

// Vanishing gradients make denormal numbers, which many processors compute with a hundred times
// slower.
static void flush_denormals(void *context, int part, int parts) {
  (void)context, (void)part, (void)parts;
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" : : "r"(control | 1u << 24));  // flush to zero
#endif
}

// The engine that the calling thread was prepared for last, by its number; 0 for none.
static _Thread_local uint64_t prepared;

static bool has_team(const struct gf_engine *engine) {
  return engine->threads > 1 && engine->openmp_parallel && engine->openmp_thread
         && engine->openmp_team;
}

static void count_team(void *pointer) {
  struct gf_engine *engine = pointer;
  if (engine->openmp_thread() == 0) engine->threads = engine->openmp_team();
}

// oneDNN's CPU threads are OpenMP's. Its run-time library is found by name, not linked: which one
// it is depends on how oneDNN was built.
//
// OpenMP may grant fewer threads than are asked for (OMP_THREAD_LIMIT), and oneDNN's primitives wait
// for ever for those that they were made for, so the engine has as many as a team really gets.
static void find_openmp(struct gf_engine *engine) {
  *(void **)&engine->openmp_set_threads = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
  *(void **)&engine->openmp_set_dynamic = dlsym(RTLD_DEFAULT, "omp_set_dynamic");
  *(void **)&engine->openmp_parallel = dlsym(RTLD_DEFAULT, "GOMP_parallel");
  *(void **)&engine->openmp_thread = dlsym(RTLD_DEFAULT, "omp_get_thread_num");
  *(void **)&engine->openmp_team = dlsym(RTLD_DEFAULT, "omp_get_num_threads");
  if (engine->openmp_set_dynamic) engine->openmp_set_dynamic(0);
  if (has_team(engine))
    engine->openmp_parallel(count_team, engine, (unsigned)engine->threads, 0);
}

void gf_engine_enter(const gf_engine *engine) {
  if (prepared == engine->number) return;
  prepared = engine->number;
  if (engine->openmp_set_dynamic) engine->openmp_set_dynamic(0);
  if (engine->openmp_set_threads) engine->openmp_set_threads(engine->threads);
  flush_denormals(NULL, 0, 1);
  gf_parallel(engine, flush_denormals, NULL);
}

int gf_engine_create(int threads, gf_engine **result) {
  *result = NULL;
  struct gf_engine *engine = calloc(1, sizeof *engine);
  if (!engine) return dnnl_out_of_memory;
  static atomic_uint_fast64_t engines;
  engine->number = atomic_fetch_add(&engines, 1) + 1;
  engine->threads = threads;
  find_openmp(engine);
  gf_engine_enter(engine);
  dnnl_status_t status = dnnl_engine_create(&engine->engine, dnnl_cpu, 0);
  if (status == dnnl_success)
    status = dnnl_stream_create(&engine->stream, engine->engine, dnnl_stream_default_flags);
  if (status != dnnl_success) {
    gf_engine_destroy(engine);
    return status;
  }
  *result = engine;
  return dnnl_success;
}

void gf_engine_destroy(gf_engine *engine) {
  if (!engine) return;
  while (engine->layouts) {
    struct gf_layout *layout = engine->layouts;
    engine->layouts = layout->next;
#if V3
    dnnl_memory_desc_destroy(layout->descriptor);
#endif
    free(layout);
  }
  if (engine->stream) dnnl_stream_destroy(engine->stream);
  if (engine->engine) dnnl_engine_destroy(engine->engine);
  free(engine->scratch);
  free(engine);
}

bool reserve_scratch(gf_engine *engine, int64_t shared, int64_t own) {
  if (shared < engine->shared_count) shared = engine->shared_count;
  if (own < engine->own_count) own = engine->own_count;
  if (shared == engine->shared_count && own == engine->own_count) return true;
  // Whole cache lines.
  shared = (shared + 15) / 16 * 16;
  own = (own + 15) / 16 * 16;
  float *larger = aligned_alloc(64, sizeof(float) * (shared + engine->threads * own));
  if (!larger) return false;
  free(engine->scratch);
  engine->scratch = larger;
  engine->shared_count = shared;
  engine->own_count = own;
  return true;
}

int gf_engine_threads(const gf_engine *engine) { return engine->threads; }

// The processors in the calling thread's affinity mask, or those there are where it cannot be had.
static int affine_processors(void) {
#if defined(__linux__)
  // A mask that is shorter than the kernel's is refused.
  for (size_t size = sizeof(cpu_set_t); size <= 1 << 17; size *= 2) {
    cpu_set_t *mask = calloc(1, size);
    const bool fits = mask && !sched_getaffinity(0, size, mask);
    const int count = fits ? CPU_COUNT_S(size, mask) : 0;
    free(mask);
    if (fits) return count;
  }
#endif
  return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

int gf_processors(void) {
  // OpenMP may have bound this thread to one of the processors that it counts (OMP_PROC_BIND).
  int (*openmp_processors)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "omp_get_num_procs");
  const int own = affine_processors(), all = openmp_processors ? openmp_processors() : 0;
  return all > own ? all : own;
}

const char *gf_version(void) {
  static char text[48];
  const dnnl_version_t *version = dnnl_version();
  snprintf(text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
  return text;
}

const char *gf_status_text(int status) {
  switch (status) {
    case dnnl_success: return "success";
    case dnnl_out_of_memory: return "out of memory";
    case dnnl_invalid_arguments: return "invalid arguments";
    case dnnl_unimplemented: return "not implemented by this build of oneDNN";
    case dnnl_runtime_error: return "run-time error";
    default: return "unexpected status";
  }
}

struct parallel_work {
  const gf_engine *engine;
  void (*body)(void *, int, int);
  void *context;
};

// The parts of one thread of a team, which may be smaller than the engine's, as inside of another.
static void run_parts(void *pointer) {
  const struct parallel_work *work = pointer;
  const gf_engine *engine = work->engine;
  const int team = engine->openmp_team();
  for (int part = engine->openmp_thread(); part < engine->threads; part += team)
    work->body(work->context, part, engine->threads);
}

void gf_parallel(const gf_engine *engine, void (*body)(void *, int, int), void *context) {
  if (has_team(engine)) {
    struct parallel_work work = {engine, body, context};
    engine->openmp_parallel(run_parts, &work, (unsigned)engine->threads, 0);
  } else {
    for (int part = 0; part < engine->threads; part++) body(context, part, engine->threads);
  }
}

static const gf_layout *tagged(
    gf_engine *engine, int rank, const int64_t *dimensions, dnnl_format_tag_t tag) {
  dnnl_dims_t dims;
  for (int axis = 0; axis < rank; axis++) dims[axis] = dimensions[axis];
  dnnl_memory_desc_t descriptor = describe(rank, dims, tag);
  const gf_layout *layout = gf_layout_intern(engine, MD(descriptor));
  forget(descriptor);
  return layout;
}

const gf_layout *gf_layout_plain(gf_engine *engine, int rank, const int64_t *dimensions) {
  static const dnnl_format_tag_t tags[GF_MAXIMUM_RANK] = {dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd};
  if (rank < 1 || rank > GF_MAXIMUM_RANK) return NULL;
  return tagged(engine, rank, dimensions, tags[rank - 1]);
}

const gf_layout *gf_layout_like(
    gf_engine *engine, const gf_layout *layout, const int64_t *own, const int64_t *dimensions) {
  static const dnnl_format_tag_t tags[] = {dnnl_aBcd8b, dnnl_aBcd16b, dnnl_acdb};
  for (size_t index = 0; index < sizeof tags / sizeof *tags; index++)
    if (tagged(engine, 4, own, tags[index]) == layout)
      return tagged(engine, 4, dimensions, tags[index]);
  return gf_layout_plain(engine, 4, dimensions);
}

const gf_layout *gf_layout_intern(gf_engine *engine, md_reference descriptor) {
  for (struct gf_layout *layout = engine->layouts; layout; layout = layout->next)
    if (dnnl_memory_desc_equal(MD(layout->descriptor), descriptor)) return layout;
  struct gf_layout *layout = malloc(sizeof *layout);
  if (!layout) return NULL;
#if V3
  if (dnnl_memory_desc_clone(&layout->descriptor, descriptor)) {
    free(layout);
    return NULL;
  }
#else
  layout->descriptor = *descriptor;
#endif
  layout->next = engine->layouts;
  engine->layouts = layout;
  return layout;
}

size_t gf_layout_bytes(const gf_layout *layout) {
  return dnnl_memory_desc_get_size(MD(layout->descriptor));
}

bool gf_layout_as_images(const gf_layout *layout, gf_image_layout *images) {
  int rank, blocks;
  dnnl_dims_t strides, block_sizes, block_axes;
#if V3
  dnnl_format_kind_t format;
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_ndims_s32, &rank);
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_format_kind, &format);
  if (format != dnnl_blocked) return false;
  dnnl_dims_t *found;
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_strides, &found);
  memcpy(strides, *found, sizeof strides);
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_inner_nblks_s32, &blocks);
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_inner_blks, &found);
  memcpy(block_sizes, *found, sizeof block_sizes);
  dnnl_memory_desc_query(layout->descriptor, dnnl_query_inner_idxs, &found);
  memcpy(block_axes, *found, sizeof block_axes);
#else
  if (layout->descriptor.format_kind != dnnl_blocked) return false;
  const dnnl_blocking_desc_t *blocking = &layout->descriptor.format_desc.blocking;
  rank = layout->descriptor.ndims;
  blocks = blocking->inner_nblks;
  memcpy(strides, blocking->strides, sizeof strides);
  memcpy(block_sizes, blocking->inner_blks, sizeof block_sizes);
  memcpy(block_axes, blocking->inner_idxs, sizeof block_axes);
#endif
  if (rank != 4 || blocks > 1 || (blocks == 1 && block_axes[0] != 1)) return false;
  *images = (gf_image_layout){
      .block = blocks == 1 ? block_sizes[0] : 1,
      .image_stride = strides[0],
      .block_stride = strides[1],
      .row_stride = strides[2],
      .pixel_stride = strides[3],
  };
  return true;
}
