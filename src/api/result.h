/* api/result.h - results as include/gan/gan.h has them; shared by the files of api/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_API_RESULT_H
#define GAN_API_RESULT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "gan/gan.h"

/* The public code of a status; after a failure `message` has this thread's message, cut to `size`.
 */
gan_status api_result(status s, char *message, size_t size);

/* True if first .. first+n-1 are valid numbers of samples. */
static inline bool api_is_range(int first, int n)
{
    return n >= 0 && first >= 0 && n <= INT_MAX - first;
}

#endif
