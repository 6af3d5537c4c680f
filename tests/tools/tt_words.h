/* The words of a script's line. */
#ifndef TESTS_TOOLS_TT_WORDS_H
#define TESTS_TOOLS_TT_WORDS_H

#define MAX_WORDS 64

/* Splits at blanks; "..." keeps them. The words point into line, the last one is followed by NULL.
 * Thread: any. */
void words_split(char *line, char *words[MAX_WORDS]);

/* Puts the environment's values for ${VAR}; the caller frees. *missing becomes the name of a
 * variable that is not set (the caller frees it too), else it stays as it is. Thread: any. */
char *words_expand(const char *line, char **missing);

#endif
