/* Faults: the table of rows, and which of them hit a request. */
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include <stdlib.h>
#include <string.h>

static const char *const fault_kinds[FAULT_KINDS] = {
    [FAULT_ERROR] = "error",
    [FAULT_THROTTLE] = "throttle",
    [FAULT_DELAY] = "delay",
    [FAULT_HANG] = "hang",
    [FAULT_RESET] = "reset",
    [FAULT_RESET_AFTER] = "reset-after",
    [FAULT_TRUNCATE] = "truncate",
    [FAULT_TRICKLE] = "trickle",
    [FAULT_MALFORMED] = "malformed",
    [FAULT_EMPTY] = "empty",
    [FAULT_WEB_PAGE] = "web-page",
    [FAULT_REDIRECT] = "redirect",
    [FAULT_COMPLETE_ERROR] = "complete-error",
    [FAULT_WRONG_ARCHITECTURE] = "wrong-architecture",
    [FAULT_WRONG_BOOT_MODE] = "wrong-boot-mode",
    [FAULT_WRONG_SIZE] = "wrong-size",
    [FAULT_WRONG_NAME] = "wrong-name",
    [FAULT_WRONG_DESCRIPTION] = "wrong-description",
    [FAULT_WRONG_UEFI_DATA] = "wrong-uefi-data",
    [FAULT_MISSING_TAG] = "missing-tag",
    [FAULT_MISSING_DEVICE] = "missing-device",
    [FAULT_TURNS_FAILED] = "turns-failed",
    [FAULT_FAILS] = "fails",
    [FAULT_STANDS_STILL] = "stands-still",
    [FAULT_CORRUPTED_BLOCK] = "corrupted-block",
    [FAULT_NO_EFFECT] = "no-effect",
};

struct faults {
    struct fault *rows; /* in the order in which they were set */
};

struct faults *faults_new(void)
{
    return xcalloc(1, sizeof(struct faults));
}

static void release(struct fault *fault)
{
    if (--fault->references > 0)
        return;
    free(fault->action);
    free(fault->region);
    free(fault->match);
    free(fault->code);
    free(fault->message);
    free(fault->value);
    free(fault);
}

static void release_all(struct fault *rows)
{
    while (rows != NULL) {
        struct fault *next = rows->next;
        release(rows);
        rows = next;
    }
}

void faults_clear(struct faults *f)
{
    release_all(f->rows);
    f->rows = NULL;
}

void faults_free(struct faults *f)
{
    if (f == NULL)
        return;
    faults_clear(f);
    free(f);
}

static bool parse_kind(const char *name, enum fault_kind *kind)
{
    for (size_t i = 0; i < FAULT_KINDS; i++) {
        if (strcmp(fault_kinds[i], name) == 0) {
            *kind = (enum fault_kind)i;
            return true;
        }
    }
    return false;
}

/* Takes one field of a row; false when the name or the type is none that a row has. */
static bool take_field(struct world *w, struct fault *fault, const cJSON *field)
{
    const struct {
        const char *name;
        char **text;
    } texts[] = {
        {"action", &fault->action}, {"region", &fault->region},   {"match", &fault->match},
        {"code", &fault->code},     {"message", &fault->message}, {"value", &fault->value},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (strcmp(field->string, texts[i].name) != 0)
            continue;
        if (!cJSON_IsString(field))
            return false;
        free(*texts[i].text);
        *texts[i].text = strcmp(field->valuestring, "*") != 0 ? xstrdup(field->valuestring) : NULL;
        return true;
    }
    if (strcmp(field->string, "kind") == 0)
        return cJSON_IsString(field) && parse_kind(field->valuestring, &fault->kind);
    if (!cJSON_IsNumber(field) || field->valuedouble < 0)
        return false;
    if (strcmp(field->string, "nth") == 0)
        fault->nth = (uint64_t)field->valuedouble;
    else if (strcmp(field->string, "count") == 0)
        fault->count = (uint64_t)field->valuedouble;
    else if (strcmp(field->string, "until_s") == 0)
        fault->until_ms = clock_now_ms(w->clock) + (int64_t)(field->valuedouble * 1000);
    else if (strcmp(field->string, "status") == 0)
        fault->status = field->valueint;
    else if (strcmp(field->string, "delay_ms") == 0)
        fault->delay_ms = field->valueint;
    else
        return false;
    return true;
}

static struct fault *parse_row(struct world *w, const cJSON *row, char **why)
{
    struct fault *fault = xcalloc(1, sizeof(*fault));
    *fault = (struct fault){.kind = FAULT_KINDS, .nth = 1, .count = 1};
    fault->references = 1;
    const cJSON *field;
    cJSON_ArrayForEach(field, row)
    {
        if (take_field(w, fault, field))
            continue;
        *why = xasprintf("a fault has no such field or value: %s", field->string);
        release(fault);
        return NULL;
    }
    if (fault->kind == FAULT_KINDS || (fault->kind == FAULT_ERROR && fault->code == NULL)) {
        *why = xstrdup("a fault needs a kind, and an error a code");
        release(fault);
        return NULL;
    }
    return fault;
}

bool faults_load(struct world *w, const cJSON *json, char **why)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, "faults");
    if (!cJSON_IsArray(list)) {
        *why = xstrdup("faults are an object with a list \"faults\"");
        return false;
    }
    struct fault *added = NULL, **end = &added;
    const cJSON *row;
    cJSON_ArrayForEach(row, list)
    {
        *end = parse_row(w, row, why);
        if (*end == NULL) {
            release_all(added);
            return false;
        }
        end = &(*end)->next;
    }
    struct fault **last = &w->faults->rows;
    while (*last != NULL)
        last = &(*last)->next;
    *last = added;
    return true;
}

cJSON *faults_json(const struct faults *f)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "faults");
    for (const struct fault *fault = f->rows; fault != NULL; fault = fault->next) {
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "kind", fault_kinds[fault->kind]);
        cJSON_AddStringToObject(row, "action", fault->action != NULL ? fault->action : "*");
        cJSON_AddStringToObject(row, "region", fault->region != NULL ? fault->region : "*");
        cJSON_AddStringToObject(row, "match", fault->match != NULL ? fault->match : "*");
        cJSON_AddNumberToObject(row, "nth", (double)fault->nth);
        cJSON_AddNumberToObject(row, "count", (double)fault->count);
        cJSON_AddNumberToObject(row, "seen", (double)fault->seen);
        cJSON_AddNumberToObject(row, "hits", (double)fault->hits);
        cJSON_AddItemToArray(list, row);
    }
    return json;
}

static bool has_text(const struct request *request, const char *text)
{
    bool found = strstr(request->path, text) != NULL;
    for (size_t i = 0; !found && i < request->params.count; i++)
        found = strstr(request->params.list[i].value, text) != NULL;
    return found;
}

static bool fits(const struct fault *fault, const struct request *request, int64_t now_ms)
{
    if (fault->until_ms > 0 && now_ms >= fault->until_ms)
        return false;
    if (fault->action != NULL && strcmp(fault->action, request->action->name) != 0)
        return false;
    if (fault->region != NULL && strcmp(fault->region, request->region->name) != 0)
        return false;
    return fault->match == NULL || has_text(request, fault->match);
}

void faults_match(struct world *w, struct request *request)
{
    int64_t now_ms = clock_now_ms(w->clock);
    for (struct fault *fault = w->faults->rows; fault != NULL; fault = fault->next) {
        if (!fits(fault, request, now_ms))
            continue;
        fault->seen++;
        bool hit = fault->seen >= fault->nth &&
                   (fault->count == 0 || fault->seen < fault->nth + fault->count);
        if (!hit || request->fault_count == REQUEST_FAULTS)
            continue;
        fault->hits++;
        fault->references++;
        request->faults[request->fault_count++] = fault;
    }
}

const struct fault *fault_of(const struct request *request, enum fault_kind kind)
{
    for (size_t i = 0; i < request->fault_count; i++)
        if (request->faults[i]->kind == kind)
            return request->faults[i];
    return NULL;
}

void faults_release(struct request *request)
{
    for (size_t i = 0; i < request->fault_count; i++)
        release(request->faults[i]);
    request->fault_count = 0;
}
