#define _GNU_SOURCE
#include "CMPI.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>

// The two binary interfaces differ in what stands for communicators and kinds of data: addresses of the
// library's own variables in Open MPI, numbers in MPICH. `.ci/mpi` compares this with both headers.
enum { MPICH_COMM_WORLD = 0x44000000, MPICH_BYTE = 0x4c00010d, THREAD_FUNNELED = 1 };

typedef int open_mpi_ask(void *world, int *answer);
typedef int open_mpi_sendrecv(
    const void *sent, int, void *sent_kind, int to, int, void *received, int, void *received_kind,
    int from, int, void *world, void *status);
typedef int open_mpi_abort(void *world, int status);

typedef int mpich_ask(int world, int *answer);
typedef int mpich_sendrecv(
    const void *sent, int, int sent_kind, int to, int, void *received, int, int received_kind,
    int from, int, int world, void *status);
typedef int mpich_abort(int world, int status);

static struct {
  void *library;
  gf_mpi_family family;
  void *world, *byte;  // Open MPI's
  int (*start)(int *, char ***, int, int *);
  int (*finish)(void);
  void *rank, *size, *sendrecv, *abort;  // of the family's own types
} mpi;

static void *symbol(const char *name) { return dlsym(mpi.library, name); }

gf_mpi_family gf_mpi_load(const char *name) {
  // Open MPI's own plug-ins look for its symbols among everybody's.
  mpi.library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
  if (!mpi.library) return GF_MPI_NONE;
  mpi.world = symbol("ompi_mpi_comm_world");
  mpi.byte = symbol("ompi_mpi_byte");
  // What MPI_DUP_FN stands for in programs that were compiled against MPICH.
  mpi.family = mpi.world && mpi.byte    ? GF_MPI_OPEN_MPI
               : symbol("MPIR_Dup_fn") ? GF_MPI_MPICH
                                        : GF_MPI_NONE;
  *(void **)&mpi.start = symbol("MPI_Init_thread");
  *(void **)&mpi.finish = symbol("MPI_Finalize");
  mpi.rank = symbol("MPI_Comm_rank");
  mpi.size = symbol("MPI_Comm_size");
  mpi.sendrecv = symbol("MPI_Sendrecv");
  mpi.abort = symbol("MPI_Abort");
  if (!mpi.start || !mpi.finish || !mpi.rank || !mpi.size || !mpi.sendrecv || !mpi.abort)
    mpi.family = GF_MPI_NONE;
  if (mpi.family == GF_MPI_NONE) gf_mpi_unload();
  return mpi.family;
}

void gf_mpi_unload(void) {
  if (mpi.library) dlclose(mpi.library);
  mpi.library = NULL;
}

bool gf_mpi_start(void) {
  int granted;
  return mpi.start(NULL, NULL, THREAD_FUNNELED, &granted) == 0;
}

static int ask(void *function) {
  int answer = 0;
  if (mpi.family == GF_MPI_OPEN_MPI)
    ((open_mpi_ask *)function)(mpi.world, &answer);
  else
    ((mpich_ask *)function)(MPICH_COMM_WORLD, &answer);
  return answer;
}

int gf_mpi_rank(void) { return ask(mpi.rank); }

int gf_mpi_ranks(void) { return ask(mpi.size); }

static void exchange_piece(int partner, const void *sent, int out, void *received, int in) {
  // Larger than any library's, which is of six numbers at most.
  int64_t status[16];
  if (mpi.family == GF_MPI_OPEN_MPI)
    ((open_mpi_sendrecv *)mpi.sendrecv)(
        sent, out, mpi.byte, partner, 0, received, in, mpi.byte, partner, 0, mpi.world, status);
  else
    ((mpich_sendrecv *)mpi.sendrecv)(
        sent, out, MPICH_BYTE, partner, 0, received, in, MPICH_BYTE, partner, 0, MPICH_COMM_WORLD,
        status);
}

void gf_mpi_exchange(
    int partner, const void *sent, int64_t sent_bytes, void *received, int64_t received_bytes) {
  // MPI counts in int.
  const int64_t most = 1 << 30;
  do {
    const int out = (int)(sent_bytes < most ? sent_bytes : most);
    const int in = (int)(received_bytes < most ? received_bytes : most);
    exchange_piece(partner, sent, out, received, in);
    sent = (const char *)sent + out, sent_bytes -= out;
    received = (char *)received + in, received_bytes -= in;
  } while (sent_bytes > 0 || received_bytes > 0);
}

void gf_mpi_finish(void) { mpi.finish(); }

_Noreturn void gf_mpi_abort(int status) {
  if (mpi.family == GF_MPI_OPEN_MPI)
    ((open_mpi_abort *)mpi.abort)(mpi.world, status);
  else
    ((mpich_abort *)mpi.abort)(MPICH_COMM_WORLD, status);
  exit(status);
}
