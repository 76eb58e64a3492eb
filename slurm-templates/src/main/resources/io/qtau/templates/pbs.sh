#!/bin/bash
# The batch script of a pilot on PBS (OpenPBS, PBS Pro, Torque): one agent on each node of the allocation. The
# same text serves every pilot: the size of the allocation and all other wishes are arguments of qsub, all else
# is in files.
#
#   (in the pilot's directory)  qsub OPTION... pbs.sh
#
# PBS passes no arguments to a script: the pilot's directory is the one that qsub was called in, PBS_O_WORKDIR,
# or where there is no such variable the one that this starts in. All nodes see it. It holds node.sh, what that
# reads, and
#   seconds   optional: how long the allocation lasts, where PBS does not say it
# Written: id, exit and, by qsub's own options, allocation.out and allocation.err, as slurm.sh says.
#
# Options that come with it, and why:
#   -l select=N:ncpus=C:ngpus=G, -l place=scatter   OpenPBS: N nodes; place=scatter:excl without a number of cores
#   -l nodes=N:ppn=C:gpus=G                         the others, which have no select
#   -r n                                            an allocation is one life of a pilot
#
# Each line of PBS_NODEFILE is a place for a process; each host gets one agent. pbsdsh starts it where there is
# one, else ssh, which must ask for nothing. To ssh no value is an argument: they come on its standard input.
# Without PBS_NODEFILE there is one agent, here.
#
# PBS sends TERM before it kills (at the end of the walltime, after qdel); it is passed on to each agent, by
# node.sh. QTAU_ALLOCATION_END is the end in epoch seconds: by the walltime that qstat tells of, once, since an option
# of qsub or the queue may have set another one than was asked for.
#
# Exit status: 0 after TERM; otherwise the highest of the agents'.
set -eu
dir=${PBS_O_WORKDIR:-$PWD}
cd -- "$dir"
umask 077
printf '%s\n' "${PBS_JOBID:-${SLURM_JOB_ID:-}}" >id

code=1
# shellcheck disable=SC2317,SC2329 # the trap's
ended() {
  printf '%s\n' "$code" >exit.new
  mv -f exit.new exit
}
trap ended EXIT

# Prints how many seconds the allocation lasts, counted from its start; nothing when nobody knows.
lasts() {
  local clock
  clock=$(qstat -f "$(cat id)" 2>/dev/null | sed -n 's/^[[:space:]]*Resource_List\.walltime = //p') || :
  case $clock in
    [0-9]*:[0-9][0-9]:[0-9][0-9]) awk -F: '{ print ($1 * 60 + $2) * 60 + $3 }' <<<"$clock" ;;
    *) cat seconds 2>/dev/null || : ;;
  esac
}

end=
seconds=$(lasts)
if [ -n "$seconds" ]; then
  end=$(($(date +%s) + seconds))
fi

hosts=()
places=()
if [ -n "${PBS_NODEFILE:-}" ]; then
  mapfile -t lines <"$PBS_NODEFILE"
  for place in "${!lines[@]}"; do
    case " ${hosts[*]-} " in
      *" ${lines[place]} "*) ;;
      *)
        hosts+=("${lines[place]}")
        places+=("$place")
        ;;
    esac
  done
else
  hosts=(here)
fi

# on_node start|stop NUMBER: becomes what reaches that node, so it is called in the background. A shell between
# this script and an agent would die first, and the agent would be nobody's.
on_node() {
  local -a call=(/usr/bin/env "QTAU_ALLOCATION_END=$end" /bin/bash "$dir/node.sh" "$1" "$dir" "$2")
  if [ "${hosts[$2]}" = here ]; then
    exec "${call[@]}"
  elif command -v pbsdsh >/dev/null; then
    exec pbsdsh -n "${places[$2]}" -- "${call[@]}"
  else
    exec ssh -o BatchMode=yes -- "${hosts[$2]}" exec xargs -0 /usr/bin/env < <(printf '%s\0' "${call[@]:1}")
  fi
}

leaving=
# shellcheck disable=SC2317,SC2329 # the trap's
leave() {
  local number
  local -a stops=()
  leaving=yes
  for number in "${!hosts[@]}"; do
    on_node stop "$number" &
    stops+=("$!")
  done
  wait "${stops[@]}" || :
}
trap leave TERM

agents=()
for number in "${!hosts[@]}"; do
  on_node start "$number" &
  agents+=("$!")
done
code=0
for agent in "${agents[@]}"; do
  while :; do
    own=0
    wait "$agent" || own=$?
    # A trap ends the wait, and the agent is still leaving.
    kill -0 "$agent" 2>/dev/null || break
  done
  if [ "$own" -gt "$code" ]; then
    code=$own
  fi
done
if [ -n "$leaving" ]; then
  code=0
fi
exit "$code"
