/* math/relax.h - the pause of a thread that looks again and again.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_MATH_RELAX_H
#define GAN_MATH_RELAX_H

/* Between two looks at what another thread or process will change: tells the core that this thread
 * waits, so that it leaves the other one memory and, on a shared core, time. */
static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

#endif
