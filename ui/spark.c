/* A graph of samples in one row of blocks, and the ring that the samples stand in. */
#include "ui/spark.h"

#include <math.h>

#define LEVELS 8

void spark_add(struct spark *s, double sample)
{
    s->samples[s->count % SPARK_SAMPLES] = isfinite(sample) && sample > 0 ? sample : 0;
    s->count += 1;
}

int spark_level(double sample, double max)
{
    if (!(sample > 0) || !(max > 0))
        return 0;
    int level = 1 + (int)(sample / max * (LEVELS - 1) + 0.5);
    return level > LEVELS ? LEVELS : level;
}

void spark_draw(const struct view *v, int x, int y, int cols, const struct spark *s, enum role role)
{
    static const wchar_t blocks[LEVELS + 1] = L" ▁▂▃▄▅▆▇█";
    size_t held = s->count < SPARK_SAMPLES ? s->count : SPARK_SAMPLES;
    size_t shown = cols < 0 ? 0 : held < (size_t)cols ? held : (size_t)cols;
    double max = 0;

    for (size_t i = 0; i < shown; i++)
        max = fmax(max, s->samples[(s->count - 1 - i) % SPARK_SAMPLES]);
    for (size_t i = 0; i < shown; i++) {
        double sample = s->samples[(s->count - 1 - i) % SPARK_SAMPLES];
        grid_fill(v, x + cols - 1 - (int)i, y, 1, 1, blocks[spark_level(sample, max)], role);
    }
}
