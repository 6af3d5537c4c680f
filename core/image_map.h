/* The tables of a sparse image that say where its clusters stand in the file. qemu reads what a
 * file lacks as zeros: a file that was cut short is found here. */
#ifndef CORE_IMAGE_MAP_H
#define CORE_IMAGE_MAP_H

#include <stddef.h>

#include "core/image.h"

struct map;

/* Bytes of the file that an entry stands for; *length 0 for none. `wanted` of its cluster's bytes
 * are the disk's. */
typedef void map_range(const struct map *map, uint64_t entry, uint64_t wanted, uint64_t *at,
                       uint64_t *length);

/* One table of entries, or a table of tables. */
struct map {
    uint64_t at, rows;      /* of the table in the file */
    uint64_t inner_rows;    /* of each table that an entry leads to; 0: entries lead to clusters */
    uint64_t inner_mask;    /* of an entry that leads to a table */
    size_t row_bytes;       /* 4 or 8 */
    size_t inner_row_bytes; /* 8, or 16 with a second half that is not looked at */
    bool is_big_endian;
    uint64_t cluster_bytes;
    uint32_t cluster_bits;
    uint64_t base;    /* range's own: where cluster 0 stands */
    map_range *range; /* of an entry that leads to a cluster */
};

/* Walks all tables. ERR_INPUT ("is damaged") when a table or a cluster is not in the file; ERR_IO.
 * Thread: worker. */
bool map_check(const struct image *image, const struct map *map, struct err *err);

#endif
