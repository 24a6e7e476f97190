"""A copy of the source tree whose programs contain many mutants; GAN_MUTANT chooses one when they start.

Each function with mutants begins with a choice between its own body and a copy of it for each mutant. One
build therefore serves all of them, and a mutant costs no more than its tests. The same functions note that
they were called (GAN_REACHED), which tells the tests that can notice a mutant from those that cannot.

SPDX-License-Identifier: MIT
"""
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess

from source import Source

CHOICE = """/* Chooses a mutant, and notes which functions were called. The tests count calls of the C library: no such
 * call is made here. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int unseen[%d];
int *gan_reached = unseen;
int gan_mutant;

__attribute__((constructor)) static void choose(void)
{
    const char *chosen = getenv("GAN_MUTANT"), *path = getenv("GAN_REACHED");
    gan_mutant = chosen ? (int)strtol(chosen, NULL, 10) : 0;
    long fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDWR) : -1;
    if (fd < 0)
        return;
    int *seen = mmap(NULL, sizeof unseen, PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    syscall(SYS_close, fd);
    if (seen != MAP_FAILED)
        gan_reached = seen;
}
"""
DECLARED = "extern int *gan_reached, gan_mutant;\n"
FLAGS = ("-O1 -w -Werror=incompatible-pointer-types -Werror=int-conversion -Werror=discarded-qualifiers "
         "-Werror=implicit-function-declaration")
# Not compiled on this kind of CPU, or not without MPI.
LEFT_OUT = {"src/math/kernels_neon.c", "src/math/group_mpi.c"}


def sources(root):
    """{file: Source} of everything in src/ that is compiled."""
    files = [p.relative_to(root) for p in sorted(root.glob("src/*/*.[ch]"))]
    return {str(f): Source(str(f), (root / f).read_text()) for f in files if str(f) not in LEFT_OUT}


class Tree:
    def __init__(self, root, folder, options):
        self.root, self.folder, self.options = root, folder, options
        self.tree, self.build = folder / "tree", folder / "build"
        self.sources = sources(root)
        self.functions = {f"{file}: {f.name}": (file, f) for file, s in self.sources.items() for f in s.functions()}
        self.index = self.numbered(folder / "functions.json")
        self.mutants = {}   # name: (number, Mutant, the name of its function)
        self.lines = {}     # file: [(first line, last line, name of the mutant)]
        self.dropped = set()

    def numbered(self, path):
        """{function: number}. A number stays, so that a later call compiles only what has changed."""
        kept = json.loads(path.read_text()) if path.exists() else {}
        for name in sorted(self.functions):
            kept.setdefault(name, len(kept))
        path.write_text(json.dumps(kept))
        return kept

    def every(self):
        """(name, Mutant, the name of its function) of each mutant."""
        for key, (file, function) in self.functions.items():
            for m in self.sources[file].mutants(function):
                yield m.name, m, key

    def choose(self, chosen):
        """Sets the mutants that the programs contain: [(name, Mutant, key)]."""
        self.mutants = {name: (number_of(name), m, key) for name, m, key in chosen}

    # ---- writing ----

    def rewritten(self, file):
        """The text of a file with its mutants."""
        source, by_function = self.sources[file], {}
        for name, (n, m, key) in self.mutants.items():
            if name not in self.dropped and self.functions[key][0] == file:
                by_function.setdefault(key, []).append((name, n, m))
        text, at, self.lines[file] = DECLARED, 0, []
        for key, (_, function) in ((k, v) for k, v in self.functions.items() if v[0] == file):
            first, last = source.tokens[function.first].start, source.tokens[function.last].end
            text += source.text[at:first] + f"{{ gan_reached[{self.index[key]}] = 1;"
            labels = self.labels(source, function)
            for name, n, m in by_function.get(key, []):
                text += f" if (gan_mutant == {n})\n"
                begin = text.count("\n") + 1
                text += "{" + labels + source.text[first + 1:m.first] + m.replacement + source.text[m.last:last]
                self.lines[file].append((begin, text.count("\n") + 1, name))
                text += "\nelse"
            text += "\n{" + labels + source.text[first + 1:last] + "\n}"
            at = last
        return text + source.text[at:]

    @staticmethod
    def labels(source, function):
        """Labels belong to a function in C; each copy declares its own, as gcc and clang allow."""
        tokens = source.tokens
        found = [tokens[i].text for i in range(function.first + 1, function.last)
                 if tokens[i + 1].text == ":" and tokens[i - 1].text in (";", "{", "}")
                 and re.match(r"[A-Za-z_]", tokens[i].text) and tokens[i].text != "default"]
        return f" __label__ {', '.join(found)};" if found else ""

    def write(self):
        """Writes what has changed, so that a build compiles nothing else."""
        self.tree.mkdir(parents=True, exist_ok=True)
        kept = {"src/base/mutant.c"}
        names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=self.root, capture_output=True,
                               text=True, check=True).stdout.splitlines()
        for name in names:
            if not (self.root / name).is_file():
                continue
            kept.add(name)
            if name in self.sources:
                put(self.tree / name, self.rewritten(name))
            elif name == "src/CMakeLists.txt":
                text = (self.root / name).read_text()
                put(self.tree / name, text.replace("    base/arena.c\n", "    base/arena.c\n    base/mutant.c\n", 1))
            else:
                copy(self.root / name, self.tree / name)
        put(self.tree / "src/base/mutant.c", CHOICE % (len(self.index) // 1000 * 1000 + 1000))
        for path in self.tree.rglob("*"):
            if path.is_file() and str(path.relative_to(self.tree)) not in kept:
                path.unlink()

    # ---- building ----

    def make(self, jobs):
        """Builds. A mutant that does not compile is dropped, and the rest is built again."""
        for _ in range(12):
            self.write()
            configure = ["cmake", "-S", self.tree, "-B", self.build, "-DCMAKE_BUILD_TYPE=None",
                         f"-DCMAKE_C_FLAGS={FLAGS}", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *self.options]
            run(configure, self.folder / "cmake.log")
            log = self.folder / "build.log"
            if run(["cmake", "--build", self.build, "--parallel", str(jobs), "--", "-k"], log, True) == 0:
                self.leave_out_uncompiled()
                return
            if not self.drop_broken(log.read_text()):
                raise SystemExit(f"the build with mutants fails: see {log}")
        raise SystemExit("some mutants never compile")

    def drop_broken(self, log):
        found = set()
        for path, line in re.findall(r"^(\S+?\.[ch]):(\d+):\d+: (?:fatal )?error:", log, re.M):
            file = os.path.realpath(path).removeprefix(os.path.realpath(self.tree) + "/")
            found |= {n for a, b, n in self.lines.get(file, []) if a <= int(line) <= b}
        self.dropped |= found
        return found

    def leave_out_uncompiled(self):
        """Drops the mutants that the preprocessor removes: those for other systems and missing libraries."""
        seen, files = set(), {self.functions[key][0] for _, _, key in self.mutants.values()}
        headers = any(f.endswith(".h") for f in files)
        for entry in json.loads((self.build / "compile_commands.json").read_text()):
            file = entry["file"].removeprefix(f"{self.tree}/")
            if not file.startswith("src/") or not (headers or file in files):
                continue
            words = shlex.split(entry["command"])
            words[words.index("-o") + 1] = "-"
            text = subprocess.run([*words, "-E"], cwd=entry["directory"], capture_output=True, text=True,
                                  check=True).stdout
            seen |= {int(n) for n in re.findall(r"gan_mutant == (\d+)\)", text)}
        self.dropped |= {name for name, (n, _, _) in self.mutants.items() if n not in seen}


def number_of(name):
    """A mutant's number, the same in every call; 0 is none."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:7], 16) + 1


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def copy(source, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != source.read_bytes():
        shutil.copy(source, path)


def run(command, log, may_fail=False):
    with open(log, "w") as out:
        code = subprocess.run([str(w) for w in command], stdout=out, stderr=subprocess.STDOUT).returncode
    if code and not may_fail:
        raise SystemExit(f"{command[0]} fails: see {log}")
    return code
