/* What the engine knows, for the screens: immutable, reference-counted, complete. */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "core/cell.h"
#include "core/disk.h"
#include "core/event.h"
#include "core/manifest.h"
#include "core/phase.h"
#include "core/plan.h"

/* The words that people see (UX.md calls them states): WAIT, UPLD, ... One per cell and per disk.
 */
enum word {
    WORD_WAIT,
    WORD_UPLD,
    WORD_IMPT,
    WORD_COPY,
    WORD_PRIV,
    WORD_PUBL,
    WORD_DONE,
    WORD_RTRY,
    WORD_STAL,
    WORD_FAIL,
    WORD_SKIP,
    WORDS
};
/* "WAIT". Thread: any. */
const char *word_name(enum word word);

enum wish { WISH_NONE, WISH_PUBLIC, WISH_PRIVATE }; /* NONE: what the plan says */

/* An error that was met, ready to be shown. Every text is safe. */
struct model_error {
    enum err_kind kind;
    struct safe_text operation, region, code, message, request_id, advice;
    int http_status;
    time_t first_at, last_at; /* calendar, program's clock */
    int tries;
};

struct model_disk {
    size_t image, disk; /* indexes in the plan */
    enum disk_state state;
    enum word word;
    uint64_t bytes_done, bytes_total; /* of the file */
    int parts_done, parts_total, connections, retries;
    uint64_t blocks_put, blocks_same; /* by EBS direct: in the snapshot, and in its base already */
    uint64_t rate_now, rate_average, rate_peak; /* bytes a second of wall time */
    clock_ms left_ms;                           /* -1 unknown */
    int import_percent;                         /* -1 unknown */
    struct safe_text import_task, import_message, snapshot, digest;
    struct model_error *error; /* NULL where there is none */
};

struct model_cell {
    size_t image, region; /* indexes in the plan */
    enum cell_state state;
    enum word word;
    bool home, required, is_public, left_out;
    enum wish wish;
    int percent;                   /* 0 to 100 */
    clock_ms started_at, ended_at; /* 0: not yet */
    struct safe_text ami;          /* "" while there is none */
    struct safe_text snapshot;     /* of the first disk */
    struct safe_text note;         /* why it waits, what failed, in a few words */
    struct model_error *error;     /* the last error; stays until it is retried; NULL for none */
};

struct model_counts {
    int cells, required, waiting, working, ready, is_public, failed, retrying, left_out;
    int regions, regions_copied, regions_public;
};

#define MODEL_RATES 120 /* throughput samples, one a second of wall time, oldest first */

struct model {
    uint64_t number; /* rises with every model */
    enum phase phase;
    const struct plan *plan; /* NULL until resolved; lives as long as the release */
    struct safe_text account, alias, identity, credentials_source;
    bool rehearsal; /* a simulator answers, not AWS */
    bool read_only;
    clock_ms now, started_at, ended_at; /* program time; 0: not yet */
    clock_ms eta_low_ms, eta_high_ms;   /* left; -1 unknown */
    clock_ms saved_at;                  /* the journal's last commit */
    struct model_disk *disks;
    size_t disk_count;
    struct model_cell *cells; /* image by image, regions in the plan's order */
    size_t cell_count;
    struct model_counts counts; /* over all images */
    uint64_t rates[MODEL_RATES];
    size_t rate_count;
    int connections; /* wanted */
    bool paused;
    bool signed_out;     /* it waits for a new login */
    int64_t keys_left_s; /* wall seconds that the credentials last from now on; -1: for ever */
    int exit_status;     /* what the program would end with now */
    struct safe_text headline; /* one sentence: what matters most now, and the way on */
    struct model_error *error; /* why it was refused or could not start; NULL for none */
    struct manifest *manifest; /* once nothing moves any more: what was read back; else NULL */
    struct event_list *events; /* shared, thread-safe */
};

/* One more reference, and one less; the last one frees. Thread: any. */
struct model *model_ref(struct model *model);
void model_unref(struct model *model);
/* The cell of an image in a region. Thread: any. */
const struct model_cell *model_cell(const struct model *model, size_t image, size_t region);
/* Counts over the cells of one image. Thread: any. */
void model_count(const struct model *model, size_t image, struct model_counts *out);

#endif
