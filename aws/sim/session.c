/* Keys of a role, for whoever may have them. */
#include "aws/sim/session.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ARN_BEFORE "arn:aws:iam::"
#define ID_DIGITS  12

void session_issue(struct world *w, const struct iam_role *role, const char *name, int64_t seconds,
                   struct session *out)
{
    int64_t life_ms = seconds * 1000;
    if (role->session_ms > 0 && role->session_ms < life_ms)
        life_ms = role->session_ms;
    *out = (struct session){.id = world_id(w, "ASIA"), .expires_ms = wall_now_ms() + life_ms};
    out->secret = xasprintf("%016" PRIx64, rng_draw(w->seed, "secret", NULL, out->id, 0));
    out->token = xasprintf("%016" PRIx64, rng_draw(w->seed, "token", NULL, out->id, 0));
    out->arn = xasprintf("arn:aws:sts::%s:assumed-role/%s/%s", role->account->id, role->name, name);
    out->unique_id = xasprintf("%s:%s", role->id, name);
    struct access_key key = {.id = out->id,
                             .secret = out->secret,
                             .session_token = out->token,
                             .expires_ms = out->expires_ms,
                             .arn = out->arn,
                             .unique_id = out->unique_id,
                             .account = role->account};
    world_set_key(w, &key);
}

void session_free(struct session *s)
{
    free(s->id);
    free(s->secret);
    free(s->token);
    free(s->arn);
    free(s->unique_id);
}

const struct iam_role *session_role(struct world *w, const char *arn)
{
    size_t before = strlen(ARN_BEFORE);
    if (strncmp(arn, ARN_BEFORE, before) != 0 || strlen(arn) < before + ID_DIGITS)
        return NULL;
    const char *name = arn + before + ID_DIGITS;
    if (strncmp(name, ":role/", 6) != 0)
        return NULL;
    char *id = xasprintf("%.*s", ID_DIGITS, arn + before);
    struct account *account = world_account(w, id);
    free(id);
    return account != NULL ? iam_find_role(account, strrchr(name, '/') + 1) : NULL;
}

const char *session_text(const cJSON *row, const char *member)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, member));
    return text != NULL ? text : "";
}

const cJSON *session_row(const struct world *w, const char *list, const char *member,
                         const char *text)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(w->start, list))
    {
        if (text != NULL && strcmp(session_text(row, member), text) == 0)
            return row;
    }
    return NULL;
}
