/* Walks the tables of a sparse image. Every number in them may be hostile. */
#include "core/image_map.h"

#include "core/bytes.h"
#include "core/image_probe.h"

enum { WINDOW_BYTES = 64 << 10 };

/* A walk over one image. */
struct walk {
    const struct image *image;
    const struct map *map;
    struct err *err;
};

/* One table, or the part of it that belongs to the disk. */
struct table {
    uint64_t at, rows;
    size_t row_bytes;
    uint64_t first; /* byte of the disk that its first row is for */
    uint64_t step;  /* bytes of the disk a row */
    bool is_outer;
};

static bool cut_short(const struct walk *w)
{
    return probe_damaged(w->image, "it lacks clusters of its disk; it may be cut short", w->err);
}

static bool lies_in_file(const struct walk *w, uint64_t at, uint64_t length)
{
    return at <= w->image->file_bytes && length <= w->image->file_bytes - at;
}

static uint64_t entry_of(const struct map *map, const unsigned char *row)
{
    if (map->row_bytes == 4)
        return bytes_le32(row);
    return map->is_big_endian ? bytes_be64(row) : bytes_le64(row);
}

static bool check_cluster(const struct walk *w, uint64_t entry, uint64_t disk_at)
{
    const struct map *map = w->map;
    uint64_t left = w->image->logical_bytes - disk_at, at = 0, length = 0;

    map->range(map, entry, left < map->cluster_bytes ? left : map->cluster_bytes, &at, &length);
    return length == 0 || lies_in_file(w, at, length) || cut_short(w);
}

static bool walk_table(const struct walk *w, const struct table *t);

static bool check_row(const struct walk *w, const struct table *t, uint64_t i, uint64_t entry)
{
    const struct map *map = w->map;
    uint64_t disk_at = t->first + i * t->step;

    if (!t->is_outer)
        return check_cluster(w, entry, disk_at);
    struct table inner = {
        .at = entry & map->inner_mask,
        .rows = map->inner_rows,
        .row_bytes = map->inner_row_bytes,
        .first = disk_at,
        .step = map->cluster_bytes,
    };
    return inner.at == 0 || walk_table(w, &inner);
}

static bool walk_table(const struct walk *w, const struct table *t)
{
    unsigned char window[WINDOW_BYTES];
    uint64_t per_window = WINDOW_BYTES / t->row_bytes;
    uint64_t left = w->image->logical_bytes - t->first;
    uint64_t rows = (left + t->step - 1) / t->step;
    bool whole = true;

    rows = rows < t->rows ? rows : t->rows;
    for (uint64_t i = 0; i < rows; i += per_window) {
        uint64_t n = rows - i < per_window ? rows - i : per_window;
        uint64_t at = t->at + i * t->row_bytes;
        if (!lies_in_file(w, at, n * t->row_bytes))
            return cut_short(w);
        if (!probe_read(w->image, at, window, (size_t)n * t->row_bytes, &whole, w->err))
            return false;
        for (uint64_t k = 0; k < n; k++) {
            uint64_t entry = entry_of(w->map, window + k * t->row_bytes);
            if (!check_row(w, t, i + k, entry))
                return false;
        }
    }
    return true;
}

bool map_check(const struct image *image, const struct map *map, struct err *err)
{
    const struct walk w = {.image = image, .map = map, .err = err};
    uint64_t inner = map->inner_rows == 0 ? 1 : map->inner_rows;
    struct table outer = {
        .at = map->at,
        .rows = map->rows,
        .row_bytes = map->row_bytes,
        .step = map->cluster_bytes * inner,
        .is_outer = map->inner_rows > 0,
    };

    /* What the tables do not cover would read as zeros too. */
    if (map->rows < (image->logical_bytes + outer.step - 1) / outer.step)
        return probe_damaged(image, "its table is too short for its disk", err);
    return walk_table(&w, &outer);
}
