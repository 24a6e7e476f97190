/* image/show.c - the table of ways to show a picture, and what they have in common.
 *
 * SPDX-License-Identifier: MIT */
#include "image/show.h"

#include "image/screen_fit.h"

#include "base/banned.h"

static const show_way *const ways[] = { &show_kitty, &show_sixel, &show_blocks, &show_colours,
                                        &show_characters };
enum { WAY_COUNT = sizeof ways / sizeof *ways };

const show_way *show_way_nth(int i)
{
    return i < WAY_COUNT ? ways[i] : NULL;
}

show_subject show_grid(const grid_sheet *s)
{
    const grid *g = &s->tiles;
    return (show_subject){ grid_picture(s), g->rows, g->cols, g->width, g->height, g->pad };
}

show_subject show_whole(png_picture p)
{
    return (show_subject){ p, 1, 1, p.width, p.height, 0 };
}

status show_flush(show_sink to, text *t)
{
    TRY(text_check(t));
    status s = t->length > 0 ? to.take(to.context, t->data, t->length) : STATUS_OK;
    t->length = 0;
    return s;
}

/* Graphics are drawn between these two: the first makes room below the cursor, so that nothing
 * scrolls while they are drawn, and the second puts the cursor below them, wherever they leave it.
 */
static void add_before(text *t, int lines)
{
    for (int i = 0; i < lines; i++)
        text_add(t, "\n");
    text_add(t, "\033[%dA\0337", lines);
}

static void add_after(text *t, int lines)
{
    text_add(t, "\0338\033[%dB\r", lines);
}

static status draw_graphics(const show_way *way, const png_picture *p, const show_screen *s,
                            show_sink to, int lines)
{
    text around = { 0 };
    add_before(&around, lines);
    status result = show_flush(to, &around);
    if (result == STATUS_OK)
        result = way->draw(to, p, s);
    if (result == STATUS_OK) {
        add_after(&around, lines);
        result = show_flush(to, &around);
    }
    text_free(&around);
    return result;
}

/* The cells of a VT340, for terminals that do not tell how large theirs are. */
enum { USUAL_CELL_WIDTH = 10, USUAL_CELL_HEIGHT = 20 };

status show_draw(const show_way *way, const show_subject *what, const show_screen *s, show_sink to,
                 show_result *result)
{
    screen_fit f;
    int usual = s->cell_width <= 0 || s->cell_height <= 0;
    int wide = way->cell_width ? way->cell_width : usual ? USUAL_CELL_WIDTH : s->cell_width;
    int high = way->cell_height ? way->cell_height : usual ? USUAL_CELL_HEIGHT : s->cell_height;
    const screen_limits limits = { s->cols * wide, s->rows * high, way->aspect, s->most_scale };
    *result = (show_result){ 0 };
    TRY(screen_fit_open(&f, what, &limits));
    int lines = (f.picture.height + high - 1) / high;
    status done = f.picture.width == 0 ? STATUS_OK
                  : way->cell_width    ? way->draw(to, &f.picture, s)
                                       : draw_graphics(way, &f.picture, s, to, lines);
    *result = (show_result){ lines, f.rows, f.cols, f.box_width };
    screen_fit_close(&f);
    return done;
}
