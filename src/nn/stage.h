/* nn/stage.h - the stages of a net, which net.c and penalty.c walk.
 *
 * A stage is a matrix layer, its head, and the elementwise layers that follow it, its tail. The
 * head hands each block of its result, while that is in the cache, to the tail. The first stage of
 * a net that begins with elementwise layers has a tail only.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_NN_STAGE_H
#define GAN_NN_STAGE_H

#include "nn/net.h"

/* A stage in a pass. Blocks of the stage are handed to its tail with the stage as the context. */
typedef struct stage {
    net *net;
    const pass *pass;   /* NULL where a walk only looks at layers */
    const_view x;       /* (B, in): the net's input in this pass */
    float *const *kept; /* of nn/penalty.h, in its passes, */
    int top;            /* as is this */
    int begin, end;     /* its layers are begin .. end-1; none where the two are equal */
} stage;

/* The first stage after s, and the last one before it; empty where there is none. A walk starts
 * from a stage without layers: forward with end = 0, backward with begin = net->count. */
stage stage_next(stage s);
stage stage_previous(stage s);

/* The stage's matrix layer; NULL where it has none. */
layer *stage_head(const stage *s);

/* The number of its first elementwise layer; s->end where it has none. */
int stage_tail(const stage *s);

/* The output of layer i (B, out), and its input (B, in). */
view stage_output(const stage *s, int i);
const_view stage_input(const stage *s, int i);

/* Runs the tail on all blocks of v, in parallel; nothing where the stage has no tail. */
void stage_run_tail(const stage *s, view v, void (*run)(const void *, int, int, view));

#endif
