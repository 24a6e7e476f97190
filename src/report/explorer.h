/* report/explorer.h - the generator of a run as JSON that the page can run.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_EXPLORER_H
#define GAN_REPORT_EXPLORER_H

#include <stdbool.h>

#include "base/text.h"
#include "game/generator.h"

/* Whether the generator has to be opened with the net that judges: that of points, whose field the
 * page shows. */
bool explorer_needs_judge(const generator *g);

/* Adds "generator": {"latent", "shape", "told", "operators", "integers", "floats", "starts",
 * "directions", "strengths"}. Only a generator with a condition has "told": {"names"} of its
 * classes, or {"size", "words", "examples"} of texts: V, the known words with a space between them,
 * and captions. The operators are those of nn/describe.h; their tensors are in "integers" and
 * "floats" (report/weights.h), and an operator's "packed" has the axis that counts the outputs of
 * each packed one. "starts" are the latents of the first samples of `gan sample`, and "directions"
 * the latents of length 1 to which the first layer responds most, with the strength of its
 * response; both as floats. That of points has "judge", too: {"operators", "integers", "floats",
 * "middle"}: D(x) is sigmoid(output - middle).
 *
 * A net that the page cannot run is left out, which `notes`, an open JSON array, says.
 * STATUS_MEMORY. */
status explorer_add(text *t, text *notes, generator *g);

#endif
