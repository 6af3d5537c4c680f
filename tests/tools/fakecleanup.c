/* A console with the cleanup screen, without AWS. */
#include "tests/tools/fakecleanup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "screens/cleanup_screen.h"
#include "tests/tools/fakeinventory.h"

int fake_cleanup_connects;

static struct aws *no_aws(void *data, struct err *err)
{
    (void)data;
    fake_cleanup_connects++;
    err_set(err, ERR_REFUSED, "no AWS in a test");
    return NULL;
}

/* Every AMI of the inventory was asked for, and nobody uses one. */
static struct usage *nobody_uses(const struct inventory *inventory)
{
    size_t count = 0, at = 0;
    for (size_t r = 0; r < inventory->region_count; r++)
        count += inventory->regions[r]->image_count;
    struct usage_entry *rows = xcalloc(count + 1, sizeof(*rows));
    for (size_t r = 0; r < inventory->region_count; r++)
        for (size_t i = 0; i < inventory->regions[r]->image_count; i++)
            rows[at++] = (struct usage_entry){.region = inventory->regions[r]->name,
                                              .image = inventory->regions[r]->images[i].id,
                                              .state = USAGE_FREE,
                                              .checked_at = 1};
    struct usage *usage = usage_new(rows, count);
    free(rows);
    return usage;
}

void fake_cleanup_draw(struct fake_console *f)
{
    fake_resize(f, f->grid->cols, f->grid->rows);
}

void fake_cleanup_over(struct fake_console *f, struct inventory *inventory, bool checked, int cols,
                       int rows, bool ascii)
{
    fake_cleanup_connects = 0;
    const struct settings *settings = f->console.settings;
    fake_console_bare(f, cols, rows, ascii);
    f->console.settings = settings;
    f->console.hooks.connect = no_aws;
    f->console.place = f->console.first = PLACE_CLEANUP;
    console_inventory(&f->console, inventory);
    struct screen *screen = cleanup_screen_open(&f->console);
    if (checked)
        cleanup_screen_know(screen, nobody_uses(inventory));
    console_push(&f->console, screen);
    inventory_unref(inventory);
    fake_cleanup_draw(f);
}

void fake_cleanup_open(struct fake_console *f)
{
    fake_cleanup_over(f, fake_inventory(1), true, 120, 36, false);
}

bool fake_cleanup_shows(const struct fake_console *f, const char *text)
{
    char *all = fake_dump(f);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

bool fake_cleanup_ran(const struct fake_console *f)
{
    return f->console.said.utf8 != NULL && strstr(f->console.said.utf8, "Not started") != NULL;
}
