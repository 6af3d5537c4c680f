/* A graph of samples in one row of blocks, and the ring that the samples stand in. */
#ifndef UI_SPARK_H
#define UI_SPARK_H

#include <stddef.h>

#include "ui/grid.h"

#define SPARK_SAMPLES 128

/* The latest samples. Zeroed is empty. */
struct spark {
    double samples[SPARK_SAMPLES];
    size_t count; /* samples ever added */
};

/* Adds a sample; negative and not-a-number count as 0. Thread: ui. */
void spark_add(struct spark *s, double sample);

/* The level 0..8 of a sample on a graph that reaches to max; 0 only for nothing at all. Thread:
 * any. */
int spark_level(double sample, double max);

/* Draws the latest samples, the newest at the right end of `cols` columns, against the largest of
 * those that are shown. Thread: ui. */
void spark_draw(const struct view *v, int x, int y, int cols, const struct spark *s,
                enum role role);

#endif
