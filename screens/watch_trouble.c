/* What the watch screens say while there is nothing to show, and of regions that do not answer. */
#include "screens/watch_trouble.h"

#include "base/buf.h"
#include "screens/field.h"
#include "screens/meaning.h"
#include "ui/paragraph.h"

/* So many regions are named in a sentence. */
#define NAMED 3

static const struct err *error_of(const struct console *c)
{
    if (c->unread.kind != ERR_NONE)
        return &c->unread;
    return c->inventory != NULL && c->inventory->err.kind != ERR_NONE ? &c->inventory->err : NULL;
}

bool watch_trouble(const struct console *c)
{
    const struct inventory *inventory = console_shown_inventory(c);
    return inventory == NULL || inventory->region_count == 0;
}

static void draw_error(const struct view *v, const struct err *err)
{
    const struct meaning *meaning = meaning_of(err->kind, err->code);
    struct view inner = view_cut(v, 1, 1, v->cols - 2, v->rows - 1);
    int y = paragraph_literal(&inner, 0, ROLE_BAD, "The account cannot be read.") + 1;
    inner = view_cut(v, 0, 1, v->cols, v->rows - 1);
    y = field_draw(&inner, y, "What", ROLE_TEXT, "%s", err->message);
    if (err->code[0] != '\0')
        y = field_draw(&inner, y, "Code", ROLE_BAD, "%s  %s", err->code, err->request_id);
    y = field_draw(&inner, y, "Meaning", ROLE_TEXT, "%s", meaning->means);
    if (err->advice[0] != '\0')
        y = field_draw(&inner, y, "What to do", ROLE_STRONG, "%s", err->advice);
    field_draw(&inner, y, "Then", ROLE_TEXT, "^R asks again");
}

void watch_trouble_draw(const struct console *c, const struct view *v)
{
    const struct err *err = error_of(c);
    if (err != NULL)
        draw_error(v, err);
    else
        grid_literal(v, 1, 1, ROLE_FAINT, "Asking AWS which regions are enabled.");
}

const struct inventory_reading *watch_failure(const struct inventory_region *region)
{
    for (int k = 0; k < INVENTORY_KINDS; k++)
        if (region->readings[k].look == INVENTORY_FAILED)
            return &region->readings[k];
    return NULL;
}

static void name_failed(const struct inventory *inventory, struct buf *out)
{
    size_t named = 0;
    for (size_t r = 0; r < inventory->region_count; r++) {
        const struct inventory_reading *failure = watch_failure(inventory->regions[r]);
        if (failure == NULL || ++named > NAMED)
            continue;
        const char *code = failure->err.code;
        buf_add_fmt(out, "%s%s (%s)", named == 1 ? "" : ", ", inventory->regions[r]->name,
                    code[0] != '\0' ? code : err_kind_name(failure->err.kind));
    }
    if (named > NAMED)
        buf_add_fmt(out, " and %zu more", named - NAMED);
}

static size_t count_throttled(const struct inventory *inventory)
{
    size_t n = 0;
    for (size_t r = 0; r < inventory->region_count; r++)
        n += inventory->regions[r]->throttled;
    return n;
}

bool watch_trouble_say(const struct inventory *inventory, struct safe_text *out, enum role *role)
{
    size_t throttled = count_throttled(inventory), all = inventory->region_count;
    size_t failed = inventory->regions_failed, late = all - inventory->regions_answered;
    *role = ROLE_BAD;
    if (inventory->err.kind != ERR_NONE) {
        *out = text_safe_fmt("Nothing can be read: %s. %s", inventory->err.message,
                             inventory->err.advice);
    } else if (failed > 0) {
        struct buf names = BUF_INIT;
        name_failed(inventory, &names);
        *out = text_safe_fmt("%zu of %zu regions do%s not answer: %s. R: what to do", failed, all,
                             failed == 1 ? "es" : "", buf_str(&names));
        buf_free(&names);
    } else if (late > 0) {
        *role = ROLE_TEXT;
        *out = text_safe_fmt("%zu of %zu regions have not answered yet.", late, all);
    } else if (throttled > 0) {
        *role = ROLE_WARN;
        *out = text_safe_fmt("AWS throttles %zu region%s: looked at less often there. R: which",
                             throttled, throttled == 1 ? "" : "s");
    } else {
        return false;
    }
    return true;
}
