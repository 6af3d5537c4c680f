/* The credentials of a session: kept, and renewed before they end, once for all threads. */
#ifndef AWS_KEEPER_H
#define AWS_KEEPER_H

#include "aws/credentials.h"

struct keeper; /* thread-safe */

/* Resolves at once. with->config must outlive it; with->ask and with->cancel count now and never
 * again, since a renewal happens on a worker, for all. NULL with *err set when there are none.
 * Thread: main. */
struct keeper *keeper_new(const struct signin *with, struct err *err);
/* Keeps a copy of these as they are; NULL: none, for calls that are not signed. Thread: any. */
struct keeper *keeper_of(const struct credentials *keys);
/* NULL is a no-op. Thread: any, after the last use. */
void keeper_free(struct keeper *k);

/* A copy of keys that are good at `now` (wall time corrected by AWS's clock), freed with
 * credentials_free(). From 15 minutes before their end one thread renews them while the others go
 * on, from 10 minutes before it they wait for that one (botocore's advisory and mandatory refresh);
 * for keys that live less than 45 minutes it is a third and a sixth of their life. When renewing
 * fails the old ones serve as long as they last, and it is tried again a minute later.
 * Once they are over it is ERR_EXPIRED, in the words of what renewing failed with, or the passing
 * error that it failed with. Thread: worker. */
bool keeper_take(struct keeper *k, int64_t now, struct credentials *out, struct err *err);
/* AWS has called the keys of that id expired, whatever their date says: true when others could be
 * had instead. Thread: worker. */
bool keeper_replace(struct keeper *k, const char *access_key_id, int64_t now);
/* Looks once for other keys, at once and past every cache, as after a new login. False with *err
 * set when there are none yet: those that AWS has called expired do not count. Thread: worker. */
bool keeper_renew(struct keeper *k, int64_t now, struct err *err);
/* False for keys of this program's own environment, which stays as it is. Thread: any. */
bool keeper_may_change(const struct keeper *k);
/* For people: where they came from; lives as long as k. Thread: any. */
const char *keeper_source(const struct keeper *k);
/* When they end (wall time), 0 for never. Thread: any. */
int64_t keeper_expires_at(struct keeper *k);

#endif
