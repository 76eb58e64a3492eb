/* Each rank leaves a file DIR/<rank> with its process id, then all wait for ever: but for the rank of the second
   argument, which ends with the code of the third once there is a file DIR/go; all end in good order then if that
   rank is -1. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int rank;
  char name[4096];
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  snprintf(name, sizeof name, "%s/%d", argv[1], rank);
  FILE *file = fopen(name, "w");
  if (!file) {
    return 7;
  }
  fprintf(file, "%d\n", getpid());
  fclose(file);
  snprintf(name, sizeof name, "%s/go", argv[1]);
  for (int who = argc > 3 ? atoi(argv[2]) : -2;;) {
    if ((who == rank || who == -1) && access(name, F_OK) == 0) {
      fprintf(stderr, "rank %d gives up\n", rank);
      if (who == -1) {
        MPI_Finalize();
      }
      _exit(atoi(argv[3]));
    }
    usleep(20000);
  }
}
