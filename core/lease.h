/* Who carries out a release now, and what its plan is, where every machine can read it: two objects
 * beside the staging objects, written under a condition and deleted with them; without a bucket the
 * tags of the release's snapshots in the home region (core/lease_tags.h), which are advice. */
#ifndef CORE_LEASE_H
#define CORE_LEASE_H

#include <stdbool.h>
#include <time.h>

#include "aws/call.h"
#include "aws/s3_document.h"
#include "base/buf.h"
#include "base/err.h"

/* Who has it. Text from another machine: text_safe() before it is drawn. */
struct lease_holder {
    char id[33]; /* of its release: another one may have the same name */
    char host[65], user[33];
    long pid;
    char nonce[33];        /* random, one a program: two never share it */
    time_t since, renewed; /* calendar, the holder's clock */
};

enum lease_state {
    LEASE_NONE, /* not taken, or given back */
    LEASE_HELD,
    LEASE_LOST /* somebody else has taken it over: nothing more may be asked of AWS */
};

/* One release's lease, as this program knows it. Zeroed but for the names is not taken; the names
 * outlive it. Used by one thread at a time. */
struct lease {
    const char *bucket, *release, *id; /* the release's name and its tatami:id; no bucket: NULL */
    enum lease_state state;
    struct lease_holder self;    /* as lease_name() made it */
    struct lease_holder holder;  /* who has it: this program, where state is HELD */
    struct s3_document document; /* as last read or written */
    char *before; /* without a bucket: the nonces of those that it was taken from; or NULL */
    bool begun;   /* without a bucket: a snapshot of it bears this holder */
    bool cancels; /* nothing is made by it: others of its name may be under way */
};

/* How often a holder says that it is alive, and after how long without a word it is called silent;
 * program time. A silent holder may still be there: taking over asks a person either way. */
#define LEASE_RENEW_MS 30000
#define LEASE_SILENT_S 150
/* Where they stand below the release's folder; no image can be called so. */
#define LEASE_KEY      "=lease.json"
#define LEASE_PLAN_KEY "=plan.json"
/* The journal's fact with the nonces that this machine has taken it by, or tried to. */
#define LEASE_FACT "lease/0/"

/* Gives this program the name and nonce that it will hold the lease by. The journal has to know the
 * nonce before lease_take(): a taking whose answer is lost is a taking. Thread: any. */
bool lease_name(struct lease *lease, struct err *err);
/* Takes the lease of this release: where nobody has it; where the holder's nonce is among `known`
 * (nonces with spaces between, of this machine's journal: the holder was this release's process
 * here, and the kernel lock says that it is gone); or where `take_over` is the nonce of a holder
 * that a person agreed to replace. ERR_REFUSED otherwise, with the holder in lease->holder and in
 * the message; also when the plan that lies there is of another release with this name. A lost
 * answer of its own is recognized. Thread: worker. */
bool lease_take(struct lease *lease, struct call *c, const char *known, const char *take_over,
                struct err *err);
/* Says that the holder is alive. ERR_REFUSED and state LEASE_LOST when somebody else has it or it
 * is gone; other errors leave it held. Thread: worker. */
bool lease_renew(struct lease *lease, struct call *c, struct err *err);
/* Deletes the lease where this program holds it, then the plan, unless that shall stay so that
 * another machine can go on; what is gone is fine, what another holder has taken stays.
 * Thread: worker. */
bool lease_give_back(struct lease *lease, struct call *c, bool keep_plan, struct err *err);
/* Frees what it holds, says nothing to AWS. Thread: worker. */
void lease_free(struct lease *lease);

/* Appends "relhost1 (user ci, process 4711) since 2026-11-23 14:02, last heard of 20 s ago"; safe.
 * Thread: any. */
void lease_explain(const struct lease_holder *holder, time_t now, struct buf *out);

/* Who has the release of lease->release now, into lease->holder; *held is false when nobody has.
 * Thread: worker. */
bool lease_look(struct lease *lease, struct call *c, bool *held, struct err *err);

/* Writes the plan beside it where there is none yet; only the holder does. *there is the one that
 * was there, malloc'd, else NULL. ERR_REFUSED when that is of another release with this name.
 * Thread: worker. */
bool lease_put_plan(struct lease *lease, struct call *c, const char *plan_json, char **there,
                    struct err *err);
/* Writes it over the one that is there. Thread: worker. */
bool lease_change_plan(struct lease *lease, struct call *c, const char *plan_json, struct err *err);
/* The plan of a release of that name in the bucket; *plan_json is malloc'd, NULL when there is
 * none. Thread: worker. */
bool lease_get_plan(struct call *c, const char *bucket, const char *release, char **plan_json,
                    struct err *err);

#endif
