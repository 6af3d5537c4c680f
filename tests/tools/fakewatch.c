/* The operator's screen over made inventories. */
#include "tests/tools/fakewatch.h"

#include "base/mem.h"
#include "core/journal.h"
#include "screens/home_screen.h"
#include "screens/watch_screen.h"

void fake_watch_draw(struct fake_console *f)
{
    console_draw(&f->console, f->grid);
}

void fake_watch_deliver(struct fake_console *f, struct inventory *inventory, enum fake_look look)
{
    f->console.now = fake_look_ms(look);
    f->console.calendar = fake_look_at(look);
    console_inventory(&f->console, inventory);
    inventory_unref(inventory);
    f->console.last_key_at = 0;
    fake_watch_draw(f);
}

void fake_watch_look(struct fake_console *f, enum fake_look look)
{
    uint64_t before = f->console.inventory != NULL ? f->console.inventory->number : 0;
    fake_watch_deliver(f, fake_account(look, before + 1), look);
}

static bool journal(void *data, struct journal_release **out, size_t *count, struct err *err)
{
    (void)data;
    (void)err;
    *out = xcalloc(1, sizeof(**out));
    **out = (struct journal_release){.id = xstrdup("4c1f09aa"),
                                     .name = xstrdup("acmeos-13-20260921"),
                                     .account = xstrdup("123456789012"),
                                     .phase = xstrdup("running"),
                                     .plan_json = xstrdup(""),
                                     .made_at = FAKE_TODAY - 1200};
    *count = 1;
    return true;
}

static struct screen *home(void *data)
{
    (void)data;
    return home_screen_open(NULL, 0, NULL);
}

void fake_watch_bare(struct fake_console *f, int cols, int rows, bool ascii)
{
    fake_console_bare(f, cols, rows, ascii);
    f->console.place = f->console.first = PLACE_WATCH;
    f->console.hooks.journal = journal;
    f->console.hooks.releases = home;
    console_push(&f->console, watch_screen_open(&f->console));
}

void fake_watch_open(struct fake_console *f, int cols, int rows, bool ascii)
{
    fake_watch_bare(f, cols, rows, ascii);
    fake_watch_look(f, LOOK_FIRST);
    fake_watch_look(f, LOOK_LATER);
}
