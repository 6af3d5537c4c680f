/* A scripted HTTP server on loopback, in a thread of the test program. */
#ifndef TESTS_TOOLS_FAKEHTTP_H
#define TESTS_TOOLS_FAKEHTTP_H

#include <stddef.h>

struct fakehttp;

/* Answers that are no text. */
#define FAKEHTTP_CLOSE "close" /* ends the connection unanswered */
#define FAKEHTTP_HANG  "hang"  /* answers nothing until the client goes */

/* Serves one connection after the other; the n-th request gets the n-th answer, sent as it stands,
 * and one that says "Connection: close", and each
 * request after the last answer, ends the connection. The strings must outlive it. Aborts when it
 * cannot listen.
 */
struct fakehttp *fakehttp_start(const char *const *answers, size_t count);
/* "127.0.0.1:8080"; lives as long as it. */
const char *fakehttp_address(const struct fakehttp *f);
/* Ends the thread; afterwards the two below may be asked, until fakehttp_free(). */
void fakehttp_stop(struct fakehttp *f);
/* The n-th request from 0, head and body, or NULL. */
const char *fakehttp_request(const struct fakehttp *f, size_t n);
int fakehttp_connections(const struct fakehttp *f);
void fakehttp_free(struct fakehttp *f);

#endif
