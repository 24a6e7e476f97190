/* api/generator.h - what include/gan/gan.h calls a gan_generator; shared by the files of api/.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_API_GENERATOR_H
#define GAN_API_GENERATOR_H

#include "game/generator.h"
#include "gan/gan.h"

struct gan_generator {
    generator generator;
    compute compute;
    condition_list wish; /* the class or text that was asked for; else without memory */
};

#endif
