/* Recycle Bin: the rules that say what is kept for how long after it is deleted. */
#ifndef AWS_RBIN_H
#define AWS_RBIN_H

#include "aws/call.h"
#include "aws/query.h"

/* What a rule keeps. */
enum rbin_kind { RBIN_IMAGES, RBIN_SNAPSHOTS };

/* One retention rule. */
struct rbin_rule {
    char *id;
    char *description; /* NULL for none */
    int days;          /* how long it keeps things; 0 when it says no number of days */
    bool available;    /* only then it keeps anything */
    struct tag *tags;  /* keeps what bears one of these; no tags: everything that is not excluded */
    size_t tag_count;
    struct tag *exclude_tags; /* of a rule without tags: what bears one of these is not kept */
    size_t exclude_tag_count;
};
struct rbin_rules {
    struct rbin_rule *items;
    size_t count;
};
/* Frees what it holds and empties it. Thread: any. */
void rbin_rules_free(struct rbin_rules *rules);

/* ListRules of the call's region, every page, and GetRule of each, since the list says neither tags
 * nor state. A rule that disappears between is left out. *out is empty on failure; free with
 * rbin_rules_free(). Thread: worker. */
bool rbin_rules(struct call *c, enum rbin_kind kind, struct rbin_rules *out, struct err *err);

/* How many days something with these tags is kept once it is deleted: what the rule with the
 * longest period that matches says (EBS User Guide, "Recycle Bin": the longest takes precedence); 0
 * when none does, so that deleting is for good. In doubt it promises less: a rule's tag without a
 * value keeps only tags without one, but excludes any. Thread: any. */
int rbin_days(const struct rbin_rules *rules, const struct tag *tags, size_t tag_count);

#endif
