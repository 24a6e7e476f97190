# tests/cli/helpers.sh - functions for the scripts of the cases. Sourced by tests/cli/run.
#
# $SOURCE is the source tree, $GAN the program.
#
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

mnist=$SOURCE/data/mnist

# Under its bare name, with which hints begin.
gan() { (exec -a gan "$GAN" "$@"); }

# Prints gan's commands: the first words of its completion.
commands() { gan help --completion | sed -n 's/^ *local commands="\([^"]*\)".*/\1/p'; }

skip() {
    echo "$*" >&2
    exit 77
}

fail() {
    echo "$*" >&2
    exit 99
}

# At the end of a case: kills the jobs that are still running, and after a failure prints the moments at
# which signals came.
finish() {
    local code=$? left
    left=$(jobs -p)
    # shellcheck disable=SC2086 # a list
    [ -z "$left" ] || kill -KILL $left 2> /dev/null || true
    [ $code = 0 ] || [ ! -e moments ] || cat moments >&2
}
trap finish EXIT

have() { command -v "$1" > /dev/null 2>&1; }

# ---- data ----

# Prints numbers as 4 bytes each, big-endian.
be32() {
    local n
    for n; do
        # shellcheck disable=SC2059 # the format is made here
        printf "$(printf '\\x%02x' $((n >> 24 & 255)) $((n >> 16 & 255)) $((n >> 8 & 255)) $((n & 255)))"
    done
}

# Prints n bytes of some text.
some_bytes() { head -c "$1" < <(yes 'the quick brown fox jumps over the lazy dog'); }

# Print raw IDX files of images and labels: the first ones of MNIST (for another size, MNIST's bytes).
idx_images() { # count [size]
    local size=${2-28}
    be32 0x803 "$1" "$size" "$size"
    head -c $(($1 * size * size)) < <(gzip -dc "$mnist/train-images-idx3-ubyte.gz" 2> /dev/null | tail -c +17)
}
idx_labels() { # count
    be32 0x801 "$1"
    head -c "$1" < <(gzip -dc "$mnist/train-labels-idx1-ubyte.gz" 2> /dev/null | tail -c +9)
}

# Prints an .npy file of count floats, all 1, whose header states the shape.
npy_floats() { # shape count
    local header i
    header=$(printf "%-117s" "{'descr': '<f4', 'fortran_order': False, 'shape': $1, }")
    printf '\223NUMPY\1\0\166\0%s\n' "$header"
    for ((i = 0; i < $2; i++)); do
        printf '\0\0\200\77'
    done
}

# Makes a folder "data" with that many images and labels.
make_data() { # count
    mkdir -p data
    idx_images "$1" > data/train-images-idx3-ubyte
    idx_labels "$1" > data/train-labels-idx1-ubyte
}

# Adds that many test images and labels to a folder.
make_tests() { # count [folder]
    local folder=${2-data}
    { be32 0x803 "$1" 28 28; head -c $(($1 * 784)) < <(gzip -dc "$mnist/t10k-images-idx3-ubyte.gz" 2> /dev/null | tail -c +17); } \
        > "$folder/t10k-images-idx3-ubyte"
    { be32 0x801 "$1"; head -c "$1" < <(gzip -dc "$mnist/t10k-labels-idx1-ubyte.gz" 2> /dev/null | tail -c +9); } \
        > "$folder/t10k-labels-idx1-ubyte"
}

# Makes twelve pictures of many sizes and kinds, in two subfolders.
golden=$SOURCE/tests/golden/pictures
make_pictures() {
    local name
    mkdir -p pictures/a pictures/b
    for name in rgb-8 rgba-8 rgba-16 grey-8 palette-4-alpha interlaced turned one-pixel; do
        cp "$golden/$name.png" pictures/a
    done
    for name in rgb-16 grey-alpha-8 palette-2 grey-1; do
        cp "$golden/$name.png" pictures/b
    done
}

# Ten of each: 1.5 MB as samples of 64 x 64.
make_many_pictures() {
    local file i
    make_pictures
    for file in pictures/*/*.png; do
        for i in 1 2 3 4 5 6 7 8 9; do
            cp "$file" "${file%.png}-$i.png"
        done
    done
}

# ---- runs ----

# Trains some steps on few samples: 256 of them are 4 steps per epoch.
small_options=(--data data --batch 64 --epochs 2 --threads 1 --latent 8
    --generator "linear 16, relu, linear 784, tanh"
    --discriminator "linear 16, leaky_relu 0.2, dropout 0.3, linear 1")
small() {
    [ -d data ] || make_data 256
    gan train "${small_options[@]}" "$@"
}

# Runs with a condition, in the folders of their names: classes, or captions.
condition_options=(--latent 8 --quiet --generator "condition 8, linear 16, relu, linear 784, tanh"
    --discriminator "condition 4, linear 16, leaky_relu 0.2, projection 4")
labelled() {
    small "${condition_options[@]}" --condition label --out labelled "$@"
}
captioned() {
    small "${condition_options[@]}" --condition caption --captions "$mnist/captions.txt" \
        --out captioned "$@"
}

# A run whose G enlarges digits.
restore() {
    gan train --data "$mnist" --limit 256 --batch 64 --task upscale --scale 2 --quiet \
        -g "conv 4 k3 p1, leaky_relu 0.2, conv_transpose 1 k4 s2 p1" "$@"
}

# Prints the least --memory of a run, as the refusal of less says it.
least_memory() { # less words of gan train
    gan train "${@:2}" --memory "$1" 2>&1 | sed -n 's/.*expected at least \([0-9]*M\), which a step.*/\1/p'
}

# The same on 40 digits, with 20 test digits.
restore_tested() {
    if [ ! -d data ]; then
        make_data 40
        make_tests 20
    fi
    gan train --data data --batch 20 --task upscale --scale 2 --threads 1 \
        -g "conv 4 k3 p1, leaky_relu 0.2, conv_transpose 1 k4 s2 p1" "$@"
}

# Prints the bytes of samples of 28x28 in an .npy file.
samples() { # file first count
    tail -c +$((129 + 3136 * $2)) "$1" | head -c $((3136 * $3))
}

# Prints the checksums of those files of a run that are the same in every run with the same options.
run_sums() { # folder
    (
        cd "$1" || exit
        sha256sum model.bin
        find samples -name '*.png' | sort | xargs sha256sum
        # The last two columns are times.
        sed 's/,[^,]*,[^,]*$//' metrics.csv | sha256sum
    )
}

same_runs() { # folder folder
    diff <(run_sums "$1") <(run_sums "$2") >&2 || fail "$1 and $2 differ"
}

# Skips a case that measures memory if it cannot be measured here.
memory_is_its_own() {
    have python3 || skip "no python3"
    ! grep -qE '__(a|t)san_init' "$GAN" || skip "a sanitizer takes memory of its own"
}

# Prints a command's peak memory in bytes, but at least Python's own (some 10 MB).
peak_memory() { # words of a command
    python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)' "$@"
}

# Prints a PNG of 3001x3000 pixels of four channels that lies on its side.
large_png() { # plain or interlaced
    python3 - "$1" << 'END'
import struct, sys, zlib
def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
width, height = 3001, 3000
adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
interlaced = sys.argv[1] == "interlaced"
packer = zlib.compressobj(1)
data = b""
for x, y, dx, dy in adam7 if interlaced else [(0, 0, 1, 1)]:
    row = bytes(1 + 4 * len(range(x, width, dx)))
    for _ in range(y, height, dy):
        data += packer.compress(row)
turned = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
    ">IIBBBBB", width, height, 8, 6, 0, 0, int(interlaced))) + chunk(b"eXIf", turned)
    + chunk(b"IDAT", data + packer.flush()) + chunk(b"IEND", b""))
END
}

# ---- exported generators ----

# Compiles generator.h with each compiler that is there, and with their warnings as errors, to programs run-*
# (tests/support/run_generator.c), and for aarch64 to one of that name; writes nine latents to z.npy.
exported_header() {
    local compiler source=$SOURCE/tests/support/run_generator.c strict="-pedantic -Wall -Wextra -Werror -O1 -I."
    rm -f ./run-* z.npy
    # shellcheck disable=SC2086 # words
    {
        for compiler in gcc clang; do
            ! have $compiler || $compiler -std=c99 $strict "$source" -o run-$compiler -lm
        done
        for compiler in g++ clang++; do
            ! have $compiler || $compiler -x c++ -std=c++11 $strict "$source" -o run-$compiler -lm
        done
        ! have aarch64-linux-gnu-gcc || aarch64-linux-gnu-gcc -std=c99 -static $strict "$source" -o aarch64 -lm
    }
    if [ -e run-gcc ]; then ./run-gcc 9; else ./run-clang 9; fi > z.npy
}

# The header of a run gives the samples of `gan sample`, in whatever language it is compiled; sample i shows text i.
same_by_header() { # run, texts
    local run=$1 program text told=()
    shift
    for text in "$@"; do
        told+=(--text "$text")
    done
    gan export "$run" -o generator.h --overwrite
    exported_header
    gan sample -c "$run" -z z.npy --rows 9 --cols 1 -o x.npy "${told[@]}" 2> /dev/null
    for program in ./run-*; do
        "$program" 9 x.npy "$@" > off || fail "$run, $program: $(cat off)"
    done
    # Another architecture under an emulator.
    if have qemu-aarch64 && have aarch64-linux-gnu-gcc; then
        qemu-aarch64 ./aarch64 9 x.npy "$@" > off || fail "$run, aarch64: $(cat off)"
    fi
}

# show.c, which includes generator.h, as show.o.
microcontrollers() {
    local cpu
    for cpu in cortex-m0 cortex-m4 cortex-m7; do
        arm-none-eabi-gcc -mcpu=$cpu -mthumb -std=c99 -pedantic -Wall -Wextra -Werror -O2 -c show.c -o show.o
    done
}

# ---- refused calls ----

# Rows "words of a call | message": each call exits with that code and prints only its message.
refused() { # code, rows on standard input
    local words message got code bad=0
    while IFS='|' read -r words message; do
        code=0
        got=$(eval "gan $words" 2>&1 < /dev/null) || code=$?
        message=${message# }
        # shellcheck disable=SC2053 # a pattern
        if [[ $code != "$1" || $got != gan:\ $message ]]; then
            printf 'gan %s\n  expected (exit %s): gan: %s\n  got (exit %s): %s\n' \
                "$words" "$1" "$message" "$code" "$got" >&2
            bad=1
        fi
    done
    return $bad
}

# ---- looking at files ----

byte_at() { od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' '; }

# Prints "259x259 8-bit colour type 0" from the header of a PNG.
png_kind() {
    # shellcheck disable=SC2046 # words
    set -- $(od -An -tu1 -j 16 -N 10 "$1")
    echo "$((($1 << 24) + ($2 << 16) + ($3 << 8) + $4))x$((($5 << 24) + ($6 << 16) + ($7 << 8) + $8)) $9-bit colour type ${10}"
}

# ---- completion ----

# Prints beginnings of command lines, beside a folder and a file that fit some of them.
beginnings() {
    mkdir -p somefolder
    touch model.bin
    cat << 'END'
gan trai
gan train --checkp
gan train --preset fas
gan train --loss hin
gan train --augment color,cut
gan train --data some
gan train --epochs 5 --overw
gan train -o some
gan info mod
gan help pre
gan help tr
gan sample --ckpt mod
gan train --latent m
gan --ver
gan selftest m
END
}

# ---- time ----

# The seconds that a test waits for something before it fails: half of the time limit that scripts/test
# gives it (time_limit in scripts/lib.sh), or half of ctest's own.
patience=$((${GAN_TEST_SECONDS:-1500} / 2))

# Waits until the condition holds.
wait_until() { # words of a condition
    local start=$SECONDS
    until eval "$1"; do
        [ $((SECONDS - start)) -lt $patience ] || fail "still not true: $1"
        sleep 0.05
    done
}
wait_for() { wait_until "[ -e '$1' ]"; }

# Sets took to the milliseconds that a command takes on this machine now.
# shellcheck disable=SC2034 # for the cases
measure() { # command...
    local start
    start=$(date +%s%N)
    "$@"
    took=$((($(date +%s%N) - start) / 1000000 + 1))
}

# Prints a random time of at most that many milliseconds, in seconds. $RANDOM is at most 32767.
random_time() { printf '%d.%03d' $((RANDOM % $1 / 1000)) $((RANDOM % $1 % 1000)); }

# ---- a terminal ----

# Prints what a terminal of that many columns receives from a command line.
on_terminal() { # columns command
    script --version 2> /dev/null | grep -q util-linux || skip "no script of util-linux"
    script -qec "stty cols $1 rows 24; $2" /dev/null < /dev/null
}

# shellcheck disable=SC2034 # for the cases
# A run that takes long enough for its line to be drawn many times.
watched_run="'$GAN' train --data data --batch 64 --epochs 3 --threads 1 --out r --overwrite"

# Writes what a terminal receives from that run to "screen". The number of samples depends on the machine: it
# grows until the line is drawn twice.
watched() { # columns
    local count
    for ((count = 3000; count < 60000; count *= 2)); do
        make_data $count
        on_terminal "$1" "$watched_run" > screen
        [ "$(live_lines < screen | wc -l)" -lt 2 ] || return 0
    done
    fail "the line is not drawn"
}

# Writes what a terminal receives from a run of many epochs to "screen", and interrupts the run once the
# condition holds, which may read "screen".
watched_until() { # columns condition
    on_terminal "$1" "(until $2; do sleep 0.1; done; kill -INT \$\$) &
        exec $watched_run --epochs 10000000" > screen || [ $? = 130 ]
}
# Prints the condition that the line was drawn at least four times since that word.
drawn_since() { printf '%s' "[ \$(sed -n '/$1/,\$p' screen | tr '\r' '\n' | grep -c Kepoch) -ge 4 ]"; }

# Prints each drawing of the line on a line of its own, without the lines that remain.
live_lines() {
    tr '\r' '\n' | awk '
        /^\033\[K/ { if (held != "") print held; held = substr($0, 4); next }
        { held = "" }'
}

# ---- signals ----

# Starts the program in the background; its process number is $!. Without "set -m" bash would start it with
# SIGINT ignored.
start() {
    set -m
    (exec -a gan "$GAN" "$@") &
    set +m
}

# Stops a process, and waits until none of its threads runs: until then it may still act on other signals.
stop() { # process
    kill -STOP "$1"
    wait_until "! grep -q '^State:[[:space:]]*[^T[:space:]]' /proc/$1/task/*/status"
}

# A run with the listing's nets and with dropout, long enough to be cut short.
long_options=(--data data --batch 64 --epochs 7 --threads 2 --keep-every 2 --quiet)

# Starts or resumes the run in folder r and sends the signal after a random time of at most that many
# milliseconds. Returns the program's exit code.
cut_short() { # signal milliseconds option...
    local signal=$1 delay how=--overwrite code=0
    delay=$(random_time "$2")
    shift 2
    [ ! -e r/model.bin ] || how=--resume
    # --foreground: otherwise timeout signals the whole process group, and so the program twice.
    timeout --foreground --preserve-status -s "$signal" "$delay" \
        "$GAN" train "${long_options[@]}" --out r $how "$@" || code=$?
    echo "$signal after $delay s: exit $code" >> moments
    return $code
}

# Trains the undisturbed run to compare with, and sets took to its time.
whole_run() {
    make_data 512
    measure gan train "${long_options[@]}" --out whole "$@"
}

# ---- outputs ----

# Writes the commands that write a file, without its name, as lines of "outputs", each command's output into
# "wanted", and the list of files into "before".
# shellcheck disable=SC2094
make_outputs() {
    local words i=0
    mkdir wanted
    printf '%s\n' "sample -c r/model.bin -f png -o" "sample -c r/model.bin -f npy -n 300 -o" \
        "sample -c r/model.bin -f idx -n 3 -o" "data data -o" > outputs
    while read -r words; do
        i=$((i + 1))
        # shellcheck disable=SC2086 # words
        gan $words wanted/$i > text
    done < outputs
    find . ! -name text ! -name err ! -name before | sort > before
}
wanted_of() { echo "wanted/$(grep -nxF -- "$1" outputs | cut -d : -f 1)"; } # words
# shellcheck disable=SC2094 # "before" is not among what is found
nothing_else() { find . ! -name text ! -name err ! -name before | sort | diff before - >&2 || fail "other files"; }

# ---- judging ----

# Trains a run in r on data with test images. The case has its own cache.
judged_run() {
    make_data 400
    make_tests 200
    small --quiet --out r
    export XDG_CACHE_HOME=$PWD/cache
}
