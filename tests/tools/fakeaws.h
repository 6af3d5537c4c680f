/* A session with AWS whose answers a test has scripted. */
#ifndef TESTS_TOOLS_FAKEAWS_H
#define TESTS_TOOLS_FAKEAWS_H

#include <stdbool.h>
#include <stddef.h>

#include "aws/call.h"

/* Once, in main(): keys, and a clock that runs fast. Aborts when it cannot. */
void fakeaws_init(void);

/* The next answer; extra header lines end with \r\n. Before fakeaws_begin(). */
void fakeaws_answer(int status, const char *headers, const char *body);
/* The same, cut off after so many bytes of the body, although its length is promised. */
void fakeaws_answer_cut(const char *body, size_t bytes);
/* A call handle in us-east-1 that gets the answers; lives until fakeaws_end(). */
struct call *fakeaws_begin(bool read_only);
/* Ends the server: from then on fakeaws_request() may be asked. */
void fakeaws_stop(void);
/* The n-th request from 0, head and body, or NULL. */
const char *fakeaws_request(size_t n);
/* Forgets everything. */
void fakeaws_end(void);

#endif
