"""A terminal for tests: runs a program in a pseudo-terminal, and decodes what the terminal receives.

Written from the descriptions of the escape sequences (ECMA-48, xterm's ctlseqs, kitty's graphics protocol, the
VT330/VT340 Programmer Reference Manual for sixels), not from gan's code. Needs numpy and Pillow.

SPDX-License-Identifier: MIT
"""
import base64
import fcntl
import io
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

import numpy as np
from PIL import Image

CUBE = [0, 95, 135, 175, 215, 255]
COLOURS = np.array([(0, 0, 0)] * 16 + [(r, g, b) for r in CUBE for g in CUBE for b in CUBE]
                   + [(8 + 10 * i,) * 3 for i in range(24)], np.uint8)


# ---- running ----


class Running:
    """A program in a terminal of that size, whose answers to questions are given: (question, answer)."""

    def __init__(self, words, size=(80, 24), cell=(0, 0), answers=(), environment=None, folder=None):
        self.received, self.answers = b"", list(answers)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            set_size(0, size, cell)
            os.chdir(folder or ".")
            variables = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "TERM": "xterm-256color", "LC_ALL": "C"}
            for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
                variables.update({name: os.environ[name]} if name in os.environ else {})
            variables.update(environment or {})
            os.execvpe(words[0], words, variables)

    def read(self, seconds):
        """Reads what comes within that time; False at the end."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if not ready:
            return True
        try:
            part = os.read(self.fd, 65536)
        except OSError:
            return False
        self.received += part
        while self.answers and self.answers[0][0] in self.received:
            self.type(self.answers.pop(0)[1])
        return bool(part)

    def type(self, keys):
        os.write(self.fd, keys)

    def resize(self, size, cell=(0, 0)):
        set_size(self.fd, size, cell)

    def wait_for(self, what, seconds=60):
        end = time.monotonic() + seconds
        while what not in self.received and time.monotonic() < end:
            if not self.read(0.05):
                return False
        return what in self.received

    def end(self, seconds=120):
        """Reads to the end; returns what was received, and the exit code, negative for a signal."""
        end = time.monotonic() + seconds
        while self.read(0.05):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                sys.exit(f"the program does not end; received {self.received[-300:]}")
        status = os.waitpid(self.pid, 0)[1]
        os.close(self.fd)
        return self.received, os.waitstatus_to_exitcode(status)


def set_size(fd, size, cell):
    cols, rows = size
    fcntl.ioctl(fd, termios.TIOCSWINSZ,
                struct.pack("HHHH", rows, cols, min(cols * cell[0], 65535), min(rows * cell[1], 65535)))


# ---- graphics ----


def decode_sixel(data):
    """The picture of a DCS ... q ... (without ESC P and ESC \\) as (height, width, 3); every pixel must be set."""
    body = re.match(rb"[\d;]*q", data)
    data = data[body.end():]
    size = re.match(rb'"1;1;(\d+);(\d+)', data)
    width, height = int(size.group(1)), int(size.group(2))
    data = data[size.end():]
    palette, picture = {}, np.full((height + 6, width, 3), -1)
    x = y = colour = 0
    for define, number, repeat, sixel, other in re.findall(
            rb"#(\d+);2;(\d+;\d+;\d+)|#(\d+)|(?:!(\d+))?([?-~])|([$-])".replace(rb"#(\d+);2;(\d+;\d+;\d+)|#(\d+)",
                                                                               rb"#(\d+(?:;2;\d+;\d+;\d+)?)()"), data):
        if define:
            parts = [int(p) for p in define.split(b";")]
            colour = parts[0]
            if len(parts) > 1:
                assert max(parts[2:]) <= 100 and colour < 256
                palette[colour] = [round(p * 255 / 100) for p in parts[2:]]
        elif sixel:
            n = int(repeat or 1)
            for bit in range(6):
                if (sixel[0] - 63) >> bit & 1:
                    picture[y + bit, x:x + n] = palette[colour]
            x += n
            assert x <= width
        elif other == b"$":
            x = 0
        else:
            x, y = 0, y + 6
    assert (picture[:height] >= 0).all() and (picture[height:] < 0).all(), "a pixel is not set, or one too many"
    assert len(data) == sum(len(m.group()) for m in re.finditer(
        rb"#\d+(?:;2;\d+;\d+;\d+)?|(?:!\d+)?[?-~]|[$-]", data)), "other bytes"
    return picture[:height].astype(np.uint8)


# ---- the screen ----


class Screen:
    """What a terminal shows after it has received some bytes: lines of cells (character, ink, ground), those that
    have scrolled out included, and the graphics. `top` is the line of `lines` at the top of the screen."""

    TOKEN = re.compile(rb"\x1b_G(?P<keys>[^;\x1b]*);?(?P<payload>[^\x1b]*)\x1b\\|\x1bP(?P<sixel>[^\x1b]*)\x1b\\"
                       rb"|\x1b\[(?P<params>[\d;?]*)(?P<final>[@-~])|\x1b(?P<single>[78\\])"
                       rb"|(?P<control>[\r\n\x08\a])|(?P<char>[ -~]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2})", re.DOTALL)

    def __init__(self, size, strict=True):
        self.cols, self.rows = size
        self.strict = strict  # else what is not understood is passed over, as by terminals
        self.lines, self.top, self.row, self.col = [{}], 0, 0, 0
        self.ink = self.ground = None
        self.saved = (0, 0)
        self.images = []  # (line, column, id, picture)
        self.pending = {}
        self.payload = b""
        self.most_part = 0

    def feed(self, data):
        at = 0
        while at < len(data):
            token = self.TOKEN.match(data, at)
            assert token or not self.strict, f"not understood: {data[at:at + 40]}"
            at = token.end() if token else at + 1
            if token:
                self.take(token)
        return self

    def take(self, token):
        if token["char"]:
            self.put(token["char"].decode())
        elif token["control"]:
            self.control(token["control"])
        elif token["final"]:
            self.sequence(token["final"].decode(), token["params"].decode())
        elif token["single"] == b"7":
            self.saved = (self.row, self.col)
        elif token["single"] == b"8":
            self.row, self.col = self.saved
        elif token["sixel"] is not None:
            self.images.append((self.top + self.row, self.col, 0, decode_sixel(token["sixel"])))
            self.row, self.col = min(self.row + 3, self.rows - 1), 5  # terminals differ in where they leave the cursor
        elif token["keys"] is not None:
            self.graphics(token["keys"].decode(), token["payload"])

    def line(self):
        while len(self.lines) <= self.top + self.row:
            self.lines.append({})
        return self.lines[self.top + self.row]

    def put(self, char):
        if self.col == self.cols:
            self.control(b"\r")
            self.control(b"\n")
        self.line()[self.col] = (char, self.ink, self.ground)
        self.col += 1

    def control(self, byte):
        if byte == b"\r":
            self.col = 0
        elif byte == b"\n" and self.row + 1 < self.rows:
            self.row += 1
        elif byte == b"\n":
            self.top += 1
        self.line()

    def sequence(self, final, params):
        numbers = [int(p or 0) for p in params.split(";")] if not params.startswith("?") else []
        n = max(1, numbers[0]) if numbers else 1
        if final == "A":
            self.row = max(0, self.row - n)
        elif final == "B":
            self.row = min(self.rows - 1, self.row + n)
        elif final == "K":
            self.erase_line()
        elif final == "J":
            self.erase_line()
            del self.lines[self.top + self.row + 1:]
            self.images = [i for i in self.images if i[2] or i[0] < self.top + self.row]
        elif final == "m":
            self.colour(numbers)
        else:
            assert final == "c" or not self.strict, f"not understood: {params}{final}"

    def erase_line(self):
        line = self.line()
        for col in [c for c in line if c >= self.col]:
            del line[col]

    def colour(self, numbers):
        numbers = iter(numbers)
        for n in numbers:
            if n == 0:
                self.ink = self.ground = None
            elif n in (38, 48):
                value = (tuple(next(numbers) for _ in range(3)) if next(numbers) == 2
                         else tuple(int(c) for c in COLOURS[next(numbers)]))
                self.ink, self.ground = (value, self.ground) if n == 38 else (self.ink, value)

    def graphics(self, keys, payload):
        keys = dict(k.split("=") for k in keys.split(","))
        if keys.get("a") == "d":
            self.images = [i for i in self.images if i[2] != int(keys["i"])]
            return
        if keys.get("a") == "q":
            return
        self.pending.update({k: v for k, v in keys.items() if k not in self.pending})
        self.payload += payload
        self.most_part = max(self.most_part, len(payload))
        assert len(payload) <= 4096 and (keys["m"] == "0" or len(payload) % 4 == 0)
        if keys["m"] == "0":
            picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(self.payload, validate=True))))
            assert self.pending["a"] == "T" and self.pending["f"] == "100" and self.pending["q"] == "2"
            number = int(self.pending.get("i", 0))
            self.images = [i for i in self.images if not number or i[2] != number]
            self.images.append((self.top + self.row, self.col, number, picture))
            self.payload, self.pending = b"", {}

    # ---- what is on it ----

    def texts(self):
        """All lines as text, without those at the end that are empty."""
        texts = ["".join(line.get(c, (" ",))[0] for c in range(max(line, default=-1) + 1)).rstrip()
                 for line in self.lines]
        while texts and not texts[-1]:
            texts.pop()
        return texts

    def block_lines(self):
        return [i for i, line in enumerate(self.lines) if any(cell[0] == "\u2580" for cell in line.values())]

    def blocks(self):
        """The picture of the half blocks as (height, width, 3); the lines must follow one another."""
        numbers = self.block_lines()
        assert numbers and numbers == list(range(numbers[0], numbers[-1] + 1)), f"blocks in lines {numbers}"
        width = max(max(self.lines[i]) + 1 for i in numbers)
        rows = []
        for i in numbers:
            cells = [self.lines[i][c] for c in range(width)]
            assert all(c[0] == "\u2580" for c in cells)
            rows.append([c[1] for c in cells])
            if all(c[2] is not None for c in cells):
                rows.append([c[2] for c in cells])
        return np.array(rows, np.uint8)
