# scripts/lib.sh - functions that the other scripts share: they find out what is missing on this system,
# install it with the system's package manager, and build. Sourced by bash, not run.
#
# A "need" is a word of the table below: something that a build or a test requires. "-" means that the
# package manager has no package for it.
#
# SPDX-License-Identifier: MIT
# shellcheck shell=bash

say() { printf '\n== %s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
have() { command -v "$1" > /dev/null 2>&1; }

# need         apt-get            dnf                       pacman     zypper           apk               brew
needs_table='
compiler       gcc,libc6-dev      gcc                       gcc        gcc              gcc,musl-dev      gcc
cmake          cmake              cmake                     cmake      cmake            cmake             cmake
make           make               make                      make       make             make              make
zlib           zlib1g-dev         zlib-devel                zlib       zlib-devel       zlib-dev          zlib
libpng         libpng-dev         libpng-devel              libpng     libpng16-devel   libpng-dev        libpng
utf8proc       libutf8proc-dev    utf8proc-devel            libutf8proc utf8proc-devel  utf8proc-dev      utf8proc
libjpeg        libjpeg-dev        libjpeg-turbo-devel       libjpeg-turbo libjpeg8-devel libjpeg-turbo-dev jpeg-turbo
giflib         libgif-dev         giflib-devel              giflib     giflib-devel     giflib-dev        giflib
libtiff        libtiff-dev        libtiff-devel             libtiff    libtiff-devel    tiff-dev          libtiff
libwebp        libwebp-dev        libwebp-devel             libwebp    libwebp-devel    libwebp-dev       webp
cmocka         libcmocka-dev      libcmocka-devel           cmocka     libcmocka-devel  cmocka-dev        cmocka
gcc            gcc,libc6-dev      gcc                       gcc        gcc              gcc,musl-dev      gcc
clang          clang              clang                     clang      clang            clang             llvm
clang-runtime  libclang-rt-dev    compiler-rt               compiler-rt clang         compiler-rt       llvm
c++            g++                gcc-c++                   gcc        gcc-c++          g++               gcc
sanitizers     gcc                libasan,libubsan,libtsan  gcc        gcc              gcc               gcc
clang-format   clang-format       clang-tools-extra         clang      clang-tools      clang-extra-tools clang-format
shellcheck     shellcheck         ShellCheck                shellcheck ShellCheck       shellcheck        shellcheck
pkg-config     pkg-config         pkgconf-pkg-config        pkgconf    pkg-config       pkgconf           pkgconf
mandoc         mandoc             mandoc                    mandoc     mandoc           mandoc            mandoc
python3        python3,python3-venv python3                 python     python3          python3           python
numpy          python3-numpy      python3-numpy             python-numpy python3-numpy  py3-numpy        numpy
aarch64        gcc-aarch64-linux-gnu,libc6-dev-arm64-cross,qemu-user - - - - -
s390x          gcc-s390x-linux-gnu,libc6-dev-s390x-cross,qemu-user - - - - -
clang-tidy     clang-tidy         clang-tools-extra         clang      clang-tools      clang-extra-tools llvm
cppcheck       cppcheck           cppcheck                  cppcheck   cppcheck         cppcheck          cppcheck
zsh            zsh                zsh                       zsh        zsh              zsh               zsh
fish           fish               fish                      fish       fish             fish              fish
script         bsdutils           util-linux-script         util-linux util-linux       util-linux-misc   util-linux
openmpi        openmpi-bin,libopenmpi-dev - - - - -
mpich          mpich,libmpich-dev - - - - -
browser        chromium           chromium                  chromium   chromium         chromium          -
valgrind       valgrind           valgrind                  valgrind   valgrind         valgrind          valgrind
'
managers=(apt-get dnf pacman zypper apk brew)

# ---- what is installed ----

# The C compiler that CMake will choose, or nothing.
c_compiler() {
    local name
    for name in ${CC:+"$CC"} cc gcc clang; do
        if have "$name"; then
            printf '%s' "$name"
            return
        fi
    done
}

# Some headers need others before them (cmocka the first three, jpeglib stdio).
has_header() {
    local compiler
    compiler=$(c_compiler)
    [ -n "$compiler" ] || return 1
    printf '#include <%s>\n' stdarg.h stddef.h setjmp.h stdint.h stdio.h "$1" |
        "$compiler" -E -x c - > /dev/null 2>&1
}

# Whether this compiler's programs build and run with these sanitizers.
sanitizer_works() { # compiler sanitizers option...
    local folder works=1 compiler=$1 sanitizers=$2
    shift 2
    folder=$(mktemp -d)
    echo 'int main(void) { return 0; }' > "$folder/main.c"
    "$compiler" "-fsanitize=$sanitizers" "$@" -o "$folder/main" "$folder/main.c" > /dev/null 2>&1 &&
        "$folder/main" > /dev/null 2>&1 && works=0
    rm -rf "$folder"
    return $works
}

# Sets asan to CMake's options for a build with the address and undefined-behaviour sanitizers, or to none
# if they do not work. Programs run twice as fast with clang's sanitizers as with gcc's. clang's runtime must
# be a shared library, as gcc's is, so that tests/fault/preload.c can be loaded before it.
# shellcheck disable=SC2034,SC2086 # asan is the caller's; linked is a list of words
find_asan() {
    local sanitizers=address,undefined linked
    linked="-shared-libsan -Wl,-rpath,$(clang -print-runtime-dir 2> /dev/null || true)"
    asan=(-DCMAKE_BUILD_TYPE=RelWithDebInfo -DGAN_SANITIZE="$sanitizers")
    if have clang && sanitizer_works clang $sanitizers $linked; then
        asan+=(-DCMAKE_C_COMPILER=clang -DCMAKE_EXE_LINKER_FLAGS="$linked")
    elif sanitizer_works cc $sanitizers; then
        asan+=(-DCMAKE_C_COMPILER=cc)
    else
        asan=()
    fi
}

# Whether the compiler's name states another CPU than this one (aarch64-linux-gnu-gcc).
is_cross() { # compiler
    case $1 in
    "$(uname -m)"-*) return 1 ;;
    *-linux-gnu-*) return 0 ;;
    *) return 1 ;;
    esac
}

# The command that runs programs of such a compiler: qemu with the path of their C library.
emulator_of() { # compiler
    local library
    library=$("$1" -print-file-name=libc.so.6)
    echo "qemu-${1%%-*} -L $(dirname "$(dirname "$library")")"
}

# Whether programs for that CPU can be built, and run in an emulator.
cross_works() { # cpu
    local folder works=1 compiler=$1-linux-gnu-gcc
    have "$compiler" || return 1
    folder=$(mktemp -d)
    printf '#include <stdio.h>\nint main(void) { return puts("works") < 0; }\n' > "$folder/main.c"
    # shellcheck disable=SC2046 # a list of words
    "$compiler" -o "$folder/main" "$folder/main.c" > /dev/null 2>&1 &&
        [ "$($(emulator_of "$compiler") "$folder/main" 2>&1)" = works ] && works=0
    rm -rf "$folder"
    return $works
}

is_there() { # need
    case $1 in
    compiler) has_header stdio.h ;;
    make) have make || have ninja ;;
    zlib) has_header zlib.h ;;
    libpng) has_header png.h ;;
    utf8proc) has_header utf8proc.h ;;
    libjpeg) has_header jpeglib.h ;;
    giflib) has_header gif_lib.h ;;
    libtiff) has_header tiffio.h ;;
    libwebp) has_header webp/decode.h ;;
    cmocka) has_header cmocka.h ;;
    python3) have python3 && python3 -c 'import venv, ensurepip' > /dev/null 2>&1 ;;
    numpy) have python3 && python3 -c 'import numpy' > /dev/null 2>&1 ;;
    c++) have c++ || have g++ || have clang++ ;;
    sanitizers) have gcc && sanitizer_works gcc address,undefined ;;
    clang-runtime) have clang && sanitizer_works clang fuzzer-no-link,address,undefined ;;
    openmpi | mpich) have "mpicc.$1" && have "mpirun.$1" ;;
    browser) have chromium || have chromium-browser || have google-chrome || have chrome ;;
    aarch64 | s390x) cross_works "$1" ;;
    *) have "$1" ;;
    esac
}

missing_of() { # need... ; prints the missing ones
    local need
    for need; do
        is_there "$need" || printf '%s ' "$need"
    done
}

# ---- installing ----

package_manager() {
    local name
    for name in "${managers[@]}"; do
        if have "$name"; then
            printf '%s' "$name"
            return
        fi
    done
}

packages_of() { # manager need...
    local manager=$1 column=1 need row
    shift
    while [ "${managers[column - 1]}" != "$manager" ]; do
        column=$((column + 1))
    done
    for need; do
        row=$(grep "^$need " <<< "$needs_table")
        # shellcheck disable=SC2086 # the row is split into its columns
        set -- $row
        shift $column
        [ "$1" = - ] || tr ',' ' ' <<< "$1"
    done | tr '\n' ' '
}

terminal=
[ ! -t 0 ] || terminal=yes

# sudo may ask for a password only if somebody can type one.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -n "$terminal" ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

may_install() { # manager
    [ "$1" = brew ] || [ "$(id -u)" = 0 ] || { have sudo && as_root true; }
}

refreshed=
run_manager() { # manager package...
    local manager=$1
    shift
    case $manager in
    apt-get)
        if [ -z "$refreshed" ]; then
            as_root apt-get -qq update || true
            refreshed=yes
        fi
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
            --no-install-recommends "$@"
        ;;
    dnf) as_root dnf install -y "$@" ;;
    pacman) as_root pacman -Sy --needed --noconfirm "$@" ;;
    zypper) as_root zypper --non-interactive install "$@" ;;
    apk) as_root apk add "$@" ;;
    brew) brew install "$@" ;;
    esac < /dev/null
}

# Shows the manager's output only if it fails.
install_packages() { # manager package...
    local log failed=
    log=$(mktemp)
    echo "installing with $1: ${*:2}"
    run_manager "$@" > "$log" 2>&1 || failed=yes
    [ -z "$failed" ] || tail -n 20 "$log" >&2
    rm -f "$log"
    [ -z "$failed" ]
}

install_needs() { # need... ; true if nothing is missing afterwards
    local manager packages missing
    missing=$(missing_of "$@")
    [ -n "$missing" ] || return 0
    manager=$(package_manager)
    if [ -z "$manager" ]; then
        warn "missing: $missing(and none of ${managers[*]} to install it with)"
        return 1
    fi
    # shellcheck disable=SC2086 # a list of words
    packages=$(packages_of "$manager" $missing)
    [ -n "$packages" ] || return 1
    if ! may_install "$manager"; then
        warn "missing: $missing- not root, and sudo does not help; as root: $manager install $packages"
        return 1
    fi
    # shellcheck disable=SC2086
    install_packages "$manager" $packages || true
    missing=$(missing_of "$@")
    [ -z "$missing" ]
}

require() { # need... ; ends the script if something is still missing
    if ! install_needs "$@"; then
        warn "still missing: $(missing_of "$@")- please install it and try again"
        exit 1
    fi
}

# Unpacks zlib, libpng and utf8proc for another CPU (arm64, as Debian calls it) into folder/usr, if the distribution
# has them. apt-get keeps its lists there too, so that this system does not change.
cross_libraries() { # folder debian's-name-of-the-cpu
    local options=(-qq -o APT::Architecture="$2" -o APT::Architectures="$2" -o Dir::State="$1/state"
        -o Dir::State::status=/dev/null -o Dir::Cache="$1/cache" -o APT::Sandbox::User=root)
    mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial"
    [ ! -e "$1/usr/include/png.h" ] || [ ! -e "$1/usr/include/utf8proc.h" ] || return 0
    have apt-get && have dpkg-deb || return 1
    (
        cd "$1" || exit
        apt-get "${options[@]}" update
        apt-get "${options[@]}" download zlib1g-dev libpng-dev libutf8proc-dev &&
            dpkg-deb -x zlib1g-dev_*.deb . && dpkg-deb -x libpng-dev_*.deb . &&
            dpkg-deb -x libutf8proc-dev_*.deb .
    ) > "$1/log" 2>&1
}

# ---- building ----

# The quota of a control group, or of one that it is in, may be less than the machine's cores.
cores() {
    local n quota period group
    n=$(nproc 2> /dev/null || getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
    group=$(sed -n 's/^0:://p' /proc/self/cgroup 2> /dev/null || true)
    while :; do
        if read -r quota period 2> /dev/null < "/sys/fs/cgroup${group%/}/cpu.max" && [ "$quota" != max ]; then
            quota=$(((quota + period - 1) / period))
            [ "$quota" -ge "$n" ] || n=$quota
        fi
        [ -n "$group" ] || break
        group=${group%/*}
    done
    echo "$n"
}

# Describes the machine in one line for the logs, in case a result depends on it by mistake.
machine() {
    local name
    name=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2> /dev/null | head -n 1)
    [ -n "$name" ] || name=$(sysctl -n machdep.cpu.brand_string 2> /dev/null) ||
        name=$(lscpu 2> /dev/null | sed -n 's/^Model name: *//p' | head -n 1)
    # Virtual machines hide the model's name, but not its numbers.
    name+=$(awk -F': *' '/^cpu family/ { f = $2 } /^model\t/ { m = $2 } /^stepping/ { s = $2 }
        END { if (f) printf " (family %s, model %s, stepping %s)", f, m, s }' /proc/cpuinfo 2> /dev/null)
    echo "$(uname -sm), ${name:-unknown CPU}, $(cores) cores"
}

# The cache of another compiler is removed: CMake would drop the other options when the compiler changes.
build_in() { # folder targets cmake-option...
    local folder=$1 targets log=$1/build.log compiler
    read -ra targets <<< "$2"
    shift 2
    mkdir -p "$folder"
    compiler=$(printf '%s\n' "$@" | sed -n 's/^-DCMAKE_C_COMPILER=//p')
    [ -z "$compiler" ] || grep -qsE "^CMAKE_C_COMPILER:.*[=/]$compiler\$" "$folder/CMakeCache.txt" ||
        rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
    cmake -S . -B "$folder" "$@" > "$log" 2>&1 &&
        cmake --build "$folder" --target "${targets[@]}" --parallel "$(cores)" >> "$log" 2>&1 && return
    tail -n 60 "$log" >&2
    warn "the build failed; all of its output is in $log"
    return 1
}

# ---- testing ----

# A time limit for tests, in seconds: this many times as long as `gan selftest` of this build takes now, and
# at least five minutes. Everyday tests take at most 100 times as long as it, those of --full at most 500
# times; a test that takes ten times that hangs.
time_limit() { # gan times
    local start seconds
    start=$(date +%s%N)
    "$1" selftest > /dev/null || return
    seconds=$((($(date +%s%N) - start) * $2 / 1000000000))
    echo $((seconds > 300 ? seconds : 300))
}
