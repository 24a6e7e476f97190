/* api/wish.h - the class or text that samples of a generator or of a trainer are to show.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_API_WISH_H
#define GAN_API_WISH_H

#include "game/model.h"

/* *wish = that class, or that text; without memory, *wish is everything. STATUS_USAGE if the model
 * has no such class or is not of that kind, or the text is not UTF-8 or has no words;
 * STATUS_MEMORY. *wish is then unchanged. */
status wish_class(condition_list *wish, const known_conditions *k, int class_number);
status wish_text(condition_list *wish, const known_conditions *k, const char *words);

/* For model_ask; points into the wish. */
asked wish_asked(const condition_list *wish, const model *m);

#endif
