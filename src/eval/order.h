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
    ORDER_FILE = 3,            /* which samples of a longer file are judged */
    ORDER_CAPTION = 4,         /* which of its captions an image gives to a sample */
    ORDER_MISMATCH = 5         /* captions that do not fit (eval/retrieval.h) */
} order_of;

/* order (n) = the shuffle of 0 .. n-1 for that purpose: it follows from n alone. */
void order_shuffle(order_of what, int n, uint32_t *order);

/* A number from 0 to n-1 for sample `index`, in that of its draws. */
uint32_t order_below(order_of what, int draw, int index, uint32_t n);

#endif
