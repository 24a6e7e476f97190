/* data/captions.h - the captions of a data set's samples, and their making.
 *
 *     caption_list l = { 0 };
 *     for each sample, in order:
 *         s = caption_list_sample(&l);
 *         for each of its captions: s = caption_list_add(&l, "a bold seven", "words.txt:7");
 *     s = captions_make(&c, &l);         then in any case caption_list_free(&l)
 *     captions_free(c);
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_DATA_CAPTIONS_H
#define GAN_DATA_CAPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "data/attributes.h"

typedef struct captions {
    int count; /* captions of all samples together */
    uint32_t
        *first;    /* (samples + 1): sample i has captions first[i] .. first[i+1]-1, at least one */
    char **texts;  /* (count): as caption_normalise makes them (base/caption.h), never empty */
    char **shown;  /* (count): as they were written, for people; may be the same pointers */
    char *bytes;   /* what texts and shown point into: equal texts are the same pointer */
    size_t length; /* of bytes */
    size_t memory; /* bytes that all of them take */
    attribute_limits limits; /* of the training images, if a template has attributes */
    signed char *said;       /* (count, ATTRIBUTES): which word for an attribute a caption from a
                                template has, as attribute_level; NULL: none has one */
} captions;

/* Captions in the making. */
typedef struct caption_list {
    text bytes;            /* all different texts, each with a NUL */
    size_t *texts, *shown; /* (count), offsets of them */
    uint32_t *first;       /* (samples) */
    int count, samples, room, sample_room;
    size_t *table; /* (slots), a hash table of offsets + 1; 0: empty */
    size_t slots, used;
} caption_list;

/* Begins the next sample. STATUS_MEMORY. */
status caption_list_sample(caption_list *l);

/* Adds a caption of the last sample that was begun. `where`, its file and line, begins the message
 * of a failure: STATUS_FORMAT if it is empty or not UTF-8, STATUS_MEMORY. */
status caption_list_add(caption_list *l, const char *caption, const char *where);

/* Gives the last sample the captions that an earlier one has. STATUS_MEMORY. */
status caption_list_repeat(caption_list *l, int sample);

/* *c: the captions of all samples that were begun, each of which has one at least; malloc'ed.
 * STATUS_MEMORY. */
status captions_make(captions **c, const caption_list *l);
void caption_list_free(caption_list *l);

/* Takes the memory for c->said: no caption says anything yet. STATUS_MEMORY. */
status captions_say(captions *c);

/* *out: the captions of the n samples order[i] of `from`, in that order; malloc'ed. STATUS_MEMORY.
 */
status captions_select(captions **out, const captions *from, const uint32_t *order, int n);

/* Keeps the captions of the first `samples` samples. */
void captions_cut(captions *c, int samples);

/* Adds to a CRC-32 (zlib's), for each of the first `samples` samples, the number of its captions as
 * 4 bytes, little-endian, and each text with its NUL. */
uint32_t captions_crc(uint32_t crc, const captions *c, int samples);

/* In bytes; 0 for NULL. */
size_t captions_memory(const captions *c);

/* c may be NULL. */
void captions_free(captions *c);

#endif
