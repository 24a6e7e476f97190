/* nn/condition.c - the vectors of conditions, and what an embedding learns from their gradient.
 *
 * SPDX-License-Identifier: MIT */
#include "nn/condition.h"

#include <string.h>

#include "base/banned.h"

typedef struct embedding_task {
    condition of;
    const_view from; /* the embedding, or de */
    view to;         /* e, or the embedding's gradient, */
    bool goes_on;    /* which then is not cleared first */
} embedding_task;

static void embed_row(const void *context, int row)
{
    const embedding_task *t = context;
    const condition_table *table = t->of.table;
    uint32_t id = t->of.ids[row];
    float *e = view_row(t->to, row);
    memset(e, 0, (size_t)t->to.cols * sizeof *e);
    for (uint32_t i = table->first[id]; i < table->first[id + 1]; i++) {
        const condition_feature *f = &table->features[i];
        const float *from = const_view_row(t->from, (int)f->index);
        for (int n = 0; n < t->to.cols; n++)
            e[n] += f->weight * from[n];
    }
}

void condition_embed(const compute *c, condition of, const_view embedding, view e)
{
    embedding_task t = { of, embedding, e, false };
    team_run(c->team, e.rows, embed_row, &t);
}

/* A task has columns of its own, so that a sum has one owner. */
enum { TASK_COLS = 16 };

static void gather_columns(const void *context, int task)
{
    const embedding_task *t = context;
    const condition_table *table = t->of.table;
    int begin = task * TASK_COLS;
    int end = begin + TASK_COLS < t->to.cols ? begin + TASK_COLS : t->to.cols;
    for (int v = 0; v < t->to.rows && !t->goes_on; v++)
        memset(view_row(t->to, v) + begin, 0, (size_t)(end - begin) * sizeof(float));
    for (int row = 0; row < t->from.rows; row++) {
        const float *de = const_view_row(t->from, row);
        uint32_t id = t->of.ids[row];
        for (uint32_t i = table->first[id]; i < table->first[id + 1]; i++) {
            const condition_feature *f = &table->features[i];
            float *to = view_row(t->to, (int)f->index);
            for (int n = begin; n < end; n++)
                to[n] += f->weight * de[n];
        }
    }
}

void condition_embed_gradient(const compute *c, bool goes_on, condition of, const_view de,
                              view gradient)
{
    embedding_task t = { of, de, gradient, goes_on };
    team_run(c->team, (gradient.cols + TASK_COLS - 1) / TASK_COLS, gather_columns, &t);
}
