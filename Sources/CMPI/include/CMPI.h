// The few functions of MPI that are needed, of a library that is found when the program runs: Open MPI,
// or MPICH and those that keep its binary interface (Intel MPI, MVAPICH, Cray MPICH).
//
// One library is loaded at a time, by one thread, which also makes all calls. Where a library fails it
// says so itself and ends the ranks, as MPI's default is.
#ifndef GRADFLOW_CMPI_H
#define GRADFLOW_CMPI_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { GF_MPI_NONE, GF_MPI_OPEN_MPI, GF_MPI_MPICH } gf_mpi_family;

// Loads a library by its name or path, and answers which family it is of; GF_MPI_NONE where there is no
// such library, or it is none of these.
gf_mpi_family gf_mpi_load(const char *name);
// Forgets a library that was loaded and not started.
void gf_mpi_unload(void);

// Starts the library that was loaded; false where it refuses.
bool gf_mpi_start(void);
int gf_mpi_rank(void);
int gf_mpi_ranks(void);
// Sends bytes to another rank and receives others from it. The other rank does the same with the counts
// turned round.
void gf_mpi_exchange(
    int partner, const void *sent, int64_t sent_bytes, void *received, int64_t received_bytes);
// Waits for all ranks to come here; none may call anything but that afterwards.
void gf_mpi_finish(void);
// Ends all ranks at once.
_Noreturn void gf_mpi_abort(int status);

#endif
