/* base/banned.h - library calls that are build errors here. Included last by every source file.
 *
 * strcpy and friends write past what they are given, atoi cannot fail, rand is not ours, strtok
 * keeps hidden state, alloca cannot fail cleanly, setlocale changes how every number reads.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_BASE_BANNED_H
#define GAN_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The C library has some of them as macros too. */
#undef strcpy
#undef strcat
#undef sprintf
#undef vsprintf
#undef gets
#undef alloca
#pragma GCC poison strcpy strcat sprintf vsprintf gets atoi atol atof rand srand strtok alloca
#pragma GCC poison setlocale

#endif
