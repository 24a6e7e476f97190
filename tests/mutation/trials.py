"""The tests of a build, which functions each of them calls, and whether one notices a mutant.

A mutant may do anything: loop, fill the disk, remove files. Its tests have limits of time, memory and size of
files, and if this is root they run as the user nobody, in a folder of their own.

SPDX-License-Identifier: MIT
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import threading
import time
import typing

NOBODY = 65534
MEMORY, FILE_SIZE = 4 << 30, 256 << 20
LONGEST = 100  # CPU seconds of a test without a mutant
IDLE = 15  # seconds without any CPU time: a deadlock


class Test(typing.NamedTuple):
    name: str
    command: list
    fixtures: list  # what must be there before
    provides: bool  # makes a fixture
    skip: int       # the exit code that means "skipped"; -1: none


class Known(typing.NamedTuple):
    seconds: float
    reached: frozenset  # names of functions


def kind_of(test):
    """What kind of test this is, as the table names it."""
    first = test.name.split(".")[0]
    if first in ("cli", "fault", "fuzz"):
        return {"cli": "command lines", "fault": "faults", "fuzz": "inputs"}[first]
    if any("/oracle/" in w for w in test.command):
        return "oracles"
    return "units" if "/tests/test_" in test.command[0] else "whole runs"


def tests_of(build, options):
    """The tests that `ctest OPTIONS` would run."""
    listing = subprocess.run(["ctest", "--show-only=json-v1", *options], cwd=build, capture_output=True, text=True,
                             check=True).stdout
    for t in json.loads(listing)["tests"]:
        values = {p["name"]: p["value"] for p in t.get("properties", [])}
        if "command" in t:
            yield Test(t["name"], t["command"], values.get("FIXTURES_REQUIRED", []), "FIXTURES_SETUP" in values,
                       int(values.get("SKIP_RETURN_CODE", -1)))


class Place:
    """A folder in which tests run, one after the other."""

    def __init__(self, folder, sanitized):
        self.folder, self.sanitized = folder, sanitized
        self.home = folder / "home"

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("home", "tmp", "in"):
            (self.folder / name).mkdir(parents=True)
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, NOBODY, NOBODY)

    def limits(self, seconds):
        """What the child does before it becomes the test."""
        def limit():
            os.setsid()
            if not self.sanitized:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_SIZE, FILE_SIZE))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
        return limit

    def run(self, test, added, seconds):
        """(exit code, CPU seconds). `seconds` limits the CPU time of each process; a test that takes ten times as long
        on the clock, or computes nothing for a while, is ended."""
        environment = {**os.environ, "HOME": str(self.home), "XDG_CACHE_HOME": str(self.home),
                       "TMPDIR": str(self.folder / "tmp"), "PYTHONDONTWRITEBYTECODE": "1",
                       "ASAN_OPTIONS": "quarantine_size_mb=1:malloc_context_size=1:hard_rss_limit_mb=3000", **added}
        for name in ("in", "tmp"):
            shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / name).mkdir()
            if os.geteuid() == 0:
                os.chown(self.folder / name, NOBODY, NOBODY)
        before = time.monotonic()
        with subprocess.Popen(test.command, cwd=self.folder / "in", env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              preexec_fn=self.limits(seconds)) as process:
            ended = threading.Event()
            threading.Thread(target=end_late, args=(process.pid, 10 * seconds + 20, ended)).start()
            _, code, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(code)
            ended.set()
            end_group(process.pid)
        return process.returncode, min(used.ru_utime + used.ru_stime, time.monotonic() - before)


def end_group(leader):
    """Ends a test and what it started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def end_late(leader, seconds, ended):
    """Ends a test that takes longer, or waits for ever. Only seconds in which this program runs count: both may be
    stopped for a while."""
    idle, before = 0, 0
    for _ in range(seconds):
        if ended.wait(1):
            return
        used = ticks_of(leader)
        idle, before = idle + 1 if used == before else 0, used
        if idle == IDLE:
            break
    end_group(leader)


def ticks_of(leader):
    """The CPU time that the processes of a session have taken so far."""
    ticks = 0
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            ticks += int(fields[11]) + int(fields[12])
    return ticks


class Trials:
    """proven: {"file: ": tests that have noticed mutants of it}"""

    def __init__(self, tree, jobs, sanitized, options, proven):
        self.tree, self.folder, self.proven = tree, tree.folder, proven
        self.names = [name for name, _ in sorted(tree.index.items(), key=lambda item: item[1])]
        self.places = [Place(self.folder / f"place-{n}", sanitized) for n in range(jobs)]
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)
        self.tests = {t.name: t for t in tests_of(tree.build, options)}
        self.known, self.unfit, self.learned = {}, [], set()

    def lent(self, function, item):
        place = self.places.pop()
        place.clean()
        try:
            return function(place, item)
        finally:
            self.places.append(place)

    def each(self, function, items):
        return self.pool.map(lambda item: self.lent(function, item), items)

    # ---- the unchanged program ----

    def learn(self, path, longest):
        """Runs every test without a mutant: its time, and the functions that it calls. Keeps that in a file."""
        kept = json.loads(path.read_text()) if path.exists() else {"": self.names}
        here = set(self.names)
        self.learned = set(kept[""])
        makers = [t for t in self.tests.values() if t.provides]
        for t in makers:
            shutil.rmtree(self.output_of(t), ignore_errors=True)
            subprocess.run(t.command, check=True, stdout=subprocess.DEVNULL)
        unknown = [t for t in self.tests.values()
                   if t.name not in kept or kept[t.name][3:] not in ([], [self.version(t)])]
        for i, (test, figures) in enumerate(zip(unknown, self.each(self.measure, unknown)), 1):
            kept[test.name] = figures
            if i % 20 == 0 or i == len(unknown):
                path.write_text(json.dumps(kept))
        for name in sorted(kept.keys() & self.tests.keys()):
            code, seconds, reached = kept[name][:3]
            if code == 0 and seconds <= longest:
                self.known[name] = Known(seconds, frozenset(reached) & here)
            elif code != self.tests[name].skip:
                self.unfit.append(f"{name}, since it " + (f"takes {seconds:.0f} s" if code == 0 else "fails here"))

    def output_of(self, test):
        return pathlib.Path(test.command[test.command.index("-o") + 1])

    def measure(self, place, test):
        path = place.folder / "reached"
        path.write_bytes(bytes(4 * (len(self.names) // 1000 * 1000 + 1000)))
        path.chmod(0o666)
        code, seconds = place.run(self.in_place(place, test), {"GAN_REACHED": str(path)}, LONGEST)
        seen = memoryview(path.read_bytes()).cast("i")
        print(f"{test.name}: exit {code}, {seconds:.2f} s", flush=True)
        return code, seconds, [n for n, s in zip(self.names, seen) if s], self.version(test)

    def in_place(self, place, test):
        """A test that makes a fixture makes it in its place; the others read that of the unchanged program."""
        if not test.provides:
            return test
        words = list(test.command)
        words[words.index("-o") + 1] = str(place.folder / "tmp/run")
        return test._replace(command=words)

    # ---- mutants ----

    def header_of(self, module, stem):
        """The header that declares what is in a file: of the same name, or of its family, or of its module."""
        names = [f"{module}/{name}.h" for name in (stem, stem.split("_")[0], module)]
        return next((name for name in names if (self.tree.root / "src" / name).exists()), "")

    def source_of(self, name):
        """The text of a test program."""
        path = self.tree.root / "tests" / f"test_{name}.c"
        return path.read_text() if path.exists() else ""

    def version(self, test):
        """Of a test program: one that has changed may call other functions."""
        return hashlib.sha256(self.source_of(test.name).encode()).hexdigest()[:16]

    def covering(self, function):
        """The tests that call a function: first those that include its file's header, then those that are quick and
        about little else, or named after its file or module, or that noticed other mutants of its file. If it is newer
        than what is known, those that call others of its file."""
        file = function.split(": ")[0] + ": "
        if any(function in k.reached for k in self.known.values()) or function in self.learned:
            names = [n for n, k in self.known.items() if function in k.reached]
        else:
            names = [n for n, k in self.known.items() if any(f.startswith(file) for f in k.reached)]
        _, module, stem = function.split(".")[0].split("/")
        first = {module, stem, stem.split("_")[0], f"fuzz.{stem}", *self.proven.get(file, ())}
        line = f'#include "{self.header_of(module, stem)}"'  # of programs that are written for what it declares
        direct = {n for n in names if line in self.source_of(n)}

        def cost(n):
            return (self.known[n].seconds + len(self.known[n].reached) / 2000) / (5 if n in first else 1)
        return sorted(names, key=lambda n: (n not in direct, cost(n)))

    def judge(self, place, item):
        """{"verdict", "by", "kind", "tried", "of", "seconds"} of a mutant. Stops at the first test that notices it, or
        when the budget is spent."""
        number, function, budget = item
        names, spent, tried = self.covering(function), 0.0, 0
        for name in names:
            if spent > budget:
                break
            test, usual = self.tests[name], self.known[name].seconds
            code, seconds = place.run(self.in_place(place, test), {"GAN_MUTANT": str(number)}, int(3 * usual) + 1)
            spent, tried = spent + seconds, tried + 1
            if code not in (0, test.skip):
                return {"verdict": "noticed", "by": name, "kind": kind_of(test), "tried": tried, "of": len(names),
                        "seconds": round(spent, 2)}
        verdict = "not called" if not names else "survived" if tried == len(names) else "undecided"
        return {"verdict": verdict, "by": "", "kind": "", "tried": tried, "of": len(names), "seconds": round(spent, 2)}
