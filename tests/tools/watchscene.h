/* A watch that looks at an account which is made by hand, look by look, for cmocka programs. */
#ifndef TESTS_TOOLS_WATCHSCENE_H
#define TESTS_TOOLS_WATCHSCENE_H

#include "core/inventory_decode.h"
#include "core/inventory_place.h"
#include "core/watch.h"

#define MINUTE 60000

enum { HOME, WEST, EAST, REGIONS };
extern const char *const watchscene_names[REGIONS];

/* One look after the other: rows are added, then watchscene_look() takes them. */
struct watchscene {
    struct watch *watch;
    const struct watch_view *view;
    struct inventory_builder rows[REGIONS][INVENTORY_KINDS];
    bool broken[REGIONS];       /* the region does not answer: its rows are those of before */
    bool unread[REGIONS];       /* it has not answered yet */
    clock_ms stale_ms[REGIONS]; /* broken: when it was read last; 0: with this look */
    clock_ms now_ms;
    uint64_t number;
    uint64_t seen; /* changes before the last look */
};
extern struct watchscene watchscene;

/* For cmocka_unit_test_setup_teardown(). */
int watchscene_setup(void **state);
int watchscene_teardown(void **state);
/* The calendar time of a program time. */
time_t watchscene_calendar(clock_ms at);

/* An AMI of the release acme/1 with that id; release_id NULL: without tags. Outside HOME it is a
 * copy. */
void watchscene_image(int region, const char *id, const char *name, enum ec2_image_state state,
                      bool is_public, const char *release_id, clock_ms created_ms);
/* The snapshot of a copied AMI that is pending. */
void watchscene_copy(int region, const char *ami, int progress);
/* The import task of acme/1 in HOME, and what earlier looks saw of it. */
void watchscene_task(enum ec2_import_state state, int progress, clock_ms seen_ms, clock_ms moved_ms,
                     bool to_start);
/* An upload in HOME. */
void watchscene_upload(const char *key, const char *upload_id);
void watchscene_look(void);

/* How many changes the last look brought, and the first of them that says this. */
size_t watchscene_news(void);
const struct watch_change *watchscene_change(const char *what);
/* The release acme/1. */
const struct watch_release *watchscene_release(void);

#endif
