/* A code that a person types at the terminal, unseen. */
#ifndef CORE_ASK_CODE_H
#define CORE_ASK_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Asks on the controlling terminal, whatever standard input and output are, for the code of an MFA
 * device and puts it into code (size bytes with the NUL). Nothing of it is shown. ERR_CANCELLED
 * when there is no terminal, or the person ends it (^C, ^D, an empty line); ERR_INPUT for what can
 * be no code. arg is not used: the function is a credentials_ask_fn. Thread: main, while no screen
 * is open. */
bool ask_code(void *arg, const char *serial, char *code, size_t size, struct err *err);

#endif
