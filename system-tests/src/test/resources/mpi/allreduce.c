/* Sums of 1000 numbers over all ranks, many times; the last argument is how often. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 1000 };

int main(int argc, char **argv) {
  static double own[COUNT], sum[COUNT];
  int rank, size, times = argc > 1 ? atoi(argv[1]) : 10;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  for (int i = 0; i < COUNT; i++) {
    own[i] = rank + i;
  }
  double begin = MPI_Wtime();
  for (int i = 0; i < times; i++) {
    MPI_Allreduce(own, sum, COUNT, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  }
  if (rank == 0) {
    printf("allreduce %.0f, each %.3f ms\n", sum[1], (MPI_Wtime() - begin) * 1000 / times);
  }
  MPI_Finalize();
  return 0;
}
