# tests/fault/lib.sh - functions that the scripts of this folder share. Sourced; the script's arguments are
# the build's folder and perhaps --full.
#
# $GAN is the program, $FAULT the library that intercepts its calls to the C library (preload.c).
#
# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # for the scripts

here=$(cd "$(dirname "$0")" && pwd)
name=$(basename "$0")
# The caller may ignore signals (nohup, a background job), and children inherit that: reset them.
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

# A sanitizer's report has its own exit code; the order of the libraries is intended.
sanitizer=$(grep -aoE '__(a|t)san_init' "$GAN" | head -n 1) || true
export ASAN_OPTIONS=exitcode=99:verify_asan_link_order=0:allocator_may_return_null=1
export LSAN_OPTIONS=exitcode=99 UBSAN_OPTIONS=exitcode=99
[ "$sanitizer" != __tsan_init ] || skip "the thread sanitizer does not work with preloaded libraries"

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
    skip "LD_PRELOAD has no effect here"
rm -f log

# $XDG_CACHE_HOME is the test's own.
export XDG_CACHE_HOME=$work/cache

tiny() { faulty "$GAN" "${tiny_options[@]}" "$@"; }
sums() { sha256sum < "$1"; }

# Makes the run to test: "whole" is the undisturbed run, "first" the same run after its first epoch.
take_run() { # words of gan train
    local file
    tiny_options=("$@")
    rm -rf whole first
    tiny --out whole
    # The valid states of model.bin after each save: before training, then at the end of each epoch.
    tiny --out first --epochs 0
    state_sums=("none" "$(sums first/model.bin)")
    for file in whole/model-*.bin; do
        state_sums+=("$(sums "$file")")
    done
    cmp whole/model.bin "$file"
    rm -rf first
    tiny --out first --epochs 1
}

# A run of 20 ms, with every kind of file that a run without --eval-every has.
make_data 64
take_run train --data data --batch 32 --epochs 3 --keep-every 1 --threads 1 --latent 4 --quiet \
    -g "linear 784, tanh" -d "linear 4, dropout 0.5, linear 1"

# The same with --log.
# shellcheck disable=SC2034 # for the scripts
logged_options=("${tiny_options[@]}" --log "tensorboard,jsonl")

# A run with a condition, which also writes samples/legend.txt.
take_run_with_classes() {
    take_run train --data data --batch 32 --epochs 1 --keep-every 1 --threads 1 --latent 4 --quiet \
        --condition label -g "condition 2, linear 784, tanh" -d "projection 2"
}

# A run with a task, which goes from one phase to the next, also writes samples/legend.txt, and judges what it makes of
# test images.
take_run_with_phases() {
    rm -rf tested
    cp -r data tested
    make_tests 6 tested
    take_run train --data tested --eval-every 1 --batch 32 --epochs 2 --keep-every 1 --threads 1 --quiet --task upscale --scale 2 \
        --phases "mse:1,adversarial:1" -g "conv_transpose 1 k2 s2" -d "linear 1"
}

# A run on pictures, which are read once and kept in the cache.
take_run_on_pictures() {
    make_pictures
    take_run train --data pictures --size 8 --batch 4 --epochs 1 --keep-every 1 --threads 1 --latent 4 --quiet \
        -g "linear out, tanh" -d "linear 1"
}

# A run with --eval-every. The images have 4 x 4 pixels, so that it takes a tenth of a second. The second epoch
# is better than the first, so that best.bin is replaced.
take_judged_run() {
    mkdir judged
    idx_images 200 4 > judged/train-images-idx3-ubyte
    idx_labels 200 > judged/train-labels-idx1-ubyte
    idx_images 100 4 > judged/t10k-images-idx3-ubyte
    take_run train --data judged --batch 100 --epochs 2 --keep-every 1 --threads 1 --latent 4 --quiet \
        -g "linear out, tanh" -d "linear 1" --lr 0.01 --eval-every 1
    cmp whole/best.bin whole/model-0002.bin
}

no_run() { rm -rf r; }
no_run_no_cache() { rm -rf r cache; }

calls_of() { # log ; prints the number of calls
    grep -vc live "$1"
}

# Makes a folder r with the run after its first epoch.
first_epoch() {
    rm -rf r
    cp -r first r
}

# Prints the number of the state that model.bin is in.
state_of() { # folder
    local sum i
    [ -e "$1/model.bin" ] || { echo 0; return; }
    sum=$(sums "$1/model.bin")
    for i in "${!state_sums[@]}"; do
        [ "$sum" != "${state_sums[i]}" ] || { echo $i; return; }
    done
    echo none
}

# Checks that the run in r, in whatever state, resumes to the files and bytes of the undisturbed one.
goes_on() { # what happened
    local how=--overwrite
    if [ -e r/model.bin ]; then
        how="--resume"
        "$GAN" info r > text 2>&1 || fail "$1: gan info: $(cat text)"
    fi
    tiny --out r $how 2> text || fail "$1: exit $? on resuming: $(cat text)"
    # Event files hold the time of each event.
    diff -rq -x 'events.out.tfevents*' whole r >&2 || fail "$1: not the bytes of the undisturbed run"
}
