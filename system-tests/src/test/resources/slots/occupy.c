/*
 * occupy FILE MILLISECONDS: has its cores for so long, and does nothing with them. It adds two lines to FILE, when it
 * begins and before it ends:
 *
 *   + HOST CORES NANOSECONDS TASK ATTEMPT
 *
 * with "-" for its end, CORES as the libraries of a real program would find them, and the time of CLOCK_MONOTONIC,
 * which is the same for all hosts that are one machine. Each line is one write at the end of the file: none are mixed.
 * Compiled with -DALONE it is a program without MPI.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifndef ALONE
#include <mpi.h>
#endif

static const char *variable(const char *name) {
  const char *value = getenv(name);
  return value ? value : "none";
}

static int note(const char *file, char what) {
  char host[256], line[1024];
  struct timespec now;
  gethostname(host, sizeof host);
  clock_gettime(CLOCK_MONOTONIC, &now);
  int length = snprintf(line, sizeof line, "%c %s %s %lld %s %s\n", what, host, variable("OMP_NUM_THREADS"),
                        now.tv_sec * 1000000000LL + now.tv_nsec, variable("QTAU_TASK_ID"), variable("QTAU_ATTEMPT"));
  int fd = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
  int whole = fd >= 0 && write(fd, line, length) == length;
  close(fd);
  return whole ? 0 : 1;
}

int main(int argc, char **argv) {
  if (argc != 3 || note(argv[1], '+')) {
    return 2;
  }
#ifndef ALONE
  MPI_Init(&argc, &argv);
  MPI_Barrier(MPI_COMM_WORLD);
#endif
  long millis = atol(argv[2]);
  struct timespec rest = {millis / 1000, millis % 1000 * 1000000};
  nanosleep(&rest, NULL);
#ifndef ALONE
  MPI_Barrier(MPI_COMM_WORLD);
  MPI_Finalize();
#endif
  return note(argv[1], '-') ? 3 : 0;
}
