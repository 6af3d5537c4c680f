/* What a person allows the upload, kept in the journal: whoever goes on with the release keeps to
 * it. */
#include <stdlib.h>

#include "base/mem.h"
#include "core/engine.h"

static void keep(struct release *r, const char *what, uint64_t number)
{
    if (number == 0)
        return;
    char *text = xasprintf("%llu", (unsigned long long)number);
    engine_note(r, what, 0, "", text);
    free(text);
}

static uint64_t kept(struct release *r, const char *key)
{
    char *text = journal_get(r->journal, r->plan->id, key);
    uint64_t number = text == NULL ? 0 : strtoull(text, NULL, 10);
    free(text);
    return number;
}

void engine_keep_limits(struct release *r)
{
    keep(r, "connections", (uint64_t)r->options.settings->connections);
    keep(r, "max-rate", r->options.settings->max_rate_bytes);
}

void engine_keep_connections(struct release *r, int connections)
{
    pace_set_connections(r->pace, connections);
    keep(r, "connections", (uint64_t)connections);
}

void engine_recall_limits(struct release *r)
{
    engine_keep_limits(r);
    pace_set_connections(r->pace, (int)kept(r, "connections/0/"));
    pace_set_rate(r->pace, kept(r, "max-rate/0/"));
}
