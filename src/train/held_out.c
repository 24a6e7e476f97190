/* train/held_out.c - opens test pictures for a run with a task.
 *
 * SPDX-License-Identifier: MIT */
#include "train/held_out.h"

#include "train/restored_picture.h"

#include "base/banned.h"

/* Large pictures, which keep their sizes: then fewer of them have to do. */
enum { MOST_MEMORY = 64 << 20 };

status held_out_find(const dataset *train, bool *found)
{
    const data_place of = { .kind = train->kind, .path = train->path };
    data_place f;
    *found = train->held != NULL;
    if (*found)
        return STATUS_OK;
    status s = find_test(&f, &of);
    *found = s == STATUS_OK && f.kind != DATA_NONE;
    data_place_free(&f);
    return s;
}

dataset_request held_out_request(const dataset *train, const train_options *o, const compute *c)
{
    return (dataset_request){ .where = o->data,
                              .images = o->images,
                              .channels = train->channels,
                              .crop = train->crop,
                              .crop_step = task_nth(o->model.task)->scales ? o->model.scale : 1,
                              .memory = (double)o->memory,
                              .on_disk = o->memory > 0,
                              .compute = c };
}

status held_out_open(held_out *h, trainer *t)
{
    bool found = false;
    *h = (held_out){ 0 };
    if (t->options.model.task == TASK_NONE)
        return STATUS_OK;
    TRY(held_out_find(&t->data, &found));
    if (!found)
        return STATUS_OK;
    dataset_request q = held_out_request(&t->data, &t->options, &t->compute);
    if (!q.on_disk)
        q.memory = MOST_MEMORY;
    status s = STATUS_OK;
    bool too_large = true;
    q.too_large = &too_large;
    for (q.limit = RESTORED_COUNT; q.limit > 0 && too_large; q.limit /= 2) {
        too_large = false;
        s = dataset_open_test(&h->data, &t->data, &q);
    }
    return too_large ? STATUS_OK : s;
}

void held_out_plan(held_out *h, arena *a, const model *m)
{
    if (h->data.count > 0)
        pairs_plan(&h->pairs, a, m, &h->data);
}

const pairs *held_out_pairs(const held_out *h)
{
    return h->data.count > 0 ? &h->pairs : NULL;
}

void held_out_close(held_out *h)
{
    dataset_close(&h->data);
    *h = (held_out){ 0 };
}
