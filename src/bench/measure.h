/* bench/measure.h - where the time of a step goes, against the limits of this CPU.
 *
 * Everything is measured on the nets of the options and on random samples, as the least of several
 * repetitions, since the machine's noise only adds to a time. An epoch counts the median of its
 * steps. The products and the parts of a step are those that the game itself tells (game/step.h).
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BENCH_MEASURE_H
#define GAN_BENCH_MEASURE_H

#include "game/options.h"
#include "math/compute.h"

/* One product, of (rows, in) with (in, out) values. A step runs it `times` times. */
typedef struct product_cost {
    const char *net;     /* "G" or "D" */
    const char *product; /* "forward", "dw" or "dx" */
    int layer, rows, in, out, times;
    double seconds, operations; /* of one product; floating-point operations, without waste */
    double cold_seconds;        /* the same with operands that have left the L1 and L2 caches */
} product_cost;

/* A part of a step, in seconds of a step. */
typedef struct part_cost {
    const char *name;
    double seconds;
} part_cost;

typedef struct net_size {
    const char *name; /* "generator" */
    size_t parameters;
} net_size;

enum { MEASURE_MOST_PARTS = 16, MEASURE_MOST_NETS = 4, MEASURE_CACHES = 3 };

typedef struct step_costs {
    const char *isa;
    int threads;
    net_size nets[MEASURE_MOST_NETS];
    int net_count;
    double peak_one, peak; /* operations of fused multiply-adds a second: one thread, all threads */
    size_t caches[MEASURE_CACHES]; /* bytes of L1 (data), L2 and L3; 0: unknown */
    double lost;                   /* the share of the threads' time that other programs took */
    product_cost *products;
    int product_count;
    part_cost parts[MEASURE_MOST_PARTS]; /* the last two: "step", the least, and "median" */
    int part_count;
    double product_seconds, cold_seconds, product_operations; /* of all products of a step */
    double penalty_operations; /* of a step, needed for --r1 and --gradient-penalty */
    uint32_t epoch_steps;
    double file_seconds, epoch_seconds; /* of an epoch's two grids and checkpoint; of all of it */
    double images_per_second;           /* real images, over an epoch */
    double peak_memory;                 /* of this process, in bytes */
} step_costs;

/* Measures a step of these nets, on 60,000 images of 28 x 28 or, where size > 0, on as many bytes
 * of colour images with sides of that size. Writes files into a folder of its own in $TMPDIR, and
 * removes them. STATUS_USAGE for nets that do not fit, STATUS_MEMORY, STATUS_IO. *c must be closed
 * in any case. */
status measure_step(step_costs *c, const model_options *o, int size, const compute_options *how);
void measure_close(step_costs *c);

#endif
