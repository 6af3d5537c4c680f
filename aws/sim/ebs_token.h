/* Block tokens and page tokens: opaque, bound to what they were given for, and not for ever. */
#ifndef AWS_SIM_EBS_TOKEN_H
#define AWS_SIM_EBS_TOKEN_H

#include "aws/sim/request.h"

enum ebs_token_kind { EBS_BLOCK_TOKEN, EBS_PAGE_TOKEN };

/* What a token says. For a page of changed blocks `other` is the first snapshot, else NULL. */
struct ebs_token {
    enum ebs_token_kind kind;
    const char *snapshot, *other;
    uint64_t index; /* of the block; of the first block that the page asks about */
    int64_t expires_ms;
};

/* When a token that is given now expires: block tokens live 7 days, page tokens 60 minutes of
 * simulated time. Thread: any, lock held. */
int64_t ebs_token_expiry(const struct world *w, enum ebs_token_kind kind);

/* The token's text, malloc'd. Thread: any. */
char *ebs_token_make(const struct world *w, const struct ebs_token *token);

/* Whether `text` is a token of that kind for those snapshots that has not expired; gives its
 * index. Thread: any, lock held. */
bool ebs_token_read(const struct world *w, const char *text, enum ebs_token_kind kind,
                    const char *snapshot, const char *other, uint64_t *index);

/* Decodes base64 of exactly `len` bytes; false when it is none. Thread: any. */
bool ebs_base64(const char *text, unsigned char *out, size_t len);

#endif
