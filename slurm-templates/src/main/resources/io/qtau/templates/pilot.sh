#!/bin/sh
# Becomes one agent of a pilot. The same text serves every pilot: nothing is substituted into it, all
# that differs comes as arguments and in the settings file that the command names.
#
#   pilot.sh DIR COMMAND [ARGUMENT...]
#
# DIR      the pilot's directory: exists, is its owner's (mode 0700). It is the working directory of
#          the agent, and these files are written into it:
#            pid      the agent's process id: whole or not there, since it is moved into place
#            stdout   what the agent says; appended, so a second start keeps the first one's words
#            stderr   the same for its errors: the place to look when a pilot failed
# COMMAND  the agent as an argument list (java, its options, the main class, the settings file). It is
#          executed in place of this script, with the same process id, so a signal to that id reaches
#          the agent itself. Its standard input is empty.
#
# Knobs: none of its own. The environment passes through to the agent and from it to the tasks.
# Exit status: the agent's; 2 without a command; another one when DIR cannot be entered or written.
set -eu
if [ "$#" -lt 2 ]; then
  echo "pilot.sh: needs DIR COMMAND [ARGUMENT...]" >&2
  exit 2
fi
cd -- "$1"
shift
umask 077
echo "$$" >pid.new
mv -f pid.new pid
exec "$@" </dev/null >>stdout 2>>stderr
