"""Pictures for the tests in formats other than PNG, and in the rarer kinds of JPEG; make_pictures.py
imports it.

Pillow writes the files that it can write, others are built byte by byte. The expected pixels are those
that Pillow reads, unless a comment says otherwise.

SPDX-License-Identifier: MIT
"""
import io
import struct

import numpy as np
from PIL import Image, ImageOps

WIDTH, HEIGHT = 7, 5
rng = np.random.default_rng(18)


def pixels(data, mode=None):
    """What Pillow reads, upright: (H, W, C)."""
    image = Image.open(io.BytesIO(data))
    image.load()
    image = ImageOps.exif_transpose(image)
    if mode is None:
        mode = {"1": "L", "P": "RGB", "CMYK": "RGB"}.get(image.mode, image.mode)
    values = np.asarray(image.convert(mode) if image.mode != mode else image)
    return values if values.ndim == 3 else values[..., None]


def saved(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def noise(channels, width=WIDTH, height=HEIGHT, most=256):
    return rng.integers(0, most, (height, width, channels)).astype(np.uint8)


def picture(channels, **size):
    return Image.fromarray(noise(channels, **size).squeeze(2) if channels == 1 else noise(channels, **size))


def smooth(channels):
    y, x = np.mgrid[0:17, 0:20]
    planes = [(127 + 120 * np.sin((x * (c + 1) + y * (3 - c)) / 6)).astype(np.uint8) for c in range(channels)]
    return np.stack(planes, axis=2)


# ---- JPEG ----

def segments(data):
    """The marker segments of a JPEG; a scan includes its compressed bytes."""
    at, parts = 2, []
    while data[at + 1] != 0xd9:
        end = at + 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
        if data[at + 1] == 0xda:
            while not (data[end] == 0xff and data[end + 1] != 0):
                end += 1
        parts.append(data[at:end])
        at = end
    return parts


def joined(parts):
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9"


def without_scans(data, kept):
    """The same file with only some of its scans, each with the tables before it, and an end."""
    parts = segments(data)
    first = [i for i, p in enumerate(parts) if p[1] == 0xda]
    scans = [parts[a + 1:b + 1] for a, b in zip([first[0] - 1] + first, first)]
    return joined(parts[:first[0]] + [p for i in kept for p in scans[i]])


def separate_scans(planes):
    """A baseline JPEG with a scan for each of three components, from three grey ones."""
    greys = [segments(saved(Image.fromarray(planes[..., c]), "JPEG", quality=90)) for c in range(3)]
    parts = [p for p in greys[0] if p[1] in (0xdb, 0xc4, 0xe0)]
    height, width = planes.shape[:2]
    frame = struct.pack(">BBHBHHB", 0xff, 0xc0, 17, 8, height, width, 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    scans = []
    for c, grey in enumerate(greys):
        scan = next(p for p in grey if p[1] == 0xda)
        scans.append(scan[:5] + bytes([c + 1]) + scan[6:])
    return joined(parts[:1] + [frame] + parts[1:] + scans)


def patched(data, marker, offset, value):
    at = data.index(marker) + offset
    return data[:at] + value + data[at + len(value):]


def make_jpeg(add, refuse, exif):
    colour = Image.fromarray(smooth(3))
    inks = saved(Image.fromarray(smooth(4), "CMYK"), "JPEG", quality=90, subsampling=0)
    for name, data in [("cmyk.jpg", inks), ("ycck.jpg", patched(inks, b"Adobe", 11, b"\2"))]:
        add(name, data, pixels(data), True)
    scans = separate_scans(smooth(3))
    add("scans.jpg", scans, pixels(scans), True)
    for c in range(3):
        parts = segments(scans)
        refuse(f"scans-without-{c}.jpg", joined(parts[:-3] + [p for i, p in enumerate(parts[-3:]) if i != c]),
               "broken JPEG: it lacks scans")
    turned = b"Exif\0\0" + exif(6, "<").replace(struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0),
                                                struct.pack("<HHII", 0x0112, 4, 1, 6))
    data = saved(Image.fromarray(smooth(1).squeeze(2)), "JPEG", exif=turned)
    add("turned-long.jpg", data, pixels(data), False)
    whole = saved(colour, "JPEG", quality=90, progressive=True)
    count = sum(p[1] == 0xda for p in segments(whole))
    for name, kept in [("first", [0]), ("half", range(count // 2)), ("most", range(count - 1))]:
        refuse(f"lacks-scans-{name}.jpg", without_scans(whole, kept), "broken JPEG: it lacks scans")
    plain = saved(colour, "JPEG", quality=90)
    for name, data, words in [
            ("12-bit", patched(plain, b"\xff\xc0", 4, b"\x0c"), "a kind that is not supported: 12 bits per value"),
            ("lossless", patched(plain, b"\xff\xc0", 0, b"\xff\xc3"), "a kind that is not supported: lossless"),
            ("hierarchical", patched(plain, b"\xff\xc0", 0, b"\xff\xc5"), "not supported: hierarchical"),
            ("jpeg-ls", patched(plain, b"\xff\xc0", 0, b"\xff\xf7"), "not supported: JPEG-LS"),
            ("late-height", patched(plain, b"\xff\xc0", 5, b"\0\0"), "its height is stated after its pixels"),
            ("wide", patched(plain, b"\xff\xc0", 5, struct.pack(">HH", 1, 65501)), "its header says 65501 x 1")]:
        refuse(name + ".jpg", data, words)


# ---- WebP ----

def make_webp(add, refuse, exif):
    for name, data, mode in [
            ("lossless.webp", saved(picture(3), "WEBP", lossless=True), "RGB"),
            ("lossless-alpha.webp", saved(picture(4), "WEBP", lossless=True, exact=True), "RGBA"),
            ("lossy.webp", saved(Image.fromarray(smooth(3)), "WEBP", quality=80), "RGB"),
            ("lossy-alpha.webp", saved(Image.fromarray(smooth(4)), "WEBP", quality=80), "RGBA"),
            ("turned.webp", saved(picture(3), "WEBP", lossless=True, exif=b"Exif\0\0" + exif(6, ">")), "RGB"),
            ("animated.webp", saved(picture(4), "WEBP", lossless=True, exact=True, save_all=True,
                                    append_images=[picture(4)], duration=100), "RGBA")]:
        add(name, data, pixels(data, mode), True)
    refuse("cut.webp", saved(picture(3), "WEBP", lossless=True)[:-20], "broken WebP: it breaks off")


# ---- GIF ----

def make_gif(add, refuse):
    colours = rng.integers(0, 256, (16, 3)).astype(np.uint8)

    def indexed(width=WIDTH, height=HEIGHT):
        image = Image.fromarray(noise(1, width=width, height=height, most=16).squeeze(2), "P")
        image.putpalette(colours.tobytes())
        return image
    for name, data, mode in [
            ("palette.gif", saved(indexed(), "GIF"), "RGB"),
            ("key.gif", saved(indexed(), "GIF", transparency=3), "RGBA"),
            ("interlaced.gif", saved(indexed(20, 17), "GIF", interlace=1), "RGB"),
            ("animated.gif", saved(indexed(), "GIF", save_all=True, append_images=[indexed()]), "RGB")]:
        add(name, data, pixels(data, mode), True)
    grey = saved(picture(1), "GIF")
    add("grey.gif", grey, pixels(grey, "RGB"), False)
    # A frame that does not cover the canvas: the rest is transparent, as in browsers.
    data = bytearray(saved(indexed(), "GIF"))
    data[6:10] = struct.pack("<HH", WIDTH + 3, HEIGHT + 2)
    at = data.index(b"," + bytes(4) + struct.pack("<HH", WIDTH, HEIGHT))
    expected = np.zeros((HEIGHT + 2, WIDTH + 3, 4), np.uint8)
    expected[1:1 + HEIGHT, 2:2 + WIDTH, :3] = pixels(bytes(data), "RGB")[:HEIGHT, :WIDTH]
    expected[1:1 + HEIGHT, 2:2 + WIDTH, 3] = 255
    data[at + 1:at + 5] = struct.pack("<HH", 2, 1)
    add("small-frame.gif", bytes(data), expected, True)
    refuse("no-picture.gif", bytes(data[:at]) + b";", "broken GIF: it has no picture")
    refuse("cut.gif", bytes(data[:-4]), "broken GIF: it breaks off")


# ---- BMP ----

def bmp(width, height, bits, packing, rows, palette=b"", header=40, after=b""):
    """`after` continues the first 40 bytes of the header, or follows them."""
    info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, packing, len(rows), 0, 0, len(palette) // 4, 0)
    start = 14 + len(info) + len(after) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + info + after + palette + rows


def padded(values, kind):
    return b"".join(line + bytes(-len(line) % 4) for line in (row.astype(kind).tobytes() for row in values))


def make_bmp(add, refuse):
    palette = rng.integers(0, 256, (16, 4)).astype(np.uint8)
    palette[:, 3] = 0
    for mode in ["1", "L", "RGB"]:
        data = saved(picture(3).convert(mode), "BMP")
        add(f"{mode.lower()}.bmp", data, pixels(data, "RGB"), mode == "RGB")
    image = Image.fromarray(noise(1, most=16).squeeze(2), "P")
    image.putpalette(palette[:, 2::-1].tobytes())
    data = saved(image, "BMP")
    add("p.bmp", data, pixels(data, "RGB"), True)
    v = noise(1, width=8, most=16).squeeze(2)
    packed = padded(v[:, ::2] << 4 | v[:, 1::2], np.uint8)
    data = bmp(8, HEIGHT, 4, 0, packed, palette.tobytes())
    add("4-bit.bmp", data, pixels(data, "RGB"), True)
    add("top-down.bmp", bmp(8, -HEIGHT, 4, 0, packed, palette.tobytes()), pixels(data, "RGB")[::-1], True)
    words = rng.integers(0, 1 << 16, (HEIGHT, WIDTH))
    data = bmp(WIDTH, HEIGHT, 16, 0, padded(words, "<u2"))
    add("555.bmp", data, pixels(data, "RGB"), True)
    data = bmp(WIDTH, HEIGHT, 16, 3, padded(words, "<u2"), after=struct.pack("<III", 0xf800, 0x7e0, 0x1f))
    add("565.bmp", data, pixels(data, "RGB"), True)
    words = rng.integers(0, 1 << 32, (HEIGHT, WIDTH))
    data = bmp(WIDTH, HEIGHT, 32, 0, padded(words, "<u4"))
    add("32-bit.bmp", data, pixels(data, "RGB"), True)
    masks = struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000)
    data = bmp(WIDTH, HEIGHT, 32, 3, padded(words, "<u4"), header=56, after=masks)
    add("alpha.bmp", data, pixels(data, "RGBA"), True)
    core = b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 12 + 48) + struct.pack("<IHHHH", 12, 8, HEIGHT, 1, 4)
    data = core + palette[:, :3].tobytes() + packed
    add("os2.bmp", data, pixels(data, "RGB"), True)
    # 3 of index 2, 4 single ones, the end of the row; 7 of index 5, a step to the row after next; ...
    runs = bytes([3, 2, 0, 4, 1, 2, 3, 4, 0, 0, 7, 5, 0, 2, 0, 1, 2, 9, 0, 3, 1, 7, 9, 0, 0, 0, 5, 3, 0, 0, 7, 11, 0, 1])
    data = bmp(WIDTH, HEIGHT, 8, 1, runs, palette.tobytes())
    expected = np.zeros((HEIGHT, WIDTH), int)
    expected[4] = [2, 2, 2, 1, 2, 3, 4]
    expected[3] = 5
    # The step leaves the column unchanged, at the end of the row: the next 5 pixels are dropped.
    expected[1, :5] = 3
    expected[0] = 11
    add("rle8.bmp", data, palette[:, 2::-1][expected], True)
    runs = bytes([5, 0x12, 0, 5, 0x34, 0x56, 0x70, 0, 0, 0, 3, 0x9a, 0, 1])
    data = bmp(10, 2, 4, 2, runs, palette.tobytes())
    add("rle4.bmp", data, palette[:, 2::-1][np.array([[9, 10, 9] + [0] * 7, [1, 2, 1, 2, 1, 3, 4, 5, 6, 7]])], True)
    refuse("rle-cut.bmp", data[:-8], "broken BMP: it breaks off")
    refuse("cut.bmp", saved(picture(3), "BMP")[:-1], "broken BMP: it breaks off")
    refuse("jpeg-inside.bmp", bmp(1, 1, 24, 4, bytes(4)), "is a BMP of a kind that is not supported")
    refuse("bomb.bmp", bmp(60000, 60000, 8, 1, bytes(4)), "its header says 60000 x 60000")


# ---- PNM ----

def make_pnm(add, refuse):
    def text(values):
        return " ".join(map(str, np.asarray(values).reshape(-1))).encode()
    grey, colour = noise(1), noise(3)
    bits = noise(1, most=2)
    wide = rng.integers(0, 1 << 16, (HEIGHT, WIDTH, 1))
    low = noise(3, most=16)
    size = b"%d %d\n" % (WIDTH, HEIGHT)
    packed = b"".join(np.packbits(row).tobytes() for row in bits.squeeze(2))
    for name, data, is_colour in [
            ("plain.pbm", b"P1\n# no pixels here\n" + size + text(bits), False),
            ("dense.pbm", b"P1 " + size + text(bits).replace(b" ", b""), False),
            ("plain.pgm", b"P2\n" + size + b"255\n" + text(grey) + b"\n", False),
            ("plain.ppm", b"P3 " + size + b"# most\n15 " + text(low), True),
            ("raw.pbm", b"P4\n" + size + packed, False), ("raw.pgm", b"P5\n" + size + b"255\n" + grey.tobytes(), False),
            ("raw.ppm", b"P6 " + size + b"255 " + colour.tobytes(), True),
            ("low.ppm", b"P6\n" + size + b"15\n" + low.tobytes(), True)]:
        add(name, data, pixels(data), is_colour)
    # Pillow keeps these 16 bits; here they become the nearest 8.
    add("wide.pgm", b"P5\n" + size + b"65535\n" + wide.astype(">u2").tobytes(), (wide * 255 + 32767) // 65535, False)
    for name, data, words in [
            ("cut.ppm", b"P6 " + size + b"255 " + colour.tobytes()[:-1], "broken PNM: it breaks off"),
            ("few.pgm", b"P2 " + size + b"255 1 2 3", "broken PNM: it breaks off"),
            ("no-number.pgm", b"P2 " + size + b"255 1 x", "broken PNM: it has no number where one is expected"),
            ("too-large.pgm", b"P2 1 1 7 8", "broken PNM: a number in it is too large"),
            ("over.pgm", b"P5 1 1 7\n\x08", "a value in it is larger than the largest that it states"),
            ("zero.pgm", b"P5 1 1 0\n\0", "broken PNM: its largest value is 0"),
            ("bomb.ppm", b"P6 60000 60000 255 ", "its header says 60000 x 60000")]:
        refuse(name, data, words)


# ---- TIFF ----

def tiff(order, tags, blocks, where, sizes):
    """Tags (number, type, values); the offsets and sizes of the blocks get the numbers where and sizes."""
    code = {3: "H", 4: "I"}
    tags = dict((number, (kind, values)) for number, kind, values in tags)
    tags[where], tags[sizes] = (4, [0] * len(blocks)), (4, [len(b) for b in blocks])
    base = 8 + 2 + 12 * len(tags) + 4
    extra_size = sum(len(v) * struct.calcsize(code[k]) for k, v in tags.values()
                     if len(v) * struct.calcsize(code[k]) > 4)
    at = base + extra_size
    tags[where] = (4, [at + sum(map(len, blocks[:i])) for i in range(len(blocks))])
    directory, extra = b"", b""
    for number, (kind, values) in sorted(tags.items()):
        data = struct.pack(order + str(len(values)) + code[kind], *values)
        directory += struct.pack(order + "HHI", number, kind, len(values))
        directory += data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(order + "I", base + len(extra))
        extra += data if len(data) > 4 else b""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IH", 8, len(tags)) + directory + bytes(4) + extra + b"".join(blocks)


def tiff_of(values, meaning, order="<", bits=8, planes=1, rows=None, tile=None, more=()):
    height, width, samples = values.shape
    kind = order + ("u2" if bits == 16 else "u1")
    tags = [(256, 3, [width]), (257, 3, [height]), (258, 3, [bits] * samples), (259, 3, [1]), (262, 3, [meaning]),
            (277, 3, [samples]), (284, 3, [planes]), *more]
    parts = [values] if planes == 1 else [values[..., c:c + 1] for c in range(samples)]
    blocks = []
    for part in parts:
        if tile:
            full = np.zeros((-(-height // tile) * tile, -(-width // tile) * tile, part.shape[2]), part.dtype)
            full[:height, :width] = part
            blocks += [full[y:y + tile, x:x + tile].astype(kind).tobytes() for y in range(0, full.shape[0], tile)
                       for x in range(0, full.shape[1], tile)]
        else:
            blocks += [part[y:y + (rows or height)].astype(kind).tobytes() for y in range(0, height, rows or height)]
    if tile:
        return tiff(order, tags + [(322, 3, [tile]), (323, 3, [tile])], blocks, 324, 325)
    return tiff(order, tags + [(278, 3, [rows or height])], blocks, 273, 279)


def make_tiff(add, refuse):
    indexed = Image.fromarray(noise(1, most=16).squeeze(2), "P")
    indexed.putpalette(rng.integers(0, 256, 48).astype(np.uint8).tobytes())
    for name, data, is_colour in [
            ("grey.tif", saved(picture(1), "TIFF"), False), ("rgb.tif", saved(picture(3), "TIFF"), True),
            ("rgba.tif", saved(picture(4), "TIFF"), True), ("bits.tif", saved(picture(1).convert("1"), "TIFF"), False),
            ("palette.tif", saved(indexed, "TIFF"), True),
            ("lzw.tif", saved(picture(3), "TIFF", compression="tiff_lzw"), True),
            ("deflate.tif", saved(picture(3), "TIFF", compression="tiff_adobe_deflate"), True),
            ("packbits.tif", saved(picture(3), "TIFF", compression="packbits"), True),
            ("group4.tif", saved(picture(1).convert("1"), "TIFF", compression="group4"), False),
            ("jpeg.tif", saved(Image.fromarray(smooth(3)), "TIFF", compression="jpeg"), True),
            ("inks.tif", saved(Image.fromarray(noise(4), "CMYK"), "TIFF"), True),
            ("turned.tif", saved(picture(3), "TIFF", tiffinfo={274: 6}), True),
            ("pages.tif", saved(picture(3), "TIFF", save_all=True, append_images=[picture(1)]), True)]:
        add(name, data, pixels(data), is_colour)
    v = noise(3, width=20, height=18)
    add("big-endian.tif", tiff_of(v, 2, ">"), v, True)
    add("strips.tif", tiff_of(v, 2, rows=4), v, True)
    add("planes.tif", tiff_of(v, 2, planes=2, rows=4), v, True)
    add("tiles.tif", tiff_of(v, 2, tile=16), v, True)
    add("tiles-in-planes.tif", tiff_of(v, 2, ">", planes=2, tile=16), v, True)
    g = noise(1)
    add("white-is-zero.tif", tiff_of(g, 0), 255 - g, False)
    w = rng.integers(0, 1 << 16, (HEIGHT, WIDTH, 3))
    for order, name in [("<", "16-bit.tif"), (">", "16-bit-big-endian.tif")]:
        add(name, tiff_of(w, 2, order, bits=16), (w * 255 + 32895) >> 16, True)
    a = noise(2)
    add("grey-alpha.tif", tiff_of(a, 1, more=[(338, 3, [2])]), a, False)
    a = noise(4)
    a[..., :3] = np.minimum(a[..., :3], a[..., 3:])
    data = tiff_of(a, 2, more=[(338, 3, [1])])
    add("premultiplied.tif", data, pixels(data, "RGBA"), True)
    for name, data, words in [
            ("preview.tif", tiff_of(g, 1, more=[(254, 4, [1])]), "begins with a preview"),
            ("floats.tif", tiff_of(g, 1, more=[(339, 3, [3])]), "not supported: sample format 3"),
            ("32-bit.tif", tiff_of(g, 1, bits=32), "not supported: bits per sample 32"),
            ("lab.tif", tiff_of(v, 8), "not supported: photometric interpretation 8"),
            ("cut.tif", tiff_of(v, 2, rows=4)[:-1], "broken TIFF: "),
            ("bomb.tif", tiff_of(g, 1, more=[(256, 3, [60000]), (257, 3, [60000])]), "its header says 60000 x 60000"),
            ("huge-tiles.tif", tiff_of(g, 1, tile=16, more=[]).replace(
                struct.pack("<HHIHH", 322, 3, 1, 16, 0) + struct.pack("<HHIHH", 323, 3, 1, 16, 0),
                struct.pack("<HHII", 322, 4, 1, 8192) + struct.pack("<HHII", 323, 4, 1, 8192)),
             "its strips or tiles are larger than its picture")]:
        refuse(name, data, words)


def make_foreign(refuse):
    for name, data, words in [
            ("x.tga", bytes([0, 0, 2]) + bytes(9) + struct.pack("<HHBB", 1, 1, 24, 0) + bytes(3),
             "is TGA by its name, which is not supported"),
            ("heic.jpg", b"\0\0\0\x18ftypheic" + bytes(20), "is HEIC, which is not supported"),
            ("avif.png", b"\0\0\0\x20ftypavif" + bytes(20), "is AVIF, which is not supported"),
            ("jxl.png", b"\xff\x0a" + bytes(20), "is JPEG XL, which is not supported"),
            ("pam.pam", b"P7\nWIDTH 1\n", "is PAM, which is not supported"),
            ("qoi.qoi", b"qoif" + bytes(20), "is QOI, which is not supported"),
            ("psd.psd", b"8BPS" + bytes(20), "is PSD, which is not supported")]:
        refuse(name, data, words)


def make(add, refuse, exif):
    make_jpeg(add, refuse, exif)
    make_webp(add, refuse, exif)
    make_gif(add, refuse)
    make_bmp(add, refuse)
    make_pnm(add, refuse)
    make_tiff(add, refuse)
    make_foreign(refuse)
