/* image/show_kitty.c - the graphics protocol of kitty, which Ghostty, WezTerm and Konsole know,
 * too: https://sw.kovidgoyal.net/kitty/graphics-protocol/
 *
 * A PNG in base64, in parts of at most 4096 characters, each of them an escape sequence of its own
 * (an APC) that says whether another one follows (m=1). q=2: the terminal answers nothing, C=1: the
 * cursor stays.
 *
 * SPDX-License-Identifier: MIT */
#include "image/show.h"

#include "base/base64.h"

#include "base/banned.h"

enum { PART = 3072 }; /* bytes, 4096 characters in base64 */

typedef struct parts {
    show_sink to;
    const show_screen *screen;
    const png_picture *picture;
    unsigned char bytes[PART];
    size_t filled;
    bool begun;
} parts;

/* The cells that the picture fills, if the terminal does not tell how large its cells are: the
 * picture was fitted to cells of 10 x 20. */
static void add_size(text *t, const parts *p)
{
    const show_screen *s = p->screen;
    if (s->cell_width <= 0 || s->cell_height <= 0)
        text_add(t, ",c=%d,r=%d", (p->picture->width + 9) / 10, (p->picture->height + 19) / 20);
}

static status put_part(parts *p, bool last)
{
    text t = { 0 };
    text_add(&t, "\033_G");
    if (!p->begun) {
        text_add(&t, "a=T,f=100,q=2,C=1");
        if (p->screen->id)
            text_add(&t, ",i=%u", p->screen->id);
        add_size(&t, p);
        text_add(&t, ",");
    }
    text_add(&t, "m=%d;", !last);
    base64_add(&t, p->bytes, p->filled);
    text_add(&t, "\033\\");
    p->begun = true;
    p->filled = 0;
    status s = show_flush(p->to, &t);
    text_free(&t);
    return s;
}

static status take(void *context, const unsigned char *bytes, size_t n)
{
    parts *p = context;
    for (size_t i = 0; i < n; i++) {
        if (p->filled == PART)
            TRY(put_part(p, false));
        p->bytes[p->filled++] = bytes[i];
    }
    return STATUS_OK;
}

static status draw(show_sink to, const png_picture *picture, const show_screen *s)
{
    parts p = { .to = to, .screen = s, .picture = picture };
    TRY(png_give(picture, (png_taker){ take, &p }));
    return put_part(&p, true);
}

static void erase(text *t, unsigned id)
{
    text_add(t, "\033_Ga=d,d=I,i=%u,q=2\033\\", id);
}

const show_way show_kitty = { .choice = { "kitty",
                                          "the graphics of kitty, Ghostty, WezTerm and Konsole" },
                              .aspect = 1,
                              .draw = draw,
                              .erase = erase };
