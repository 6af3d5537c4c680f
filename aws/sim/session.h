/* Keys of a role, for whoever may have them; and what --world says about who that is. */
#ifndef AWS_SIM_SESSION_H
#define AWS_SIM_SESSION_H

#include "aws/sim/iam.h"
#include "aws/sim/str.h"

/* What was issued; malloc'd, freed with session_free(). */
struct session {
    char *id, *secret, *token;
    char *arn, *unique_id;
    int64_t expires_ms; /* wall time */
};

/* Keys that live so long (less where the role says so), known to the world from now on. Thread:
 * any, lock held. */
void session_issue(struct world *w, const struct iam_role *role, const char *name, int64_t seconds,
                   struct session *out);
void session_free(struct session *s);

/* The role of an ARN, "arn:aws:iam::123456789012:role/name", or NULL. Thread: any, lock held. */
const struct iam_role *session_role(struct world *w, const char *arn);

/* The row of a list of --world whose member has that text, or NULL. Thread: any, lock held. */
const cJSON *session_row(const struct world *w, const char *list, const char *member,
                         const char *text);
/* A text of a row; "" when there is none. Thread: any. */
const char *session_text(const cJSON *row, const char *member);

#endif
