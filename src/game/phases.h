/* game/phases.h - which game a run with a task plays in which epoch.
 *
 * "mse:3,adversarial:6" is three epochs of regression (game/regression.h), then six in which D
 * judges as well. The last phase goes on for as long as the run does; its count may be left out.
 *
 * SPDX-License-Identifier: MIT */
#ifndef GAN_GAME_PHASES_H
#define GAN_GAME_PHASES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef enum phase_kind { PHASE_MSE, PHASE_ADVERSARIAL } phase_kind;

enum { PHASES_MOST = 16 };

typedef struct phases {
    int count;
    struct phase {
        phase_kind kind;
        uint32_t epochs; /* 0: of the last one, not stated */
    } of[PHASES_MOST];
} phases;

/* Reads a list; NULL is "mse". STATUS_USAGE, about --phases, with what was expected. */
status phases_parse(phases *p, const char *list);

/* The phase of an epoch, from 0. */
phase_kind phases_at(const phases *p, uint32_t epoch);

/* How many epochs before that one are in a phase of that kind. */
uint32_t phases_before(const phases *p, uint32_t epoch, phase_kind kind);

/* Does any phase have this kind? */
bool phases_have(const phases *p, phase_kind kind);

/* The epochs of all phases; 0: not all of them are stated. */
uint32_t phases_epochs(const phases *p);

/* The name of a kind: "mse". */
const char *phase_name(phase_kind kind);

#endif
