/* What happened, in order: the list that the screens show, lines print and JSON repeats. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/err.h"
#include "base/text.h"

enum event_kind {
    EVENT_PHASE,  /* the release as a whole moved */
    EVENT_DISK,   /* a disk moved */
    EVENT_CELL,   /* a cell moved */
    EVENT_UPLOAD, /* progress of an upload, at most one a second */
    EVENT_CALL,   /* one attempt at AWS; only with --trace */
    EVENT_NOTE,   /* anything else that a person should read */
    EVENT_KINDS
};

enum event_level { EVENT_INFO, EVENT_GOOD, EVENT_WARN, EVENT_BAD };

/* Immutable once added. All text is safe; fields that do not apply are empty. */
struct event {
    uint64_t number; /* from 1, without gaps */
    time_t time;     /* calendar time of the program's clock */
    enum event_kind kind;
    enum event_level level;
    struct safe_text image, disk, region;
    const char *state; /* a constant word: cell_state_name() and the like */
    struct safe_text ami, snapshot;
    struct safe_text text;                     /* one sentence for people */
    struct safe_text code, request_id, advice; /* of an error */
    int progress;                              /* percent, -1 where there is none */
    uint64_t bytes_done, bytes_total;
};

/* A list that only grows; thread-safe. */
struct event_list;
struct event_list *event_list_new(void);
/* After all readers have ended. */
void event_list_free(struct event_list *list);
/* Takes the event's texts over; number and time are set here. Thread: any. */
void event_list_add(struct event_list *list, struct event *event);
/* The event with this number, or NULL when it does not exist yet. Lives as long as the list.
 * Thread: any. */
const struct event *event_list_get(struct event_list *list, uint64_t number);
/* The number of the newest event; 0 for none. Thread: any. */
uint64_t event_list_last(struct event_list *list);

const char *event_kind_name(enum event_kind kind);

#endif
