/* How often what was asked. */
#include "aws/sim/stats.h"
#include "aws/sim/mem.h"
#include <stdlib.h>
#include <string.h>

static struct count {
    char *action, *region;
    bool mutating;
    unsigned long count, errors;
} * counts;
static size_t count_len;

static struct count *count_of(const char *action, const char *region, bool mutating)
{
    for (size_t i = 0; i < count_len; i++)
        if (strcmp(counts[i].action, action) == 0 && strcmp(counts[i].region, region) == 0)
            return &counts[i];
    counts = xrealloc(counts, count_len + 1, sizeof(counts[0]));
    counts[count_len] =
        (struct count){.action = xstrdup(action), .region = xstrdup(region), .mutating = mutating};
    return &counts[count_len++];
}

void stats_count(const char *action, const char *region, bool mutating, bool error)
{
    struct count *c = count_of(action, region, mutating);
    c->count++;
    c->errors += error;
}

cJSON *stats_json(void)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "requests");
    for (size_t i = 0; i < count_len; i++) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "action", counts[i].action);
        cJSON_AddStringToObject(row, "region", counts[i].region);
        cJSON_AddBoolToObject(row, "mutating", counts[i].mutating);
        cJSON_AddNumberToObject(row, "count", (double)counts[i].count);
        cJSON_AddNumberToObject(row, "errors", (double)counts[i].errors);
        cJSON_AddItemToArray(list, row);
    }
    return json;
}

void stats_clear(void)
{
    for (size_t i = 0; i < count_len; i++) {
        free(counts[i].action);
        free(counts[i].region);
    }
    free(counts);
    counts = NULL;
    count_len = 0;
}
