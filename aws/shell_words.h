/* A command line cut into words, as a POSIX shell would without expanding anything. */
#ifndef AWS_SHELL_WORDS_H
#define AWS_SHELL_WORDS_H

#include <stdbool.h>

/* Words in a NULL-terminated array, freed with shell_words_free(); quotes and backslashes as in
 * Python's shlex.split(), which the AWS CLI uses for credential_process. NULL when a quote is not
 * closed, a backslash ends it, or there is no word. Thread: any. */
char **shell_words(const char *line);
/* NULL is a no-op. Thread: any. */
void shell_words_free(char **words);

#endif
