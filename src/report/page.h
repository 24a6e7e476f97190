/* report/page.h - the embedded sources of the page, which the build makes from report/page/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_REPORT_PAGE_H
#define GAN_REPORT_PAGE_H

#include <stddef.h>

typedef struct page_file {
    const char *name; /* "page.html"; NULL after the last */
    const unsigned char *bytes;
    size_t size;
} page_file;

extern const page_file page_files[];

#endif
