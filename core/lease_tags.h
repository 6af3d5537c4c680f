/* A release's lease without a bucket: its holder and its plan are tags of its snapshots in the home
 * region. Tags are written without a condition, so that the holder's is advice and no lock; what
 * keeps two holders from doubling anything are the tokens of their calls. */
#ifndef CORE_LEASE_TAGS_H
#define CORE_LEASE_TAGS_H

#include "core/lease.h"

/* Each is the function of core/lease.h without "_tags", for a lease whose bucket is NULL; the call
 * is to the home region. Before the release has a snapshot nothing is written, and whoever takes
 * the lease holds it. Thread: worker. */
bool lease_tags_look(struct lease *lease, struct call *c, bool *held, struct err *err);
/* ERR_REFUSED also when another release with this name is begun and not finished, unless both have
 * begun and this one has the smaller id, or this one is cancelled. */
bool lease_tags_take(struct lease *lease, struct call *c, const char *known, const char *take_over,
                     struct err *err);
/* ERR_REFUSED and LEASE_LOST also when another release with this name was begun at the same moment
 * and has the smaller id, or nothing is left of this one. */
bool lease_tags_renew(struct lease *lease, struct call *c, struct err *err);
/* Takes the holder off, and the plan unless it shall stay. */
bool lease_tags_give_back(struct lease *lease, struct call *c, bool keep_plan, struct err *err);
/* Writes nothing: the release's first snapshot brings its plan along. */
bool lease_tags_put_plan(struct lease *lease, struct call *c, char **there, struct err *err);
/* A plan that the tags have no room for stays as it was. */
bool lease_tags_change_plan(struct lease *lease, struct call *c, const char *plan_json,
                            struct err *err);

/* Whether whoever has finished the release has taken plan and holder off its snapshots; false where
 * it has none. Only for a release whose plan the tags have room for. Thread: worker. */
bool lease_tags_has_ended(struct lease *lease, struct call *c, bool *ended, struct err *err);

/* The plan of an unfinished release of that name, from the tags of a snapshot of this account;
 * *plan_json is malloc'd, NULL when there is none. Thread: worker. */
bool lease_tags_find_plan(struct call *c, const char *release, char **plan_json, struct err *err);

#endif
