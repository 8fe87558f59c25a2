// What loops over memory have in common, on oneDNN's threads.
#ifndef GRADFLOW_LOOPS_H
#define GRADFLOW_LOOPS_H

#include "library.h"

enum { LANES = 16, MAXIMUM_PARTS = 256 };

// The compiler is told of no processor in particular; these loops are compiled for the wider vectors
// too, and the loader chooses.
#if defined(__x86_64__) && defined(__linux__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WIDE
#endif

// The elements [begin, end) of one part of an even division.
static inline int64_t part_begin(int64_t count, int part, int parts) { return count * part / parts; }

// Runs `body` for the parts of so many elements, or for one part where they are few, and answers how
// many parts there were.
static inline int in_parts(
    const gf_engine *engine, void (*body)(void *, int, int), void *context, int64_t count) {
  if (engine->threads > MAXIMUM_PARTS || count < 1 << 14) {
    body(context, 0, 1);
    return 1;
  }
  gf_parallel(engine, body, context);
  return engine->threads;
}

// Whole groups of lanes and what is left of them are summed up alike.
#define INLINE static inline __attribute__((always_inline))

#endif
