/* eval/order.h - the fixed shuffles of the evaluation.
 *
 * The images of a data set, and often the samples of a file, stand in an order that means
 * something: by class, by writer, by difficulty. Whatever takes only some of them, or takes them in
 * blocks, takes them in one of these orders instead.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_EVAL_ORDER_H
#define GAN_EVAL_ORDER_H

#include <stdint.h>

/* The numbers are part of docs/random-streams.md. */
typedef enum order_of {
    ORDER_TRAINING_IMAGES = 0, /* the sets of real images, then those held back for the window */
    ORDER_TEST_IMAGES = 1,     /* their blocks for KID */
    ORDER_SAMPLES = 2,         /* their blocks for KID */
    ORDER_FILE = 3             /* which samples of a longer file are judged */
} order_of;

/* order (n) = the shuffle of 0 .. n-1 for that purpose: it follows from n alone. */
void order_shuffle(order_of what, int n, uint32_t *order);

#endif
