// Files that the program carries within itself, so that it needs no folder beside it.
#ifndef GRADFLOW_CFILES_H
#define GRADFLOW_CFILES_H

#include <stddef.h>

typedef struct gf_file {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} gf_file;

// All of them, by their names without folders.
extern const gf_file *const gf_files;
extern const size_t gf_file_count;

#endif
