# tests/fault/lib.sh - what the scripts of this folder share. Sourced, with the build's folder and
# perhaps --full as the script's arguments.
#
# $GAN is the program, $FAULT the library that stands between it and the C library (preload.c).
#
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # for the scripts

here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$0")
# Whoever runs the tests may ignore signals (nohup, a job in the background), and that is inherited.
if [ -z "${FAULT_SIGNALS_ARE_RESET-}" ] && env --default-signal=INT,TERM,HUP,PIPE true 2> /dev/null; then
    FAULT_SIGNALS_ARE_RESET=yes exec env --default-signal=INT,TERM,HUP,PIPE bash "$0" "$@"
fi
[ $# -ge 1 ] || { echo "usage: tests/fault/$name BUILD [--full]" >&2; exit 2; }
build=$(cd "$1" && pwd)
SOURCE=$here/../..
GAN=$build/gan
FAULT=$build/tests/fault/libfault.so
full=${2-}
# shellcheck source=tests/cli/helpers.sh
. "$here/../cli/helpers.sh"
unset GAN_DATA NO_COLOR
export LC_ALL=C TERM=dumb

# A report of a sanitizer has a code of its own; the libraries' order is meant.
sanitizer=$(grep -aoE '__(a|t)san_init' "$GAN" | head -n 1) || true
export ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0:allocator_may_return_null=1
export LSAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
[ "$sanitizer" != __tsan_init ] || skip "the thread sanitizer does not go with other libraries between"

work=$(mktemp -d "${TMPDIR:-/tmp}/gan-fault-XXXXXX")
cd "$work" || exit
clean() {
    local code=$?
    finish
    cd / && rm -rf "$work"
    return $code
}
trap clean EXIT

# With the library in between: its orders are words NAME=VALUE, then comes the command.
faulty() { env LD_PRELOAD="$FAULT" FAULT_FAST=1 "$@"; }

[ "$(FAULT_LOG=log faulty "$GAN" info none > /dev/null 2>&1 || true; grep -cs stat log)" != 0 ] ||
    skip "LD_PRELOAD changes nothing here"
rm -f log

# A run that is over in 20 ms, with every kind of file that a run without --eval-every has.
make_data 64
tiny_options=(train --data data --batch 32 --epochs 3 --keep-every 1 --threads 1 --latent 4 --quiet
    -g "linear 784, tanh" -d "linear 4, dropout 0.5, linear 1")
tiny() { faulty "$GAN" "${tiny_options[@]}" "$@"; }

# The undisturbed run, and its calls: the lines of the log, counted from 1.
tiny --out whole
sums() { sha256sum < "$1"; }
# What model.bin may be after so many saves: before training, then at each epoch's end.
tiny --out first --epochs 0
state_sums=("none" "$(sums first/model.bin)" "$(sums whole/model-0001.bin)" "$(sums whole/model-0002.bin)"
    "$(sums whole/model-0003.bin)")
cmp whole/model.bin whole/model-0003.bin

calls_of() { # log: how many
    grep -vc live "$1"
}

# A folder r with the run as it was after its first epoch.
rm -rf first
tiny --out first --epochs 1
first_epoch() {
    rm -rf r
    cp -r first r
}

# Which of the states model.bin in r is.
state_of() { # folder
    local sum i
    [ -e "$1/model.bin" ] || { echo 0; return; }
    sum=$(sums "$1/model.bin")
    for i in 1 2 3 4; do
        [ "$sum" != "${state_sums[i]}" ] || { echo $i; return; }
    done
    echo none
}

# However the run in r was left: it goes on to the bytes of the undisturbed one, and leaves nothing
# else behind.
goes_on() { # what happened
    local how=--overwrite
    if [ -e r/model.bin ]; then
        how="--resume"
        "$GAN" info r > text 2>&1 || fail "$1: gan info: $(cat text)"
    fi
    tiny --out r $how 2> text || fail "$1: exit $? when it goes on: $(cat text)"
    diff -rq whole r >&2 || fail "$1: not the bytes of the undisturbed run"
}
