/* nn/stage.c - the stages of a net.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/stage.h"

#include "base/banned.h"

stage stage_next(stage s)
{
    s.begin = s.end;
    do
        s.end += s.end < s.net->count;
    while (s.end < s.net->count && !layer_is_matrix(&s.net->layers[s.end]));
    return s;
}

stage stage_previous(stage s)
{
    s.end = s.begin;
    do
        s.begin -= s.begin > 0;
    while (s.begin > 0 && !layer_is_matrix(&s.net->layers[s.begin]));
    return s;
}

layer *stage_head(const stage *s)
{
    layer *first = &s->net->layers[s->begin];
    return s->begin < s->end && layer_is_matrix(first) ? first : NULL;
}

int stage_tail(const stage *s)
{
    return stage_head(s) ? s->begin + 1 : s->begin;
}

view stage_output(const stage *s, int i)
{
    int again = i >= s->net->joins ? s->pass->again : 0;
    return layer_output(&s->net->layers[i], s->x.rows + again);
}

const_view stage_input(const stage *s, int i)
{
    return i > 0 ? as_const(stage_output(s, i - 1)) : s->x;
}

void stage_run_tail(const stage *s, view v, void (*run)(const void *, int, int, view))
{
    if (stage_tail(s) < s->end)
        compute_blocks(s->pass->compute, v, (block_task){ run, s });
}
