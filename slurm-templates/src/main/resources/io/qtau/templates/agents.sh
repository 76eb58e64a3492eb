#!/bin/sh
# Starts, asks for and ends agents on a host that has no batch system. The same text serves every pilot: nothing
# is substituted into it.
#
#   agents.sh start DIR COMMAND [ARGUMENT...]    starts one, and prints its process id
#   agents.sh states DIR...                      prints a line for each: alive, left (by itself), ended, or none
#                                                (never started)
#   agents.sh stop SECONDS DIR...                TERM to all, KILL after SECONDS; returns when they are gone
#
# DIR      an agent's directory: settings.json, which COMMAND names as one of its arguments, and pilot.sh, which
#          writes pid, stdout and stderr there. A process counts as its agent only while that file is among its
#          arguments: another one may have its number by now.
#
# An agent is a process of a session of its own: it stays when the connection ends, and whoever has started it.
# After 'stop' there is no pid and no credential in DIR; all else stays.
#
# Needs setsid of util-linux with --fork. Exit status: 0; 1 when it failed, and says why; 2 for wrong arguments;
# 5 when the agent of DIR runs already.
set -eu
umask 077

# runs DIR: whether its agent lives; sets pid.
runs() {
  pid=$(cat -- "$1/pid" 2>/dev/null) || return 1
  words=''
  look=0
  # A process has no arguments for a moment, while it becomes another program; a dead one for good.
  while [ -z "$words" ] && [ "$look" -lt 20 ]; do
    words=$(tr '\000\n' '\n\001' 2>/dev/null <"/proc/$pid/cmdline") || return 1
    look=$((look + 1))
  done 2>/dev/null
  wanted=$(printf '%s' "$1/settings.json" | tr '\n' '\001')
  printf '%s\n' "$words" | grep -Fqx -e "$wanted"
}

start() {
  dir=$1
  shift
  if runs "$dir"; then
    exit 5
  fi
  rm -rf -- "$dir/pid" "$dir/stdout" "$dir/stderr" "$dir/agents"
  setsid --fork /bin/sh "$dir/pilot.sh" "$dir" "$@" </dev/null >/dev/null 2>>"$dir/stderr"
  look=0
  while [ ! -s "$dir/pid" ]; do
    if [ -s "$dir/stderr" ] || [ "$look" -gt 600 ]; then
      echo "it did not start: $(cat -- "$dir/stderr")" >&2
      exit 1
    fi
    look=$((look + 1))
    sleep 0.05
  done
  cat -- "$dir/pid"
}

states() {
  for dir in "$@"; do
    if runs "$dir"; then
      echo alive
    elif [ -e "$dir/pid" ] && ls -- "$dir"/agents/*/left >/dev/null 2>&1; then
      echo left
    elif [ -e "$dir/pid" ]; then
      echo ended
    else
      echo none
    fi
  done
}

# send SIGNAL|none DIR...: to those that live; whether there are any.
send() {
  signal=$1
  shift
  living=1
  for dir in "$@"; do
    if runs "$dir"; then
      living=0
      [ "$signal" = none ] || kill -s "$signal" "$pid" 2>/dev/null || :
    fi
  done
  return "$living"
}

# gone TENTHS DIR...: whether all are, after at most so long.
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
  for dir in "$@"; do
    rm -f -- "$dir/pid" "$dir/credential" "$dir/ca.pem"
  done
}

what=${1:-}
[ "$#" -ge 2 ] || what=
case $what in
  start | states | stop)
    shift
    "$what" "$@"
    ;;
  *)
    echo "agents.sh: needs start DIR COMMAND, states DIR... or stop SECONDS DIR..." >&2
    exit 2
    ;;
esac
