// What the files of this module share: oneDNN's headers and the names of what 3.0 renamed.
#ifndef GRADFLOW_LIBRARY_H
#define GRADFLOW_LIBRARY_H

#include <dnnl.h>

#include "COneDNN.h"

#if DNNL_VERSION_MAJOR >= 3
#define V3 1
// A memory descriptor is an opaque handle.
#define MD(descriptor) (descriptor)
typedef const_dnnl_memory_desc_t md_reference;
#else
#define V3 0
// A memory descriptor is a structure, passed by address.
#define MD(descriptor) (&(descriptor))
typedef const dnnl_memory_desc_t *md_reference;
#endif

struct gf_layout {
  dnnl_memory_desc_t descriptor;
  struct gf_layout *next;
};

struct gf_engine {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  // Engines are counted from 1; no two of a process have the same number.
  uint64_t number;
  int threads;
  struct gf_layout *layouts;
  // What one primitive of our own at a time works on: floats that all threads share, then some for each thread, as
  // many as any of them needs. A thread's own lie at the same place whichever runs, so that its processor's cache
  // keeps them.
  float *scratch;
  int64_t shared_count, own_count;
  void (*openmp_set_threads)(int);
  void (*openmp_set_dynamic)(int);
  void (*openmp_parallel)(void (*body)(void *), void *context, unsigned threads, unsigned flags);
  int (*openmp_thread)(void);
  int (*openmp_team)(void);
};

// The engine's layout equal to a descriptor, which stays the caller's.
const gf_layout *gf_layout_intern(gf_engine *engine, md_reference descriptor);

// Makes room for so many floats to work on, shared by all threads and of each thread; false where there is none.
bool reserve_scratch(gf_engine *engine, int64_t shared, int64_t own);

// A descriptor of 32-bit floats, to be given back with `forget`.
dnnl_memory_desc_t describe(int rank, const dnnl_dims_t dimensions, dnnl_format_tag_t tag);
void forget(dnnl_memory_desc_t descriptor);

// Makes the primitive of a primitive descriptor, which it takes.
gf_primitive *make(gf_engine *engine, dnnl_primitive_desc_t descriptor, int *status);
// Takes an argument away that the library describes and yet refuses.
void leave_out(gf_primitive *primitive, gf_argument argument);

// What a primitive of our own computes: a context, which is destroyed with it, and what runs with the buffers
// that are bound.
struct own_work {
  void *context;
  void (*run)(gf_engine *engine, void *context, void *const buffers[GF_ARGUMENT_COUNT]);
  void (*destroy)(void *context);
};
// An argument of one, and its layout.
struct own_argument {
  gf_argument argument;
  dnnl_memory_desc_t descriptor;
};
// Makes a primitive of our own; takes its descriptors and its context, whatever the status.
gf_primitive *make_own(
    gf_engine *engine, const struct own_argument *arguments, int count, struct own_work work,
    int *status);

dnnl_prop_kind_t forward_kind(gf_direction direction);

#endif
