/* What belongs to one release, gathered from the whole inventory. Only core/watch*.c include this.
 */
#ifndef CORE_WATCH_GROUP_H
#define CORE_WATCH_GROUP_H

#include "core/watch_state.h"

#define WATCH_NOWHERE ((size_t)-1)

struct watch_member {
    size_t region; /* index in the inventory */
    const struct inventory_image *image;
};

struct watch_group {
    struct watch_key key;
    const char *name, *id;
    enum watch_by by;
    const struct watch_own *own; /* NULL: not this machine's */
    bool followed;
    struct watch_member *images;
    size_t image_count, image_room;
    const struct watch_import **imports;
    size_t import_count;
    size_t snapshots;                  /* pending ones that carry its tags */
    size_t objects;                    /* staging objects that carry its id */
    const struct watch_upload *upload; /* one of its uploads; NULL for none */
    time_t oldest, youngest;           /* 0 unknown */
    bool moves, any_public;
    uint64_t signature;
    /* the images by name, and what stands of each in each region */
    const char **names;
    size_t name_count;
    const struct inventory_image **meant; /* name by name, the regions of the inventory */
    size_t home;                          /* index of its home region, or WATCH_NOWHERE */
    bool settled_here; /* it was published, or nothing says where else it goes: where nothing of it
                          is, nothing shall be */
};

struct watch_groups {
    struct watch_group *items;
    size_t count, room;
    size_t *slots, slot_count; /* by a hash of their keys, since every AMI of the account is looked
                                  up: index and one, 0 is free */
};
/* Every release that may have to be shown. Free with watch_groups_free(). */
void watch_groups_gather(struct watch *w, struct watch_groups *groups);
void watch_groups_free(struct watch_groups *groups);

/* One image of a group in one region. */
struct watch_stand {
    enum word word;
    int percent;      /* -1 unknown */
    clock_ms left_ms; /* -1 unknown */
    clock_ms age_ms;  /* of what is pending */
};
struct watch_stand watch_stand(const struct watch *w, const struct watch_group *g, size_t name,
                               size_t region);
/* True when the image is where it shall be. */
bool watch_is_done(const struct watch_group *g, enum word word);
/* True when its AMIs shall be public. */
bool watch_shall_be_public(const struct watch_group *g);
/* How far a word is, the least far first; for the word of several. */
int watch_word_rank(enum word word);
/* What a set of images does, by how many have each word. */
enum word watch_stage(const size_t counts[WORDS]);
/* The release's row, its cells and images; all in the arena of the view. */
void watch_describe(struct watch *w, const struct watch_group *g, struct watch_release *out);

#endif
