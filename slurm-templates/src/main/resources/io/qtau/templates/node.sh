#!/bin/bash
# Starts or ends one agent of a pilot on the node where it runs. The same text serves every pilot: nothing is
# substituted into it, and no value is ever read as shell text, but for setup.sh, which is the user's own.
#
#   node.sh start DIR [NUMBER]    prepares the node and becomes the agent
#   node.sh stop DIR [NUMBER]     sends TERM to the agent that was started so, if it lives
#
# DIR      the pilot's directory, on a file system that this node sees. Read from it:
#            argv      the agent's program and arguments, each ended by a NUL byte; its number is added
#            modules   optional: environment modules to load, each ended by a NUL byte
#            conda     optional: a conda environment, its path or its name, ended by a NUL byte
#            setup.sh  optional: commands of the user; bash reads them as they are. 'return 1' gives up.
#            pilot.sh  becomes the agent
#          Written: agents/NUMBER/ with pid, stdout, stderr (see pilot.sh) and host, the node's name.
# NUMBER   of the agent in its pilot, from 0; without it, SLURM_NODEID.
#
# Knobs:
#   modules   are loaded first, so that what follows may use them. Where there is no function 'module' yet, the
#             usual places of Lmod and Environment Modules are looked at.
#   conda     a path has a slash. A name is looked for in CONDA_ENVS_PATH, in ~/.conda/environments.txt, beside
#             CONDA_EXE, and in ~/.conda/envs. Its bin goes to the front of PATH, and CONDA_PREFIX is set; conda
#             itself does not run.
#   setup.sh  comes last, and has the last word. Of its commands only the last one's failure is noticed.
# Whatever fails here is told in agents/NUMBER/stderr.
#
# Exit status: the agent's; 2 for wrong arguments; 3 when the node cannot be prepared.
set -eu

fail() {
  echo "node.sh: $1 (on $(uname -n))" >&2
  exit 3
}

load_modules() {
  local init
  if ! type module >/dev/null 2>&1; then
    for init in "${LMOD_PKG:-/usr/share/lmod/lmod}/init/bash" "${MODULESHOME:-/usr/share/modules}/init/bash" \
      /etc/profile.d/lmod.sh /etc/profile.d/modules.sh; do
      if [ -r "$init" ]; then
        # shellcheck source=/dev/null
        . "$init"
        break
      fi
    done
  fi
  type module >/dev/null 2>&1 || fail "modules are wanted, and there is no command 'module'"
  module load "$@" || fail "the modules cannot be loaded: $*"
}

# Prints where the environment of that name is: in the same places as agents look for those of tasks.
find_conda() {
  local place line
  local -a places=()
  IFS=: read -r -a places <<<"${CONDA_ENVS_PATH:-}"
  if [ -n "${CONDA_PREFIX:-}" ]; then
    places+=("$(dirname -- "$CONDA_PREFIX")" "$CONDA_PREFIX/envs")
  fi
  if [ -n "${CONDA_EXE:-}" ]; then
    places+=("$(dirname -- "$(dirname -- "$CONDA_EXE")")/envs")
  fi
  for place in .conda miniconda3 miniforge3 anaconda3; do
    places+=("$HOME/$place/envs")
  done
  for place in "${places[@]}"; do
    if [ -n "$place" ] && [ -d "$place/$1/bin" ]; then
      printf '%s\n' "$place/$1"
      return
    fi
  done
  if [ -r "$HOME/.conda/environments.txt" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      if [ "${line##*/}" = "$1" ] && [ -d "$line/bin" ]; then
        printf '%s\n' "$line"
        return
      fi
    done <"$HOME/.conda/environments.txt"
  fi
}

activate() {
  local prefix=$1
  case $1 in
    */*) ;;
    *) prefix=$(find_conda "$1") ;;
  esac
  if [ -z "$prefix" ] || [ ! -d "$prefix/bin" ]; then
    fail "there is no conda environment '$1'"
  fi
  export PATH="$prefix/bin:$PATH" CONDA_PREFIX="$prefix" CONDA_DEFAULT_ENV="$1"
}

stop() {
  local pid word
  local -a words=()
  pid=$(cat "$home/pid" 2>/dev/null) || return 0
  mapfile -d '' -t words 2>/dev/null <"/proc/$pid/cmdline" || return 0
  # Another process may have its number by now.
  for word in "${words[@]}"; do
    if [ "$word" = "$dir/settings.json" ]; then
      kill "$pid" 2>/dev/null || :
      return
    fi
  done
}

what=${1:-}
dir=${2:-}
number=${3:-${SLURM_NODEID:-}}
if [ -z "$dir" ] || [ -z "$number" ]; then
  echo "node.sh: needs start|stop DIR NUMBER" >&2
  exit 2
fi
home=$dir/agents/$number

case $what in
  stop)
    stop
    ;;
  start)
    umask 077
    mkdir -p -- "$home"
    exec 2>>"$home/stderr" </dev/null
    uname -n >"$home/host"
    mapfile -d '' -t argv <"$dir/argv"
    # What others wrote for shells does not expect to end at its first unset variable.
    set +eu
    if [ -f "$dir/modules" ]; then
      mapfile -d '' -t modules <"$dir/modules"
      load_modules "${modules[@]}"
    fi
    if [ -f "$dir/conda" ]; then
      IFS= read -r -d '' environment <"$dir/conda"
      activate "$environment"
    fi
    if [ -f "$dir/setup.sh" ]; then
      # shellcheck source=/dev/null
      . "$dir/setup.sh" || fail "a setup command failed"
    fi
    set -eu
    exec /bin/sh "$dir/pilot.sh" "$home" "${argv[@]}" "$number"
    ;;
  *)
    echo "node.sh: start or stop, not '$what'" >&2
    exit 2
    ;;
esac
