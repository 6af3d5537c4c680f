/* The lines of the cleanup table: groups, the rows of those that are unfolded, and one line for
 * many rows that are alike. Made when view, marks or folds change, never for a frame. Pure. */
#ifndef SCREENS_CLEANUP_FOLD_H
#define SCREENS_CLEANUP_FOLD_H

#include "core/cleanup.h"
#include "screens/cleanup_marks.h"

enum fold_kind {
    FOLD_GROUP,
    FOLD_ROW,
    FOLD_MORE /* the rows that look like the group's first */
};

struct fold_line {
    uint64_t identity;
    enum fold_kind kind;
    size_t group;
    size_t row;   /* FOLD_ROW: the row; else the first that it stands for */
    size_t count; /* rows that it stands for */
};

/* Zeroed is empty. Free with fold_free(). */
struct fold {
    struct fold_line *lines;
    size_t count, capacity;
    uint64_t *identities; /* of the view's rows */
    uint64_t *groups;     /* of its groups */
    struct marks open;    /* groups that are unfolded */
    struct marks wide;    /* groups that show alike rows too */
    bool marked_only;
};

/* Takes the identities of a new view; fold_build() has to follow. Thread: ui. */
void fold_load(struct fold *fold, const struct cleanup_view *view);
/* Makes the lines anew. Thread: ui. */
void fold_build(struct fold *fold, const struct cleanup_view *view, const struct marks *marks);
/* NULL memory is fine. Thread: ui. */
void fold_free(struct fold *fold);

/* The first row at or behind `at` that the line stands for, or view->row_count. Walk: at =
 * fold_next(..., 0), then at = fold_next(..., at + 1). Thread: ui. */
size_t fold_next(const struct fold *fold, const struct cleanup_view *view,
                 const struct marks *marks, const struct fold_line *line, size_t at);

/* Unfolds or folds what the line is about: a group one step, alike rows wholly. False for a row,
 * which has nothing to unfold. fold_build() has to follow. Thread: ui. */
bool fold_turn(struct fold *fold, const struct fold_line *line);

/* How many of the line's rows are marked, and how many can be. */
struct fold_marks {
    size_t marked, markable, count;
    char box; /* what stands between the brackets */
};
/* Thread: ui. */
struct fold_marks fold_count(const struct fold *fold, const struct cleanup_view *view,
                             const struct marks *marks, const struct fold_line *line);

/* The identity of a row, for cursor and marks. Thread: any. */
uint64_t fold_identity(enum cleanup_kind kind, const char *region, const char *id);
/* Whether the row can be marked. Thread: any. */
bool fold_markable(const struct cleanup_row *row);

#endif
