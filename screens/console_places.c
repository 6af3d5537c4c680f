/* The places that the keys 1 to 5 go to. */
#include "base/mem.h"
#include "screens/cleanup_screen.h"
#include "screens/console.h"
#include "screens/watch_screen.h"

static struct screen *open_releases(struct console *c)
{
    return c->hooks.releases(c->hooks.data);
}

/* A place without open is not there. */
static const struct {
    struct screen *(*open)(struct console *c);
} places[PLACES] = {
    [PLACE_RELEASES] = {.open = open_releases},
    [PLACE_WATCH] = {.open = watch_screen_open},
    [PLACE_CLEANUP] = {.open = cleanup_screen_open},
};

bool console_has(enum place place, struct safe_text *reason)
{
    bool has = places[place].open != NULL;
    if (!has && reason != NULL)
        *reason = text_safe("this version of tatami does not have that screen");
    return has;
}

struct screen *console_place_open(struct console *c, enum place place)
{
    return places[place].open(c);
}
