/* The words of rules, their memory, and what they are about. */
#include "core/rules.h"

#include <stdlib.h>

#include "base/mem.h"

const struct rules_word rules_words[] = {
    {RULE_NAME, "name", "GLOB", "AMIs of this name; * and ?"},
    {RULE_OLDER_THAN, "older-than", "DAYS", "made at least so many days ago"},
    {RULE_DEPRECATED, "deprecated", NULL, "deprecated by now"},
    {RULE_DEPRECATED_SINCE, "deprecated-since", "DAYS", "deprecated for at least so many days"},
    {RULE_KEEP_LAST, "keep-last", "N", "all but the N newest versions of each family"},
    {RULE_NEVER_LAUNCHED, "never-launched", NULL, "never launched, as far as AWS says"},
    {RULE_NOT_LAUNCHED_SINCE, "not-launched-since", "DAYS", "not launched for so many days"},
    {RULE_ORPHANS, "orphans", NULL, "snapshots whose AMI is gone"},
    {RULE_STAGING, "staging", NULL, "staging objects and unfinished uploads"},
    {RULE_REGIONS, "region", "LIST", "only these regions; * and ?"},
    {RULE_REGIONS, "regions", "LIST", "only these regions; * and ?"},
    {RULE_TAG, "tag", "K=V", "rows with this tag; * and ? in the value"},
};
const size_t rules_word_count = ARRAY_LEN(rules_words);

static void list_free(struct rules_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

void rules_free(struct rules *rules)
{
    list_free(&rules->names);
    list_free(&rules->regions);
    list_free(&rules->tags);
    list_free(&rules->texts);
    *rules = (struct rules){0};
}

#define BIT(rule) (1u << (rule))

/* What only AMIs can meet. */
#define OF_IMAGES                                                                                  \
    (BIT(RULE_DEPRECATED) | BIT(RULE_DEPRECATED_SINCE) | BIT(RULE_KEEP_LAST) |                     \
     BIT(RULE_NEVER_LAUNCHED) | BIT(RULE_NOT_LAUNCHED_SINCE))

bool rules_choose(const struct rules *rules)
{
    return (rules->given & ~(BIT(RULE_REGIONS) | BIT(RULE_ANY_TEXT))) != 0;
}

unsigned rules_kinds(const struct rules *rules)
{
    unsigned kinds = 0;
    if (!rules_choose(rules))
        return BIT(RULES_KINDS) - 1;
    if ((rules->given & BIT(RULE_ORPHANS)) != 0)
        kinds |= 1u << RULES_SNAPSHOT;
    if ((rules->given & BIT(RULE_STAGING)) != 0)
        kinds |= 1u << RULES_OBJECT | 1u << RULES_UPLOAD;
    if (kinds == 0 || (rules->given & OF_IMAGES) != 0)
        kinds |= 1u << RULES_IMAGE;
    return kinds;
}
