#!/bin/bash
# The batch script of a pilot on Slurm: one agent on each node of the allocation. The same text serves every
# pilot: the size of the allocation and all other wishes are arguments of sbatch, all else is in files.
#
#   sbatch OPTION... slurm.sh DIR
#
# DIR      the pilot's directory, on a file system that all nodes see: node.sh and what that reads. Written:
#            id        the allocation's number
#            exit      the exit status of this script: whole or not there; it stands when the script has ended
#            allocation.out, allocation.err   what Slurm and this script say (by sbatch's own options)
#
# Options that come with it, and why (a later option of the user's replaces an earlier one):
#   --nodes, --ntasks-per-node=1, --cpus-per-task    the size; the two last only where the user has none
#   --exclusive --mem=0           the whole node, where no number of cores was wanted
#   --no-kill                     a node that fails takes its own agent with it, not the pilot
#   --no-requeue                  an allocation is one life of a pilot
#   --signal=B:TERM@60            Slurm sends TERM to this script up to two minutes before the end
#
# On TERM every agent gets a TERM: it gives back what it cannot finish, and leaves. srun itself would forward
# a signal to all processes of a step, tasks included; so node.sh sends it to the agent alone, by its id.
# When the allocation itself is being cancelled, Slurm has told every process of it already, and lets no further
# step begin: then the exit status is 143.
# Each step shares the allocation (--overlap --mem=0), so that tasks may be steps as well. One agent's death
# is not the others' (--kill-on-bad-exit=0, --wait=0).
#
# The environment: what sbatch passes on (all of the submitter's, unless an option says otherwise), and
# SLURM_JOB_END_TIME, the end in epoch seconds, for versions of Slurm that do not set it themselves.
#
# Exit status: 0 after TERM, or 143 as said; otherwise the highest of the agents'; 2 without DIR.
set -eu
dir=${1:-}
if [ -z "$dir" ]; then
  echo "slurm.sh: needs the pilot's directory" >&2
  exit 2
fi
umask 077
printf '%s\n' "$SLURM_JOB_ID" >"$dir/id"

code=1
# shellcheck disable=SC2317,SC2329 # the trap's
ended() {
  printf '%s\n' "$code" >"$dir/exit.new"
  mv -f -- "$dir/exit.new" "$dir/exit"
}
trap ended EXIT

if [ -z "${SLURM_JOB_END_TIME:-}" ]; then
  end=$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%e) || end=
  case $end in
    [0-9]*) SLURM_JOB_END_TIME=$(date --date="$end" +%s) && export SLURM_JOB_END_TIME ;;
  esac
fi

# on_each_node start|stop: becomes srun, so it is called in a subshell: signals to it are srun's. The user's own
# figures for tasks are the allocation's, not those of these steps.
on_each_node() {
  exec env -u SLURM_NTASKS -u SLURM_NPROCS -u SLURM_NTASKS_PER_NODE -u SLURM_TASKS_PER_NODE -u SLURM_CPUS_PER_TASK \
    -u SLURM_MEM_PER_CPU -u SLURM_MEM_PER_GPU -u SLURM_MEM_PER_NODE -u SLURM_GPUS_PER_TASK \
    -u SLURM_NTASKS_PER_GPU -u SLURM_GPU_BIND -u SLURM_DISTRIBUTION \
    srun --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 --overlap --mem=0 \
    --cpu-bind=none --mpi=none --kill-on-bad-exit=0 --no-kill --wait=0 --input=none \
    /bin/bash "$dir/node.sh" "$1" "$dir"
}

leaving=
# shellcheck disable=SC2317,SC2329 # the trap's
leave() {
  leaving=0
  if ! (on_each_node stop); then
    leaving=143
    kill "$agents" || :
  fi
}
trap leave TERM

on_each_node start &
agents=$!
while :; do
  code=0
  wait "$agents" || code=$?
  # A trap ends the wait, and the agents are still leaving.
  kill -0 "$agents" 2>/dev/null || break
done
if [ -n "$leaving" ]; then
  code=$leaving
fi
exit "$code"
