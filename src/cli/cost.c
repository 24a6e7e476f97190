/* cli/cost.c - estimates the time of a run from its first steps.
 *
 * SPDX-License-Identifier: MIT */
#include "cli/cost.h"

#include <inttypes.h>
#include <math.h>

#include "game/task.h"

#include "base/banned.h"

/* What is enough to tell: in less time, the clock and other programs disturb too much. */
static const double least_seconds = 3;
enum { LEAST_STEPS = 2 };

static double round_to(double x, double step)
{
    return step * floor(x / step + 0.5);
}

void cost_add_time(text *t, double seconds)
{
    enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };
    if (seconds < 19.5)
        text_add(t, "%.0f s", seconds < 1 ? 1 : round_to(seconds, 1));
    else if (seconds < 87.5)
        text_add(t, "%.0f s", round_to(seconds, 5));
    else if (seconds < 89.5 * MINUTE)
        text_add(t, "%.0f min", round_to(seconds / MINUTE, 1));
    else if (seconds < 47.9 * HOUR) {
        double minutes = round_to(seconds / MINUTE, 5);
        text_add(t, "%.0f h", floor(minutes / 60));
        if (fmod(minutes, 60) > 0)
            text_add(t, " %.0f min", fmod(minutes, 60));
    } else if (seconds < 1000.0 * DAY) {
        double hours = round_to(seconds / HOUR, 1);
        text_add(t, "%.0f d", floor(hours / 24));
        if (fmod(hours, 24) > 0)
            text_add(t, " %.0f h", fmod(hours, 24));
    } else
        text_add(t, "%.0f years", seconds / (365.25 * DAY));
}

static bool has_phases(const model *m)
{
    return m->options.task != TASK_NONE;
}

static void begin(cost *c, const model *m)
{
    c->from = m->epoch;
    c->until = m->epoch + 1;
    while (c->until < (uint32_t)c->epochs &&
           (!has_phases(m) || phases_at(&m->phases, c->until) == phases_at(&m->phases, c->from)))
        c->until = has_phases(m) ? c->until + 1 : (uint32_t)c->epochs;
    c->since = 0;
    c->said = false;
}

void cost_open(cost *c, const model *m, const train_options *o)
{
    *c = (cost){ .epochs = o->epochs,
                 .picture_every = o->picture_every,
                 .eval_every = o->eval_every,
                 .resumed = o->resume };
    begin(c, m);
}

bool cost_is_known(cost *c, const model *m, double now)
{
    if (m->epoch >= c->until)
        begin(c, m);
    if (c->said)
        return false;
    if (c->since <= 0) {
        c->since = now;
        c->first = model_total_steps(m);
        return false;
    }
    return model_total_steps(m) - c->first >= LEAST_STEPS && now - c->since >= least_seconds;
}

/* The epoch after which the next picture is written, in the epoch in which this call began; 0: it
 * is there already, or there will be none. */
static uint32_t first_picture(const cost *c, const model *m)
{
    uint32_t every = (uint32_t)c->picture_every;
    if (every == 0)
        return 0;
    uint32_t at = (c->from / every + 1) * every;
    at = at < (uint32_t)c->epochs ? at : (uint32_t)c->epochs;
    return at > m->epoch ? at : 0;
}

void cost_say(cost *c, const model *m, double now, text *t)
{
    double done = model_total_steps(m), rate = (done - c->first) / (now - c->since);
    double before = (double)c->from * model_epoch_steps(m); /* this call began there or later */
    double begun = c->first - 1 > before ? c->first - 1 : before;
    double end = (double)c->until * model_epoch_steps(m);
    bool goes_on = c->resumed || c->from > 0;
    uint32_t epochs = c->until - c->from, picture = first_picture(c, m);
    text_add(t, "about ");
    cost_add_time(t, (end - begun) / rate);
    text_add(t, " for %s%" PRIu32 " epoch%s", goes_on ? "the " : "", epochs, text_plural(epochs));
    if (has_phases(m) && m->phases.count > 1)
        text_add(t, " of %s", phase_name(phases_at(&m->phases, c->from)));
    else if (goes_on)
        text_add(t, " left");
    text_add(t, " on this machine");
    if (picture > 0) {
        text_add(t, ", %s picture after ", goes_on ? "next" : "first");
        cost_add_time(t, ((double)picture * model_epoch_steps(m) - begun) / rate);
    }
    if (c->eval_every > 0 &&
        m->epoch / (uint32_t)c->eval_every == c->from / (uint32_t)c->eval_every)
        text_add(t, ", and the time of --eval-every");
    c->said = true;
}
