/* Each rank says who it is, and where. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  int rank, size, length;
  char host[MPI_MAX_PROCESSOR_NAME];
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  MPI_Get_processor_name(host, &length);
  const char *seed = getenv("QTAU_TASK_SEED");
  printf("rank %d of %d on %s, seed %s, argument %s\n", rank, size, host, seed ? seed : "none",
         argc > 1 ? argv[1] : "none");
  fprintf(stderr, "rank %d warns\n", rank);
  MPI_Finalize();
  return 0;
}
