/* export/exporter.c - the table of exporters.
 *
 * SPDX-License-Identifier: MIT */
#include "export/exporter.h"

#include <math.h>
#include <strings.h>

#include "export/operators.h"

#include "base/banned.h"

static const exporter *const exporters[] = { &onnx_exporter, &c_exporter, &npz_exporter };
enum { EXPORTER_COUNT = sizeof exporters / sizeof *exporters };

const exporter *exporter_nth(int i)
{
    return i < EXPORTER_COUNT ? exporters[i] : NULL;
}

const exporter *exporter_named(const char *name)
{
    for (int i = 0; i < EXPORTER_COUNT; i++)
        if (strcasecmp(name, exporters[i]->name) == 0)
            return exporters[i];
    return NULL;
}

static status check_finite(const net_operator *o, const operator_tensor *t)
{
    size_t n = operator_tensor_count(t);
    for (size_t i = 0; i < n; i++)
        if (!isfinite(t->data[i]))
            return status_fail(STATUS_FORMAT,
                               "layer %d: its %s is not finite once batch_norm is multiplied into "
                               "it",
                               o->layer + 1, t->name);
    return STATUS_OK;
}

status exporter_write(const exporter *e, const subject *s, out_file *f)
{
    for (int i = 0; i < s->net.count; i++) {
        const net_operator *o = &s->net.operators[i];
        if (o->role == OPERATOR_VERDICT)
            return status_fail(STATUS_USAGE,
                               "layer %d, a %s, is one for discriminators, which gan export does "
                               "not write",
                               o->layer + 1, o->name);
        for (int k = 0; k < operator_tensors(o); k++)
            TRY(check_finite(o, &o->tensors[k]));
    }
    return e->write(s, f);
}

void told_add_names(text *t, const told *of)
{
    for (int i = 0; i < of->count; i++)
        text_add(t, "%s%s", i == 0 ? "" : of->kind == TOLD_CLASS ? "\n" : " ", of->names[i]);
}

const char *told_names(const told *of)
{
    return of->kind == TOLD_CLASS ? "classes" : "words";
}

void exporter_add_names(text *t, const char *dot)
{
    for (int i = 0; i < EXPORTER_COUNT; i++)
        text_add(t, "%s%s%s",
                 i == 0                    ? ""
                 : i + 1 == EXPORTER_COUNT ? " or "
                                           : ", ",
                 dot, exporters[i]->name);
}
