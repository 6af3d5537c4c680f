/* How far one word is from another: what a slip of the fingers was meant to be. */
#ifndef CORE_NEAREST_H
#define CORE_NEAREST_H

/* Letters put in, left out or changed on the way from one word to the other (Levenshtein). A word
 * of more than 40 letters is far from everything. Thread: any. */
int nearest_distance(const char *a, const char *b);

#endif
