#!/bin/sh
# What agents need on a host: a Java and jars, staged once and used by all pilots of this account. The same text
# serves every host: nothing is substituted into it.
#
#   runtime.sh look HASH...    tells what there is, one thing a line:
#                                home PATH       of this account
#                                machine ARCH    what the processor is
#                                java PATH       a Java of version 17 or later: that of JAVA_HOME, else of PATH;
#                                                no line when there is none
#                                have HASH       for each of these that is staged
#   runtime.sh put HASH        stages a tar archive that comes on the standard input. Its file SHA256SUMS lists
#                              all its other files, and has itself the sum HASH.
#
# Staged files lie in ~/.qtau/runtime/HASH. An archive is unpacked beside that, checked, and moved into place: a
# directory of that name is whole. Two that put the same at once do not harm each other. What broken transfers
# have left behind is removed after a day. Nothing is downloaded.
#
# Needs tar and sha256sum for 'put'. Exit status: 0; 1 when it failed, and says why; 2 for wrong arguments.
set -eu
umask 077
runtimes=$HOME/.qtau/runtime

fail() {
  echo "$1" >&2
  exit 1
}

# version PROGRAM: prints the first number of its version. The file beside it answers without starting it.
version() {
  real=$(readlink -f -- "$1") || real=$1
  number=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "${real%/bin/java}/release" 2>/dev/null) || number=
  if [ -z "$number" ]; then
    number=$("$1" -version 2>&1 </dev/null | sed -n 's/.* version "\([0-9]*\).*/\1/p') || number=
  fi
  echo "${number:-0}"
}

look() {
  echo "home $HOME"
  echo "machine $(uname -m)"
  for java in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || :)"; do
    if [ -n "$java" ] && [ -x "$java" ] && [ "$(version "$java")" -ge 17 ]; then
      echo "java $java"
      break
    fi
  done
  for hash in "$@"; do
    if [ -d "$runtimes/$hash" ]; then
      echo "have $hash"
    fi
  done
}

put() {
  command -v tar >/dev/null || fail "there is no tar"
  command -v sha256sum >/dev/null || fail "there is no sha256sum"
  mkdir -p -- "$runtimes"
  find "$runtimes" -maxdepth 1 -name '.new.*' -mtime +0 -exec rm -rf -- {} +
  fresh=$(mktemp -d "$runtimes/.new.XXXXXX")
  trap 'rm -rf -- "$fresh"' EXIT
  trap 'exit 1' HUP INT TERM
  tar -xf - -C "$fresh" || fail "the archive did not arrive whole"
  cd -- "$fresh"
  [ "$(sha256sum <SHA256SUMS)" = "$1  -" ] || fail "the list of sums is not $1"
  sha256sum -c SHA256SUMS >/dev/null || fail "a file is not what was sent"
  if [ -f java/bin/java ]; then
    java/bin/java -version >/dev/null 2>&1 || fail "the Java that was brought along does not run here"
  fi
  cd ..
  # Another one may have been quicker.
  mv -T -- "$fresh" "$runtimes/$1" 2>/dev/null || [ -d "$runtimes/$1" ] || fail "cannot make $runtimes/$1"
}

case ${1:-} in
  look)
    shift
    look "$@"
    ;;
  put)
    [ "$#" -eq 2 ] || exit 2
    put "$2"
    ;;
  *)
    echo "runtime.sh: needs look HASH... or put HASH" >&2
    exit 2
    ;;
esac
