/* Any bytes as a cleanup's filter line and as its plan: what is taken is written and read back the
 * same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/cleanup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_rules(const char *line)
{
    struct rules rules, again;
    struct buf first = BUF_INIT, second = BUF_INIT;
    struct err err = ERR_INIT;
    size_t at = 0;
    if (!rules_parse(line, &rules, &at, &err)) {
        if (err.kind != ERR_USAGE || at > strlen(line))
            abort();
        return;
    }
    rules_write(&rules, &first);
    if (!rules_parse(buf_str(&first), &again, NULL, &err) || again.given != rules.given)
        abort();
    rules_write(&again, &second);
    if (strcmp(buf_str(&first), buf_str(&second)) != 0)
        abort();
    rules_free(&rules);
    rules_free(&again);
    buf_free(&first);
    buf_free(&second);
}

static void try_plan(const char *text, size_t size)
{
    struct err err = ERR_INIT;
    struct cleanup_plan *plan = cleanup_plan_read(text, size, &err);
    if ((plan == NULL) != (err.kind == ERR_INPUT))
        abort();
    cleanup_plan_unref(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *line = xstrndup((const char *)data, size);
    char *family, *version;
    try_rules(line);
    family_split(line, &family, &version);
    if (family_compare_versions(version, version) != 0)
        abort();
    free(family);
    free(version);
    free(line);
    try_plan((const char *)data, size);
    return 0;
}
