/* What every EC2 action does first: check its parameters, find what it names, replay its token. */
#ifndef AWS_SIM_EC2_CALL_H
#define AWS_SIM_EC2_CALL_H

#include "aws/sim/ec2_store.h"
#include "aws/sim/fault.h"
#include "aws/sim/reply.h"

/* Checks the request's parameters against `known`, ended by NULL: names with N for a number, those
 * with a star in front required. Answers UnknownParameter, MissingParameter, or DryRunOperation
 * where DryRun asks for it, and is then false. Thread: any. */
bool ec2_accept(struct request *request, struct reply *reply, const char *const *known);

/* A draw between two numbers of simulated seconds, in milliseconds, by seed, `kind`, the region of
 * `r` and `name`. Thread: any. */
int64_t ec2_draw_ms(const struct ec2_resource *r, const char *kind, const char *name, int low_s,
                    int high_s);

/* Simulated time. Thread: any, lock held. */
int64_t ec2_now_ms(const struct request *request);

/* The same moment some years later. Thread: any. */
int64_t ec2_years_after(int64_t ms, int years);

/* Makes `fn(r)` the next event of `r`. Thread: any, lock held. */
void ec2_at(struct ec2_resource *r, int64_t at_ms, clock_fn *fn);

/* Makes a fresh resource unknown for a few seconds and lets one in some be missed once after it is
 * ready; `name` is what chance goes by. Thread: any, lock held. */
void ec2_settle(struct ec2_resource *r, const char *name);

/* Whether a describe call that asks for `r` sees it now. Counts a sighting of one that is `ready`.
 * Thread: any, lock held. */
bool ec2_sighted(struct ec2_resource *r, bool ready);

/* Whether the request's account owns `r`. Thread: any. */
bool ec2_owns(const struct request *request, const struct ec2_resource *r);

/* The resource that an action is about: known by now and owned by the caller. Else the reply is the
 * error that AWS gives (malformed, not found, not authorized) and the result NULL. Thread: any,
 * lock held. */
struct ec2_resource *ec2_own(struct request *request, struct reply *reply, enum ec2_type type,
                             const char *id);
struct ec2_image *ec2_own_image(struct request *request, struct reply *reply, const char *id);
struct ec2_snapshot *ec2_own_snapshot(struct request *request, struct reply *reply, const char *id);

/* Whether the owner is one of Owner.N, which may also say `self`. Thread: any, lock held. */
bool ec2_owner_fits(const struct request *request, const struct ec2_resource *r);

/* Whether `id` looks like an id of that type; else answers ...Malformed. Thread: any. */
bool ec2_id_check(struct request *request, struct reply *reply, enum ec2_type type, const char *id);

/* Whether all ids of the list `prefix`.N do. Thread: any. */
bool ec2_ids_check(struct request *request, struct reply *reply, enum ec2_type type,
                   const char *prefix);

/* Answers ...NotFound for one id, or for a list `a, b`. Thread: any. */
void ec2_not_found(struct request *request, struct reply *reply, enum ec2_type type,
                   const char *ids);

/* Whether the list `prefix`.N holds `value`. Thread: any. */
bool ec2_list_has(const struct request *request, const char *prefix, const char *value);

/* ClientToken: true and *id the first result when the same request came before, true and NULL when
 * it is new or has no token; false after answering IdempotentParameterMismatch. Thread: any, lock
 * held. */
bool ec2_token_replay(struct request *request, struct reply *reply, const char **id);

/* Remembers the result of a request with a ClientToken. Thread: any, lock held. */
void ec2_token_keep(const struct request *request, const char *id);

/* Forgets all tokens. Thread: any, lock held. */
void ec2_token_clear(void);

#endif
