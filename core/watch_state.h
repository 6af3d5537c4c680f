/* What a watch keeps, and the parts that derive its view. Only core/watch*.c include this. */
#ifndef CORE_WATCH_STATE_H
#define CORE_WATCH_STATE_H

#include "core/texts.h"
#include "core/watch.h"

/* The history of one thing that moves, from one update to the next. */
struct watch_track {
    char *key; /* region, a space, id */
    clock_ms first_ms, moved_ms, seen_ms;
    int first_percent, percent;
    int told_percent; /* of the last line about it */
    uint64_t first_bytes, bytes;
    bool to_start; /* an earlier look at the region did not have it */
    bool stalled;  /* that it is was told */
};
struct watch_tracks {
    struct watch_track *slots; /* a hash table; key NULL is free */
    size_t slot_count, used;
};
/* The track with this key, or NULL. */
struct watch_track *watch_track_find(const struct watch_tracks *t, const char *region,
                                     const char *id);
/* The track with this key; a new one begins at now, which never goes back. One that was not asked
 * for in an hour may be forgotten. *is_new may be NULL. Its address is good until the next call. */
struct watch_track *watch_track_get(struct watch_tracks *t, const char *region, const char *id,
                                    clock_ms now, bool *is_new);
void watch_tracks_free(struct watch_tracks *t);

/* What names a release: its id; without one its tag; without that its AMIs' names. */
enum watch_key_kind { WATCH_KEY_ID, WATCH_KEY_TAG, WATCH_KEY_NAME };
struct watch_key {
    enum watch_key_kind kind;
    const char *text;
};
struct watch_key watch_key_of(const char *release, const char *id, bool by_tag);
bool watch_key_same(struct watch_key a, struct watch_key b);

/* A release of this machine's journal. */
struct watch_own {
    char *id, *name;
    bool finished, is_public;
    time_t made_at;
    char **regions; /* the home region first; NULL when its plan cannot be read */
    size_t region_count;
    char **images;
    size_t image_count;
};

/* What is remembered of a release from one update to the next. */
struct watch_seen {
    enum watch_key_kind kind;
    char *key, *name;
    bool in_flight, alarmed;
    time_t started_at, ended_at, changed_at;
    uint64_t signature; /* of what was there: another one is a change */
    uint64_t failures;
};

/* A row that an earlier look showed and the last one did not. */
struct watch_absent {
    struct inventory *of; /* a reference: the row is of this one */
    enum inventory_kind kind;
    const char *region, *id;
    const void *row;     /* struct inventory_image or inventory_snapshot, as it was */
    clock_ms read_at_ms; /* of the look that did not show it */
};

struct watch {
    struct inventory *inventory, *before; /* before: during an update; NULL at the first */
    time_t now, first_at;
    bool whole;    /* every region has answered once, or failed */
    bool compares; /* and nothing was read for the first time: what differs has changed */
    size_t known;  /* lists that were read at least once */
    struct watch_tracks tracks;
    struct watch_absent *absent;
    size_t absent_count, absent_room;
    struct watch_own *own;
    size_t own_count;
    struct watch_seen *seen;
    size_t seen_count;
    char *followed;
    struct watch_change *changes;
    size_t change_count;
    uint64_t change_number, read_number;
    time_t read_at;
    clock_ms import_ms[2], copy_ms[2]; /* seen from start to end; 0: none was */
    struct arena arena;                /* of the view */
    struct watch_view view;
};

/* Usual times without any that were seen: core's own. */
#define WATCH_USUAL_MS (15 * 60000)

/* The remembered release; made when there is none. Its address is good until the next call. */
struct watch_seen *watch_seen_get(struct watch *w, struct watch_key key, const char *name);

/* Adds a change; strings are copied, NULL is "". A change with WORD_FAIL that is the first of its
 * release, or belongs to none, gets an alarm. */
struct watch_fact {
    enum word word;
    enum watch_alarm alarm;
    const char *region, *release, *id, *image, *what, *code, *request_id;
    struct watch_key key; /* text NULL: of no release */
    bool has_progress;
    int progress;
};
void watch_tell(struct watch *w, const struct watch_fact *fact);
void watch_changes_free(struct watch *w);

/* The look `is` does not show this row of the look before. */
void watch_absent_add(struct watch *w, enum inventory_kind kind, const struct inventory_region *was,
                      const struct inventory_region *is, const char *id, const void *row);
/* The row that was missed in the region's last look, or NULL; good until the next call. */
struct watch_absent *watch_absent_find(struct watch *w, enum inventory_kind kind,
                                       const char *region, const char *id);
/* It is there again. */
void watch_absent_drop(struct watch *w, struct watch_absent *a);
/* What this look of the region does not show either is gone: told, and forgotten. */
void watch_absent_settle(struct watch *w, enum inventory_kind kind,
                         const struct inventory_region *is,
                         void (*gone)(struct watch *w, const struct inventory_region *is,
                                      const void *row));
void watch_absent_free(struct watch *w);

/* What differs between the two inventories becomes changes. */
void watch_diff(struct watch *w);
/* The same for one region: AMIs and snapshots; import tasks and uploads. */
void watch_diff_images(struct watch *w, const struct inventory_region *was,
                       const struct inventory_region *is);
void watch_diff_snapshots(struct watch *w, const struct inventory_region *was,
                          const struct inventory_region *is);
void watch_diff_imports(struct watch *w, const struct inventory_region *was,
                        const struct inventory_region *is);
void watch_diff_uploads(struct watch *w, const struct inventory_region *was,
                        const struct inventory_region *is);

/* The lists of the view: import tasks, pending things, uploads; and what has stalled. */
void watch_list_imports(struct watch *w);
void watch_list_pending(struct watch *w);
void watch_list_uploads(struct watch *w);
/* The releases of the view, once the lists stand. */
void watch_list_releases(struct watch *w);

/* Percent of an AMI that is pending: of the slowest of its snapshots; -1 unknown. */
int watch_image_percent(const struct inventory_region *region, const struct inventory_image *image);
/* Time left of something that is at so many percent after so long; -1 unknown. */
clock_ms watch_time_left(int percent, clock_ms age_ms, clock_ms usual_ms);
/* The longest of usual times: an import's, a copy's. */
clock_ms watch_usual_import(const struct watch *w);
clock_ms watch_usual_copy(const struct watch *w);
/* One that was seen from start to end took so long. */
void watch_learn(clock_ms usual[2], clock_ms took_ms);

#endif
