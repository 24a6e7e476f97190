/* bench/measure.h - where the time of a step goes, against what this CPU can do.
 *
 * Everything is measured on the nets of the options and random samples, as the least of several
 * repetitions: the machine's own noise only ever adds to a time. An epoch takes its steps' median.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BENCH_MEASURE_H
#define GAN_BENCH_MEASURE_H

#include "game/options.h"
#include "math/compute.h"

/* One product of a step, of (rows, in) with (in, out) values, done `times` times in it. */
typedef struct product_cost {
    const char *net;     /* "G" or "D" */
    const char *product; /* "forward", "dw" or "dx" */
    int layer, rows, in, out, times;
    double seconds, operations; /* of one; operations are floating-point ones, without waste */
} product_cost;

/* Something else that a step does, in seconds of a step. */
typedef struct part_cost {
    const char *name;
    double seconds;
} part_cost;

enum { MEASURE_MOST_PARTS = 16 };

typedef struct step_costs {
    const char *isa;
    int threads;
    size_t generator_parameters, discriminator_parameters;
    double peak_one, peak; /* fused multiply-adds in operations a second: of one thread, of all */
    product_cost *products;
    int product_count;
    part_cost parts[MEASURE_MOST_PARTS]; /* the last two: "step", the least, and "median" */
    int part_count;
    double product_seconds, product_operations; /* of a step, as are */
    double penalty_operations;                  /* those that --r1 and --gradient-penalty need */
    uint32_t epoch_steps;
    double file_seconds, epoch_seconds; /* an epoch with its two grids and its checkpoint */
    double images_per_second;           /* real ones, over an epoch */
    double peak_memory;                 /* of this process, in bytes */
} step_costs;

/* Measures a step of these nets, on 60,000 images of 28 x 28 or, where size > 0, on as many bytes
 * of colour images with sides of that size. Writes files into a folder of its own in $TMPDIR, and
 * removes them. STATUS_USAGE for nets that do not fit, STATUS_MEMORY, STATUS_IO. *c is to be
 * closed in any case. */
status measure_step(step_costs *c, const model_options *o, int size, const compute_options *how);
void measure_close(step_costs *c);

#endif
