/* Block tokens and page tokens: index, expiry and a seal over all that they are bound to. */
#include "aws/sim/ebs_token.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sim/mem.h"
#include "aws/sim/rng.h"

static const struct {
    const char *name;
    int64_t life_ms;
} KINDS[] = {
    [EBS_BLOCK_TOKEN] = {"ebs-block", INT64_C(7) * 24 * 3600 * 1000},
    [EBS_PAGE_TOKEN] = {"ebs-page", INT64_C(3600) * 1000},
};

/* What a token is made of, in base64. */
struct packed {
    uint64_t index, expires_ms, seal;
};

int64_t ebs_token_expiry(const struct world *w, enum ebs_token_kind kind)
{
    return clock_now_ms(w->clock) + KINDS[kind].life_ms;
}

static uint64_t seal(const struct world *w, const struct ebs_token *token)
{
    uint64_t inner = rng_draw(w->seed, KINDS[token->kind].name, token->snapshot, token->other,
                              (uint64_t)token->expires_ms);
    return rng_draw(inner, NULL, NULL, NULL, token->index);
}

char *ebs_token_make(const struct world *w, const struct ebs_token *token)
{
    struct packed packed = {
        .index = token->index, .expires_ms = (uint64_t)token->expires_ms, .seal = seal(w, token)};
    struct str text = {0};
    str_add_base64(&text, &packed, sizeof(packed));
    return str_take(&text);
}

bool ebs_token_read(const struct world *w, const char *text, enum ebs_token_kind kind,
                    const char *snapshot, const char *other, uint64_t *index)
{
    struct packed packed;
    if (!ebs_base64(text, (unsigned char *)&packed, sizeof(packed)))
        return false;
    struct ebs_token token = {.kind = kind,
                              .snapshot = snapshot,
                              .other = other,
                              .index = packed.index,
                              .expires_ms = (int64_t)packed.expires_ms};
    *index = packed.index;
    return packed.seal == seal(w, &token) && clock_now_ms(w->clock) < token.expires_ms;
}

bool ebs_base64(const char *text, unsigned char *out, size_t len)
{
    unsigned char decoded[96]; /* whole groups: up to two bytes more than asked for */
    size_t text_len = strlen(text);
    if (text_len != (len + 2) / 3 * 4 || text_len / 4 * 3 > sizeof(decoded))
        return false;
    size_t padding = (3 - len % 3) % 3;
    if (strcspn(text, "=") != text_len - padding ||
        EVP_DecodeBlock(decoded, (const unsigned char *)text, (int)text_len) < 0)
        return false;
    memcpy(out, decoded, len);
    return true;
}
