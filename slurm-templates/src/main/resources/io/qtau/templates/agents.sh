#!/bin/sh
# Starts, asks for and ends agents on a host that has no batch system. The same text serves every pilot: nothing
# is substituted into it.
#
#   agents.sh put DIR [OLD...]                   makes DIR, removes what is named OLD in it, and unpacks a tar archive
#                                                into it that comes on the standard input and ends with a file .whole
#   agents.sh begin DIR NUMBER...                starts the agents of these numbers; prints the process id of each, one
#                                                a line
#   agents.sh start DIR NUMBER... -- [OLD...]    'put', then 'begin'
#   agents.sh states AGENT...                    prints a line for each: alive, left (by itself), ended, or none
#                                                (never started)
#   agents.sh stop SECONDS AGENT...              TERM to all, KILL after SECONDS; returns when they are gone
#
# DIR      the directory of a pilot on this host: what came in the archive, which is what node.sh needs.
# AGENT    DIR/agents/NUMBER of an agent: pid, stdout and stderr are in it. A process counts as that agent only while
#          DIR/settings.json is among its arguments: another one may have its number by now.
#
# An agent is a process of a session of its own: it stays when the connection ends, and whoever has started it.
# After 'stop' there is no pid of it, and no credential in DIR; all else stays.
#
# Needs bash, tar, and setsid of util-linux. Exit status: 0; 1 when it failed, and says why; 2 for wrong arguments;
# 5 when an agent of DIR runs already.
set -eu
umask 077

# runs AGENT: whether it lives; sets pid.
runs() {
  pid=$(cat -- "$1/pid" 2>/dev/null) || return 1
  words=''
  look=0
  # A process has no arguments for a moment, while it becomes another program; a dead one for good.
  while [ -z "$words" ] && [ "$look" -lt 20 ]; do
    words=$(tr '\000\n' '\n\001' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    look=$((look + 1))
  done 2>/dev/null
  wanted=$(printf '%s' "${1%/agents/*}/settings.json" | tr '\n' '\001')
  printf '%s\n' "$words" | grep -Fqx -e "$wanted"
}

put() {
  dir=$1
  shift
  mkdir -p -- "$dir"
  (cd -- "$dir" && rm -rf -- .whole "$@" && tar -xf - && rm -- .whole) || {
    echo "the files for $dir did not arrive whole" >&2
    exit 1
  }
}

# begun AGENT PROCESS: whether that process has become the agent, as soon as it is known.
begun() {
  look=0
  until [ -s "$1/pid" ]; do
    if [ "$look" -gt 3000 ] || ! kill -0 "$2" 2>/dev/null; then
      [ -s "$1/pid" ] || return 1
    else
      look=$((look + 1))
      sleep 0.02
    fi
  done
}

# refuse AGENT PROCESS: says why it did not start; nothing of what was started stays.
refuse() {
  why="it has not become the agent in 60 s"
  if ! kill -0 "$2" 2>/dev/null; then
    code=0
    wait "$2" || code=$?
    why="it ended with exit status $code before it had said anything"
  fi
  for process in $processes; do
    kill -s KILL -- "-$process" 2>/dev/null || :
  done
  words=$(cat -- "$1/stderr" "$dir/allocation.err" 2>/dev/null || :)
  echo "an agent did not start: ${words:-$why}" >&2
  exit 1
}

# begin DIR NUMBER...
begin() {
  dir=$1
  shift
  processes=
  for number in "$@"; do
    # Not the leader of a process group, so that setsid stays the same process.
    setsid /bin/bash "$dir/node.sh" start "$dir" "$number" </dev/null >/dev/null 2>>"$dir/allocation.err" &
    processes="$processes $!"
  done
  left=$processes
  for number in "$@"; do
    left=${left# }
    begun "$dir/agents/$number" "${left%% *}" || refuse "$dir/agents/$number" "${left%% *}"
    left=${left#"${left%% *}"}
  done
  for number in "$@"; do
    cat -- "$dir/agents/$number/pid"
  done
}

start() {
  dir=$1
  shift
  numbers=
  while [ "${1:---}" != -- ]; do
    numbers="$numbers $1"
    shift
  done
  shift
  for agent in "$dir"/agents/*; do
    if runs "$agent"; then
      exit 5
    fi
  done
  put "$dir" "$@"
  # shellcheck disable=SC2086 # one word each
  begin "$dir" $numbers
}

states() {
  for agent in "$@"; do
    if runs "$agent"; then
      echo alive
    elif [ -e "$agent/pid" ] && [ -e "$agent/left" ]; then
      echo left
    elif [ -e "$agent/pid" ]; then
      echo ended
    else
      echo none
    fi
  done
}

# send SIGNAL|none AGENT...: to those that live; whether there are any.
send() {
  signal=$1
  shift
  living=1
  for agent in "$@"; do
    if runs "$agent"; then
      living=0
      [ "$signal" = none ] || kill -s "$signal" "$pid" 2>/dev/null || :
    fi
  done
  return "$living"
}

# gone TENTHS AGENT...: whether all are, after at most so long.
gone() {
  left=$1
  shift
  while send none "$@"; do
    [ "$left" -gt 0 ] || return 1
    left=$((left - 1))
    sleep 0.1
  done
}

stop() {
  tenths=$(($1 * 10))
  shift
  if send TERM "$@" && ! gone "$tenths" "$@" && send KILL "$@" && ! gone 50 "$@"; then
    echo "process $pid lives on" >&2
    exit 1
  fi
  for agent in "$@"; do
    rm -f -- "$agent/pid" "${agent%/agents/*}/credential" "${agent%/agents/*}/ca.pem"
  done
}

what=${1:-}
[ "$#" -ge 2 ] || what=
case $what in
  put | begin | start | states | stop)
    shift
    "$what" "$@"
    ;;
  *)
    echo "agents.sh: needs put DIR, begin DIR NUMBER..., start DIR NUMBER... --, states AGENT... or stop SECONDS AGENT..." >&2
    exit 2
    ;;
esac
