#!/usr/bin/env python3
"""Makes pictures for the tests, good and bad, and the pixels expected from them.

    tests/golden/make_pictures.py        writes pictures/ and pictures.h to its own folder

Needs NumPy and Pillow; neither the build nor the tests need this script. It builds PNG files byte by
byte from known pixels. Pillow writes the JPEG files, without subsampling, and the expected pixels are
those that Pillow reads. Areas are averaged with full matrices of weights.

SPDX-License-Identifier: MIT
"""
import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

import other_pictures

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE / "pictures"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
WIDTH, HEIGHT = 7, 5

rng = np.random.default_rng(6)


def chunk(name, data, crc=None):
    sum_ = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", sum_)


def lines(values, depth):
    """values (H, W, C) as filtered PNG lines: filter 0, bits packed from the left."""
    out = b""
    for row in values:
        flat = row.reshape(-1)
        if depth == 16:
            out += b"\0" + flat.astype(">u2").tobytes()
        elif depth == 8:
            out += b"\0" + flat.astype(np.uint8).tobytes()
        else:
            bits = "".join(format(int(v), f"0{depth}b") for v in flat)
            bits += "0" * (-len(bits) % 8)
            out += b"\0" + bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
    return out


def png(values, depth, kind, interlaced=False, before=b"", size=None, end=True):
    height, width = values.shape[:2]
    header = struct.pack(">IIBBBBB", *(size or (width, height)), depth, kind, 0, 0, int(interlaced))
    if interlaced:
        passes = [values[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(lines(p, depth) for p in passes if p.size)
    else:
        data = lines(values, depth)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before +
            chunk(b"IDAT", zlib.compress(data, 9)) + (chunk(b"IEND", b"") if end else b""))


def random_values(depth, channels):
    return rng.integers(0, 1 << depth, (HEIGHT, WIDTH, channels))


def to_8_bits(values, depth):
    if depth == 16:
        return (values * 255 + 32895) >> 16
    return values * 255 // ((1 << depth) - 1)


good = []   # (file, expected pixels (H, W, C), is colour)
bad = []    # (file, words of the message)


def add(name, data, expected, colour):
    (FOLDER / name).write_bytes(data)
    good.append((name, np.asarray(expected, np.uint8), colour))


def refuse(name, data, words):
    (FOLDER / name).write_bytes(data)
    bad.append((name, words))


def with_alpha(expected, alpha):
    return np.concatenate([expected, alpha[..., None]], axis=2)


def make_png():
    for depth in (1, 2, 4, 8, 16):
        v = random_values(depth, 1)
        add(f"grey-{depth}.png", png(v, depth, GREY), to_8_bits(v, depth), False)
        key = int(v[1, 2, 0])
        add(f"grey-{depth}-key.png", png(v, depth, GREY, before=chunk(b"tRNS", struct.pack(">H", key))),
            with_alpha(to_8_bits(v, depth), np.where(v[..., 0] == key, 0, 255)), False)
    for depth in (8, 16):
        v = random_values(depth, 3)
        add(f"rgb-{depth}.png", png(v, depth, RGB), to_8_bits(v, depth), True)
        key = v[3, 4]
        add(f"rgb-{depth}-key.png", png(v, depth, RGB, before=chunk(b"tRNS", struct.pack(">HHH", *map(int, key)))),
            with_alpha(to_8_bits(v, depth), np.where((v == key).all(axis=2), 0, 255)), True)
        v = random_values(depth, 2)
        add(f"grey-alpha-{depth}.png", png(v, depth, GREY_ALPHA), to_8_bits(v, depth), False)
        v = random_values(depth, 4)
        add(f"rgba-{depth}.png", png(v, depth, RGBA), to_8_bits(v, depth), True)
    for depth in (1, 2, 4, 8):
        colours = rng.integers(0, 256, (min(1 << depth, 20), 3))
        v = rng.integers(0, len(colours), (HEIGHT, WIDTH, 1))
        plte = chunk(b"PLTE", colours.astype(np.uint8).tobytes())
        add(f"palette-{depth}.png", png(v, depth, PALETTE, before=plte), colours[v[..., 0]], True)
        alpha = rng.integers(0, 256, len(colours))
        alpha[-1] = 255
        short = alpha[:-1].astype(np.uint8).tobytes()  # the entries left out are opaque
        add(f"palette-{depth}-alpha.png", png(v, depth, PALETTE, before=plte + chunk(b"tRNS", short)),
            with_alpha(colours[v[..., 0]], alpha[v[..., 0]]), True)
    greys = np.repeat(rng.integers(0, 256, (16, 1)), 3, axis=1)
    v = rng.integers(0, 16, (HEIGHT, WIDTH, 1))
    add("palette-of-greys.png", png(v, 4, PALETTE, before=chunk(b"PLTE", greys.astype(np.uint8).tobytes())),
        greys[v[..., 0]], False)
    v = random_values(8, 3)
    add("interlaced.png", png(v, 8, RGB, interlaced=True), v, True)
    v = random_values(2, 1)
    add("interlaced-2.png", png(v, 2, GREY, interlaced=True), to_8_bits(v, 2), False)
    one = rng.integers(0, 256, (1, 1, 1))
    add("one-pixel.png", png(one, 8, GREY), one, False)
    v = random_values(8, 1)
    sideways = chunk(b"eXIf", exif(6, ">"))
    add("turned.png", png(v, 8, GREY, before=sideways), np.rot90(v, -1), False)
    text = chunk(b"tEXt", b"Comment\0hello") + chunk(b"tIME", bytes(7), crc=1)
    add("odd-chunks.png", png(v, 8, GREY, before=text), v, False)

    def wrong(size):
        return png(v, 8, GREY, size=size)
    refuse("bomb.png", wrong((60000, 60000)), "expected at most 67108864 pixels, and 65500 a side, its header says 60000 x 60000")
    refuse("wide.png", wrong((65536, 1)), "its header says 65536 x 1")
    refuse("no-width.png", wrong((0, 5)), "broken PNG: ")
    refuse("taller.png", wrong((WIDTH, HEIGHT + 1)), "broken PNG: ")
    refuse("bad-crc.png", png(v, 8, GREY)[:-20] + b"\1" + png(v, 8, GREY)[-19:], "broken PNG: ")
    refuse("no-end.png", png(v, 8, GREY, end=False), "broken PNG: it breaks off after ")
    claims = struct.pack(">I", 0x66000000) + b"tEXtComment"
    refuse("claims-more.png", png(v, 8, GREY, before=claims), "broken PNG: it breaks off after ")
    make_odd_png()


def make_odd_png():
    """Palettes and transparency as Pillow reads them; damage that libpng overlooks."""
    v = rng.integers(0, 4, (HEIGHT, WIDTH, 1))
    plte, trns = chunk(b"PLTE", bytes([10, 20, 30, 200, 100, 50])), chunk(b"tRNS", bytes([5, 6, 7, 8]))
    for name, before, mode in [("beyond-palette", plte, "RGB"), ("long-transparency", plte + trns, "RGBA"),
                               ("early-transparency", trns + plte, "RGBA")]:
        data = png(v, 2, PALETTE, before=before)
        add(name + ".png", data, np.asarray(Image.open(io.BytesIO(data)).convert(mode)), True)
    data = png(v, 2, PALETTE, before=plte + trns)
    whole = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    add("interlaced-palette.png", png(v, 2, PALETTE, interlaced=True, before=plte + trns), whole, True)
    g = random_values(8, 1)
    control = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, WIDTH, HEIGHT, 0, 0, 1, 10, 0, 0))
    frame = chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(lines(random_values(8, 1), 8)))
    data = png(g, 8, GREY, before=chunk(b"acTL", struct.pack(">II", 2, 0)) + control, end=False)
    data += chunk(b"fcTL", struct.pack(">IIIIIHHBB", 1, WIDTH, HEIGHT, 0, 0, 1, 10, 0, 0)) + frame
    add("animated.png", data + chunk(b"IEND", b""), g, False)
    turned = exif(6, ">").replace(struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0), struct.pack(">HHII", 0x0112, 4, 1, 6))
    add("turned-long.png", png(g, 8, GREY, before=chunk(b"eXIf", turned)), np.rot90(g, -1), False)
    for name, before in [("transparency", plte + trns[:-1] + b"x"), ("name", plte + b"\0\0\0\4uRNS" + trns[8:])]:
        refuse(f"damaged-{name}.png", png(v, 2, PALETTE, before=before), "broken PNG: damaged after 51 bytes (wrong CRC)")
    turned = chunk(b"eXIf", exif(6, ">"))
    refuse("damaged-exif.png", png(g, 8, GREY, before=turned[:-1] + b"x"), "broken PNG: damaged after 33 bytes (wrong CRC)")
    refuse("two-transparencies.png", png(v, 2, PALETTE, before=plte + trns + trns), "broken PNG: it has two tRNS")
    refuse("wrong-transparency.png", png(g, 8, GREY, before=trns), "broken PNG: its tRNS has the wrong length")


def exif(orientation, order):
    """The smallest TIFF with two entries, the second the orientation."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    width = struct.pack(order + "HHIHH", 0x0100, 3, 1, 7, 0)
    turn = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(order + "IH", 8, 2) + width + turn + bytes(4)


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, subsampling=0, **options)
    return out.getvalue()


def read(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    values = np.asarray(image)
    return values if values.ndim == 3 else values[..., None]


def smooth(channels):
    y, x = np.mgrid[0:17, 0:20]
    planes = [(127 + 120 * np.sin((x * (c + 1) + y * (3 - c)) / 6)).astype(np.uint8) for c in range(channels)]
    return Image.fromarray(np.stack(planes, axis=2).squeeze())


def make_jpeg():
    grey, colour = smooth(1), smooth(3)
    for name, data, is_colour in [
            ("grey.jpg", jpeg(grey), False), ("rgb.jpg", jpeg(colour), True),
            ("progressive.jpg", jpeg(colour, progressive=True), True)]:
        add(name, data, read(data), is_colour)
    for orientation in range(1, 9):
        order = ">" if orientation % 2 else "<"
        data = jpeg(grey.crop((0, 0, 9, 6)), exif=b"Exif\0\0" + exif(orientation, order))
        add(f"turned-{orientation}.jpg", data, read(data), False)
    whole = jpeg(colour)
    at = whole.index(b"\xff\xc0")
    refuse("bomb.jpg", whole[:at + 5] + struct.pack(">HH", 65000, 65000) + whole[at + 9:],
           "expected at most 67108864 pixels, and 65500 a side, its header says 65000 x 65000")
    refuse("taller.jpg", whole[:at + 5] + struct.pack(">HH", 4000, 20) + whole[at + 9:], "broken JPEG: ")
    scans = whole.index(b"\xff\xda")
    refuse("no-scan.jpg", whole[:scans] + b"\xff\xd9", "broken JPEG: ")


def make_others():
    for name, data, words in [("page.png", b"<!DOCTYPE html>", "is not a picture of a known format"),
                              ("empty.png", b"", "is empty")]:
        refuse(name, data, words)


# ---- areas ----

def weights(n, out):
    """(out, n) whole numbers: how much of input pixel i output pixel o covers, in units of 1/out."""
    w = np.zeros((out, n), np.int64)
    for o in range(out):
        for i in range(n):
            w[o, i] = max(0, min((i + 1) * out, (o + 1) * n) - max(i * out, o * n))
    assert (w.sum(axis=1) == n).all()
    return w


def average(x, width, height):
    h, w, c = x.shape
    sums = np.einsum("ai,bj,ijc->abc", weights(h, height), weights(w, width), x.astype(np.int64))
    return (2 * sums + w * h) // (2 * w * h)


def crop(x, width, height):
    h, w = x.shape[:2]
    if w * height > h * width:
        side = max(1, h * width // height)
        left = (w - side) // 2
        x = x[:, left:left + side]
    else:
        side = max(1, w * height // width)
        top = (h - side) // 2
        x = x[top:top + side]
    return average(x, width, height)


def pad(x, width, height, background):
    h, w, c = x.shape
    wide = w * height > h * width
    inner_w = width if wide else max(1, (2 * w * height + h) // (2 * h))
    inner_h = max(1, (2 * h * width + w) // (2 * w)) if wide else height
    out = np.broadcast_to(np.array(background[:c]), (height, width, c)).copy()
    left, top = (width - inner_w) // 2, (height - inner_h) // 2
    out[top:top + inner_h, left:left + inner_w] = average(x, inner_w, inner_h)
    return out


fits = []


def make_fits():
    for w, h, c, width, height in [(7, 5, 1, 3, 3), (5, 7, 3, 4, 4), (4, 4, 3, 4, 4), (2, 3, 1, 5, 5),
                                   (64, 48, 1, 8, 8), (31, 33, 3, 4, 4), (9, 1, 1, 4, 4), (6, 10, 1, 5, 2)]:
        x = rng.integers(0, 256, (h, w, c))
        x[0] = 255 if w == 64 else x[0]
        fits.append((x, "FIT_CROP", crop(x, width, height)))
        fits.append((x, "FIT_PAD", pad(x, width, height, [10, 20, 30] if c == 3 else [10])))


# ---- the header ----

def array(values):
    text, line = [], "    "
    for v in np.asarray(values).reshape(-1):
        word = f"{int(v)},"
        if len(line) + len(word) > 98:
            text.append(line.rstrip())
            line = "    "
        line += word + " "
    return "\n".join(text + [line.rstrip().rstrip(",")])


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    make_png()
    make_jpeg()
    make_others()
    other_pictures.make(add, refuse, exif)
    make_fits()
    out = ["/* Made by make_pictures.py: the pixels expected from the files of pictures/, and averaged areas. */",
           "#ifndef GAN_TESTS_GOLDEN_PICTURES_H", "#define GAN_TESTS_GOLDEN_PICTURES_H", ""]
    for i, (name, expected, colour) in enumerate(good):
        out += [f"static const unsigned char picture_{i}[] = {{ /* {name} */", array(expected), "};"]
    for i, (x, how, expected) in enumerate(fits):
        # The picture has interleaved channels, the sample has one plane per channel.
        out += [f"static const unsigned char fit_from_{i}[] = {{", array(x), "};",
                f"static const unsigned char fit_to_{i}[] = {{", array(np.moveaxis(expected, 2, 0)), "};"]
    out += ["", "static const struct {", "    const char *file;", "    int width, height, channels;",
            "    bool colour;", "    const unsigned char *bytes;", "} good_pictures[] = {"]
    for i, (name, expected, colour) in enumerate(good):
        h, w, c = expected.shape
        out.append(f'    {{ "{name}", {w}, {h}, {c}, {"true" if colour else "false"}, picture_{i} }},')
    out += ["};", "", "static const struct {", "    const char *file, *words;", "} bad_pictures[] = {"]
    out += [f'    {{ "{name}", "{words}" }},' for name, words in bad]
    out += ["};", "", "static const struct {", "    int width, height, channels;", "    fit_mode fitting;",
            "    int to_width, to_height;", "    const unsigned char *from, *to;", "} golden_fits[] = {"]
    for i, (x, how, expected) in enumerate(fits):
        h, w, c = x.shape
        out.append(f"    {{ {w}, {h}, {c}, {how}, {expected.shape[1]}, {expected.shape[0]}, fit_from_{i}, fit_to_{i} }},")
    out += ["};", "", "#endif", ""]
    (HERE / "pictures.h").write_text("\n".join(out))


if __name__ == "__main__":
    main()
