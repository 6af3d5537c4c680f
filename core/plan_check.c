/* Who may launch and which tags: lists of the command line into the plan. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "core/plan_build.h"

/* EC2 takes 50 tags a resource; tatami sets ten itself (plan_tags(), plan_text_room()). */
enum { TAGS_MAX = 50, OWN_TAGS = 10, KEY_MAX = 127, VALUE_MAX = 256, ACCOUNT_DIGITS = 12 };

static bool is_account(const char *text)
{
    return strlen(text) == ACCOUNT_DIGITS && strspn(text, "0123456789") == ACCOUNT_DIGITS;
}

/* arn:PARTITION:organizations::ACCOUNT:organization/o-... or :ou/o-.../ou-... */
static enum ec2_principal_kind arn_kind(const char *text)
{
    const char *part = text;

    if (strncmp(text, "arn:", 4) != 0 || strstr(text, ":organizations::") == NULL)
        return EC2_ALL;
    for (int colons = 0; colons < 5 && part != NULL; colons++) {
        part = strchr(part, ':');
        part = part == NULL ? NULL : part + 1;
    }
    if (part == NULL)
        return EC2_ALL;
    if (strncmp(part, "organization/o-", 15) == 0)
        return EC2_ORGANIZATION;
    return strncmp(part, "ou/o-", 5) == 0 && strstr(part, "/ou-") != NULL ? EC2_UNIT : EC2_ALL;
}

bool plan_take_share(struct plan *plan, const struct settings_list *list, struct err *err)
{
    plan->share = xcalloc(list->count + 1, sizeof *plan->share);
    for (size_t i = 0; i < list->count; i++) {
        const char *who = list->items[i];
        enum ec2_principal_kind kind = is_account(who) ? EC2_ACCOUNT : arn_kind(who);
        if (kind == EC2_ALL) {
            err_set(err, ERR_USAGE, "--share cannot take \"%s\"", who);
            return err_advise(err, "it takes an account of 12 digits, or the ARN of an "
                                   "organization or of an organizational unit");
        }
        plan->share[plan->share_count].kind = kind;
        plan->share[plan->share_count++].id = xstrdup(who);
    }
    return true;
}

static size_t characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static bool check_tag(const struct plan *plan, const char *key, const char *value, struct err *err)
{
    if (key[0] == '\0' || characters(key) > KEY_MAX || characters(value) > VALUE_MAX)
        return err_set(err, ERR_USAGE, "tag \"%s\": a key has 1 to %d characters, a value up to %d",
                       key, KEY_MAX, VALUE_MAX);
    if (strncasecmp(key, "aws:", 4) == 0)
        return err_set(err, ERR_USAGE, "tag \"%s\": aws: belongs to AWS", key);
    if (strcmp(key, "Name") == 0 || strcmp(key, "ManagedBy") == 0 ||
        strncmp(key, "tatami:", 7) == 0)
        return err_set(err, ERR_USAGE, "tag \"%s\" is one that tatami sets itself", key);
    for (size_t i = 0; i < plan->tag_count; i++) {
        if (strcmp(plan->tags[i].key, key) == 0)
            return err_set(err, ERR_USAGE, "tag \"%s\" is given twice", key);
    }
    return true;
}

bool plan_take_tags(struct plan *plan, const struct settings_list *list, struct err *err)
{
    plan->tags = xcalloc(list->count + 1, sizeof *plan->tags);
    if (list->count > TAGS_MAX - OWN_TAGS)
        return err_set(err, ERR_USAGE, "%zu tags are too many; %d at most", list->count,
                       TAGS_MAX - OWN_TAGS);
    for (size_t i = 0; i < list->count; i++) {
        const char *equals = strchr(list->items[i], '=');
        if (equals == NULL)
            return err_set(err, ERR_USAGE, "--tag \"%s\" must be KEY=VALUE", list->items[i]);
        char *key = xstrndup(list->items[i], (size_t)(equals - list->items[i]));
        if (!check_tag(plan, key, equals + 1, err)) {
            free(key);
            return false;
        }
        plan->tags[plan->tag_count++] = (struct tag){.key = key, .value = xstrdup(equals + 1)};
    }
    return true;
}
