/* format/bitmap.c - the formats of pictures, and what their readers share.
 *
 * SPDX-License-Identifier: MIT */
#include "format/bitmap.h"

#include <string.h>
#include <strings.h>

#include "format/bmp.h"
#include "format/gif.h"
#include "format/jpeg.h"
#include "format/png.h"
#include "format/pnm.h"
#include "format/tiff.h"
#include "format/webp.h"

#include "base/banned.h"

/* ---- formats ---- */

/* A text may begin with the two letters of these formats, but not with what has to follow them. */
static bool is_bmp(const unsigned char *bytes, size_t n)
{
    return n >= 18 && memcmp(bytes + 6, "\0\0\0\0", 4) == 0 && memcmp(bytes + 15, "\0\0\0", 3) == 0;
}

/* P1 to P6, a space, and a number or a comment. */
static bool is_pnm(const unsigned char *bytes, size_t n)
{
    if (n < 4 || bytes[1] < '1' || bytes[1] > '6' || !bytes[2] || !strchr(" \t\r\n#", bytes[2]))
        return false;
    size_t i = 2;
    while (i < n - 1 && bytes[i] && strchr(" \t\r\n", bytes[i]))
        i++;
    return bytes[i] == '#' || (bytes[i] >= '0' && bytes[i] <= '9');
}

static bool is_pcx(const unsigned char *bytes, size_t n)
{
    return n >= 4 && bytes[1] <= 5 && bytes[2] == 1 && (bytes[3] == 1 || bytes[3] == 8);
}

/* A count of pictures up to 255, and a reserved byte of the first. */
static bool is_ico(const unsigned char *bytes, size_t n)
{
    return n >= 22 && bytes[4] > 0 && bytes[5] == 0 && bytes[9] == 0;
}

typedef struct picture_format {
    const char *name;
    size_t at;         /* where the magic stands */
    const char *magic; /* NULL: told by the name of the file only */
    size_t length;     /* of the magic; 0: strlen */
    bool (*matches)(const unsigned char *bytes, size_t n); /* besides the magic; may be NULL */
    const bitmap_reader *reader;                           /* NULL: not supported */
    const char *ends; /* names of such files end with one of these words */
} picture_format;

static const picture_format formats[] = {
    { .name = "PNG", .magic = "\x89PNG\r\n\x1a\n", .reader = &png_reader, .ends = "png apng" },
    { .name = "JPEG",
      .magic = "\xff\xd8\xff",
      .reader = &jpeg_reader,
      .ends = "jpg jpeg jpe jfif" },
    { .name = "WebP", .at = 8, .magic = "WEBPVP8", .reader = &webp_reader, .ends = "webp" },
    { .name = "GIF", .magic = "GIF8", .reader = &gif_reader, .ends = "gif" },
    { .name = "BMP", .magic = "BM", .matches = is_bmp, .reader = &bmp_reader, .ends = "bmp dib" },
    { .name = "PNM",
      .magic = "P",
      .matches = is_pnm,
      .reader = &pnm_reader,
      .ends = "pnm pbm pgm ppm" },
    { .name = "TIFF", .magic = "II*\0", .length = 4, .reader = &tiff_reader, .ends = "tif tiff" },
    { .name = "TIFF", .magic = "MM\0*", .length = 4, .reader = &tiff_reader },
    { .name = "TIFF", .magic = "II+\0", .length = 4, .reader = &tiff_reader },
    { .name = "TIFF", .magic = "MM\0+", .length = 4, .reader = &tiff_reader },
    /* Not supported: named, so that nobody wonders why they are left out. */
    { .name = "AVIF", .at = 4, .magic = "ftypavi", .ends = "avif avifs" },
    { .name = "HEIC", .at = 4, .magic = "ftyphe", .ends = "heic heif hif" },
    { .name = "HEIC", .at = 4, .magic = "ftypmif1" },
    { .name = "HEIC", .at = 4, .magic = "ftypmsf1" },
    { .name = "JPEG XL", .at = 4, .magic = "JXL \r\n", .ends = "jxl" },
    { .name = "JPEG XL", .magic = "\xff\x0a" },
    { .name = "JPEG 2000", .at = 4, .magic = "jP  \r\n", .ends = "jp2 j2k jpx jpf" },
    { .name = "JPEG 2000", .magic = "\xff\x4f\xff\x51" },
    { .name = "PAM", .magic = "P7\n", .ends = "pam" },
    { .name = "PFM", .magic = "PF\n", .ends = "pfm" },
    { .name = "PFM", .magic = "Pf\n" },
    { .name = "QOI", .magic = "qoif", .ends = "qoi" },
    { .name = "farbfeld", .magic = "farbfeld" },
    { .name = "OpenEXR", .magic = "\x76\x2f\x31\x01", .ends = "exr" },
    { .name = "Radiance HDR", .magic = "#?RADIANCE", .ends = "hdr" },
    { .name = "DDS", .magic = "DDS ", .ends = "dds" },
    { .name = "PSD", .magic = "8BPS", .ends = "psd psb" },
    { .name = "XCF", .magic = "gimp xcf", .ends = "xcf" },
    { .name = "SGI", .magic = "\x01\xda", .ends = "sgi" },
    { .name = "Sun raster", .magic = "\x59\xa6\x6a\x95" },
    { .name = "PCX", .magic = "\x0a", .matches = is_pcx, .ends = "pcx" },
    { .name = "ICO", .magic = "\0\0\1\0", .length = 4, .matches = is_ico, .ends = "ico" },
    { .name = "ICNS", .magic = "icns", .ends = "icns" },
    { .name = "MNG", .magic = "\x8aMNG\r\n\x1a\n", .ends = "mng" },
    { .name = "JNG", .magic = "\x8bJNG\r\n\x1a\n", .ends = "jng" },
    { .name = "JPEG XR", .magic = "II\xbc\1", .ends = "jxr wdp hdp" },
    { .name = "BPG", .magic = "BPG\xfb", .ends = "bpg" },
    { .name = "FLIF", .magic = "FLIF", .ends = "flif" },
    { .name = "XPM", .magic = "/* XPM */", .ends = "xpm" },
    { .name = "FITS", .magic = "SIMPLE  =", .ends = "fits" },
    { .name = "XBM", .ends = "xbm" },
    { .name = "TGA", .ends = "tga" },
    { .name = "DICOM", .ends = "dcm" },
    { .name = "camera raw", .ends = "cr2 cr3 nef arw dng orf rw2 raf pef srw" },
};

enum { FORMATS = sizeof formats / sizeof *formats };

static bool has_magic(const picture_format *f, const unsigned char *bytes, size_t n)
{
    size_t length = f->length > 0 || !f->magic ? f->length : strlen(f->magic);
    return f->magic && n >= f->at + length && memcmp(bytes + f->at, f->magic, length) == 0 &&
           (!f->matches || f->matches(bytes, n));
}

static const picture_format *find(const unsigned char *bytes, size_t n)
{
    for (int i = 0; i < FORMATS; i++)
        if (has_magic(&formats[i], bytes, n))
            return &formats[i];
    return NULL;
}

const char *bitmap_format_of(const unsigned char *bytes, size_t n)
{
    const picture_format *f = find(bytes, n);
    return f ? f->name : NULL;
}

/* Whether the word is among these, which are separated by spaces. */
static bool is_among(const char *words, const char *word, size_t n)
{
    for (const char *w = words; w && *w; w += strcspn(w, " "), w += *w == ' ')
        if (strcspn(w, " ") == n && strncasecmp(w, word, n) == 0)
            return true;
    return false;
}

const char *bitmap_format_by_name(const char *path)
{
    const char *end = strrchr(path, '.');
    if (!end || end == path || end[-1] == '/' || strchr(end, '/'))
        return NULL;
    for (int i = 0; i < FORMATS; i++)
        if (is_among(formats[i].ends, end + 1, strlen(end + 1)))
            return formats[i].name;
    return NULL;
}

/* Of a format with several magics only the first row counts. */
static bool is_first_row(int i)
{
    return i == 0 || formats[i].reader != formats[i - 1].reader;
}

static void add_names(text *t, bool missing)
{
    const char *between = "";
    for (int i = 0; i < FORMATS; i++) {
        const bitmap_reader *r = formats[i].reader;
        if (!r || r->missing != missing || !is_first_row(i))
            continue;
        text_add(t, "%s%s", between, formats[i].name);
        if (r->package && !missing)
            text_add(t, " (%s)", r->package);
        between = ", ";
    }
}

void bitmap_add_formats(text *t)
{
    add_names(t, false);
}

void bitmap_add_missing(text *t)
{
    add_names(t, true);
}

/* ---- for the readers ---- */

status bitmap_check_size(const char *path, size_t width, size_t height)
{
    if (width < 1 || height < 1)
        return status_fail(STATUS_FORMAT, "%s: has no pixels: %zu x %zu", path, width, height);
    if (width > BITMAP_MOST_SIDE || height > BITMAP_MOST_SIDE ||
        width * height > BITMAP_MOST_PIXELS)
        return status_fail(STATUS_FORMAT,
                           "%s: expected at most %d pixels, and %d a side, its header says "
                           "%zu x %zu",
                           path, BITMAP_MOST_PIXELS, BITMAP_MOST_SIDE, width, height);
    return STATUS_OK;
}

status bitmap_broken(const char *path, const char *format, const char *why)
{
    return status_fail(STATUS_FORMAT, "%s: broken %s: %s", path, format, why);
}

status bitmap_lacks_library(const char *path, const char *format, const char *library)
{
    return status_fail(STATUS_FORMAT,
                       "%s: is a %s, and this gan was built without %s: install its development "
                       "files and build again",
                       path, format, library);
}

/* ---- EXIF ---- */

static unsigned long exif_number(const unsigned char *at, int bytes, bool little)
{
    unsigned long x = 0;
    for (int i = 0; i < bytes; i++)
        x = x << 8 | at[little ? bytes - 1 - i : i];
    return x;
}

/* The bytes of a whole number of this type of TIFF; 0 for all other types. Orientation is defined
 * as SHORT, but some programs write it as LONG or signed. */
static int exif_size(unsigned long type)
{
    enum { SHORT = 3, LONG = 4, SIGNED_SHORT = 8, SIGNED_LONG = 9 };
    return type == SHORT || type == SIGNED_SHORT ? 2 : type == LONG || type == SIGNED_LONG ? 4 : 0;
}

/* TIFF 6.0: byte order, 42, the offset of a directory. A directory is a count in 2 bytes, then
 * entries of 12 bytes each: tag, type, count, value. */
int bitmap_orientation(const unsigned char *exif, size_t n)
{
    enum { HEADER = 8, ENTRY = 12, ORIENTATION = 0x0112 };
    if (n < HEADER || (memcmp(exif, "II*\0", 4) != 0 && memcmp(exif, "MM\0*", 4) != 0))
        return 1;
    bool little = exif[0] == 'I';
    size_t at = exif_number(exif + 4, 4, little);
    if (at > n - 2)
        return 1;
    size_t entries = exif_number(exif + at, 2, little);
    at += 2;
    for (size_t i = 0; i < entries && n - at >= ENTRY; i++, at += ENTRY) {
        int size = exif_size(exif_number(exif + at + 2, 2, little));
        if (exif_number(exif + at, 2, little) != ORIENTATION || size == 0)
            continue;
        unsigned long value = exif_number(exif + at + 8, size, little);
        return value >= 1 && value <= 8 ? (int)value : 1;
    }
    return 1;
}

bitmap_position bitmap_position_of(int orientation)
{
    static const bitmap_position positions[9] = {
        [2] = { false, true, false }, [3] = { false, true, true }, [4] = { false, false, true },
        [5] = { true, false, false }, [6] = { true, false, true }, [7] = { true, true, true },
        [8] = { true, true, false }
    };
    return positions[orientation];
}

bool bitmap_is_on_its_side(int orientation)
{
    return bitmap_position_of(orientation).on_its_side;
}

/* ---- reading ---- */

static status refuse(const bitmap_file *f, const picture_format *format)
{
    const char *called = bitmap_format_by_name(f->path);
    if (format)
        return status_fail(STATUS_FORMAT, "%s: is %s, which is not supported: convert it to PNG",
                           f->path, format->name);
    if (f->n == 0)
        return status_fail(STATUS_FORMAT, "%s: is empty, expected a picture", f->path);
    for (int i = 0; called && i < FORMATS; i++)
        if (strcmp(formats[i].name, called) == 0 && !formats[i].reader)
            return status_fail(STATUS_FORMAT,
                               "%s: is %s by its name, which is not supported: convert it to PNG",
                               f->path, called);
    return status_fail(STATUS_FORMAT, "%s: is not a picture of a known format", f->path);
}

static status read_any(bitmap_form *form, const bitmap_sink *sink, const bitmap_file *f)
{
    const picture_format *format = find(f->bytes, f->n);
    *form = (bitmap_form){ .orientation = 1 };
    if (!format || !format->reader)
        return refuse(f, format);
    return format->reader->read(form, sink, f);
}

status bitmap_read(const bitmap_sink *sink, const bitmap_file *f)
{
    bitmap_form form;
    return read_any(&form, sink, f);
}

status bitmap_read_header(bitmap_header *h, const bitmap_file *f)
{
    bitmap_form form;
    *h = (bitmap_header){ 0 };
    TRY(read_any(&form, NULL, f));
    bool turned = bitmap_is_on_its_side(form.orientation);
    *h = (bitmap_header){ .width = turned ? form.height : form.width,
                          .height = turned ? form.width : form.height,
                          .colour = form.colour,
                          .memory = form.memory };
    return STATUS_OK;
}
