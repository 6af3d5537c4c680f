/* How the watch screen's panes share the rows there are. */
#include "screens/watch_layout.h"

static int sum_of(const int heights[WATCH_PANES])
{
    int sum = 0;
    for (int pane = 0; pane < WATCH_PANES; pane++)
        sum += heights[pane];
    return sum;
}

/* Drops the pane that leaves first; false when only the one with the focus is left. */
static bool drop_one(const struct watch_want *wants, int focus, int heights[WATCH_PANES])
{
    int worst = -1;
    for (int pane = 0; pane < WATCH_PANES; pane++)
        if (pane != focus && heights[pane] > 0 &&
            (worst < 0 || wants[pane].drop >= wants[worst].drop))
            worst = pane;
    if (worst < 0)
        return false;
    heights[worst] = 0;
    return true;
}

/* A row for each pane that can fill it, from the top, until none wants or none is left. */
static int share(const struct watch_want *wants, int left, int heights[WATCH_PANES])
{
    bool gave = true;
    while (left > 0 && gave) {
        gave = false;
        for (int pane = 0; pane < WATCH_PANES && left > 0; pane++) {
            if (heights[pane] == 0 || heights[pane] >= wants[pane].most)
                continue;
            heights[pane]++;
            left--;
            gave = true;
        }
    }
    return left;
}

void watch_layout(int rows, const struct watch_want wants[WATCH_PANES], enum watch_pane focus,
                  int heights[WATCH_PANES])
{
    for (int pane = 0; pane < WATCH_PANES; pane++)
        heights[pane] = wants[pane].most > 0 ? wants[pane].least : 0;
    while (sum_of(heights) > rows && drop_one(wants, (int)focus, heights))
        continue;
    if (heights[focus] > rows)
        heights[focus] = rows > 0 ? rows : 0;

    int left = rows - sum_of(heights), shown = 0;
    int fill = wants[focus].most - heights[focus];
    fill = fill < left ? fill : left;
    if (fill > 0) {
        heights[focus] += fill;
        left -= fill;
    }
    left = share(wants, left, heights);
    for (int pane = 0; pane < WATCH_PANES; pane++)
        shown += heights[pane] > 0;
    for (int pane = 0; pane < WATCH_PANES && left >= shown; pane++)
        heights[pane] += heights[pane] > 0;
}
