/* The regions of an image as a table. */
#ifndef SCREENS_REGION_TABLE_H
#define SCREENS_REGION_TABLE_H

#include "screens/region_tiles.h"

extern const struct table_column region_columns[];
extern const size_t region_column_count;

/* A source over *regions, which must outlive it. Every row can be marked. Thread: ui. */
struct table_source region_table_source(const struct regions *regions);

#endif
