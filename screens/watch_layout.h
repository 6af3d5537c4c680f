/* How the watch screen's panes share the rows there are. Pure. */
#ifndef SCREENS_WATCH_LAYOUT_H
#define SCREENS_WATCH_LAYOUT_H

#include "screens/watch_pane.h"

struct watch_want {
    int least; /* rows without which it is not worth showing, rule included */
    int most;  /* rows that it can fill; 0: it is not shown */
    int drop;  /* the highest leaves first where rows are scarce; 0 stays */
};

/* Sets each pane's rows, 0 for one that is not shown; together never more than rows. The pane with
 * the focus is always shown and gets what it can fill first; what all of them leave over becomes a
 * blank row below each. Thread: any. */
void watch_layout(int rows, const struct watch_want wants[WATCH_PANES], enum watch_pane focus,
                  int heights[WATCH_PANES]);

#endif
