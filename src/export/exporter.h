/* export/exporter.h - a generator as a file of other programs: one row for each kind of file.
 *
 * A new exporter is a file that defines its row, and the row's name in exporter.c. It reads the net
 * through nn/describe.h alone and never looks into a layer.
 *
 *     const exporter *e = exporter_named("onnx");
 *     TRY(out_open(&f, path));
 *     return out_commit(f, exporter_write(e, &subject, f));
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EXPORT_EXPORTER_H
#define GAN_EXPORT_EXPORTER_H

#include <stdint.h>

#include "base/file.h"
#include "base/text.h"
#include "nn/describe.h"

/* What the generator is told beside z: one of V classes, or a text as V values (nn/encode.h). */
typedef enum told_kind { TOLD_NOTHING, TOLD_CLASS, TOLD_TEXT } told_kind;

typedef struct told {
    told_kind kind;
    int size;                 /* V */
    int count;                /* of the names */
    const char *const *names; /* of the classes; or the known words, in the order of their bytes */
} told;

/* What is exported. Every file states the spec and the checkpoint's CRC-32, and no time or path, so
 * that the same checkpoint gives the same bytes. */
typedef struct subject {
    const char *name;   /* of the net in the checkpoint: "generator_ema" */
    const char *spec;   /* in its canonical form */
    uint32_t crc;       /* of the checkpoint */
    image_shape latent; /* of an input, */
    image_shape sample; /* and of a sample */
    bool points;        /* samples are points: rows of values, not images */
    bool int8;          /* weights as 8-bit integers (export/int8.h) */
    told told;          /* not TOLD_NOTHING exactly if the net has a Condition */
    net_description net;
} subject;

typedef struct exporter {
    const char *name; /* of the format, and the suffix of its files: "onnx" */
    const char *help;
    bool takes_int8;
    /* Writes the whole file. STATUS_USAGE if the format cannot hold the net, STATUS_IO,
     * STATUS_MEMORY. */
    status (*write)(const subject *s, out_file *f);
} exporter;

/* Writes the file after a check that all tensors are finite: folding can overflow. STATUS_FORMAT
 * with the layer, and as exporter.write. */
status exporter_write(const exporter *e, const subject *s, out_file *f);

/* Adds all names, with a newline between those of classes and a space between words, as a
 * checkpoint has them; and the name of such a text: "classes" or "words". */
void told_add_names(text *t, const told *of);
const char *told_names(const told *of);

extern const exporter onnx_exporter;
extern const exporter c_exporter;
extern const exporter npz_exporter;

/* The i-th exporter; NULL after the last. */
const exporter *exporter_nth(int i);

/* The exporter of that name, in any case; NULL if there is none. */
const exporter *exporter_named(const char *name);

/* Adds ".onnx, .h or .npz": the names of all exporters after `dot`. */
void exporter_add_names(text *t, const char *dot);

#endif
