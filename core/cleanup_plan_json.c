/* A plan as JSON, one item a line, and back; its hash is that of the JSON with an empty hash. */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "core/cleanup_build.h"

#define FORMAT 1

enum field_type { FIELD_TEXT, FIELD_BYTES, FIELD_INT, FIELD_BOOL, FIELD_TIME, FIELD_WORD };

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
    const char *(*word)(unsigned value); /* FIELD_WORD: the enum's words */
    unsigned words;
};

static const char *kind_word(unsigned kind)
{
    static const char *const words[CLEANUP_KINDS] = {
        [CLEANUP_IMAGE] = "ami",
        [CLEANUP_SNAPSHOT] = "snapshot",
        [CLEANUP_OBJECT] = "object",
        [CLEANUP_UPLOAD] = "upload",
    };
    return words[kind];
}

static const char *why_word(unsigned why)
{
    return cleanup_why_name((enum cleanup_why)why);
}

/* "all" is the whole ladder at once. */
static const char *step_word(unsigned step)
{
    return step == CLEANUP_STEP_NONE ? "all" : cleanup_step_name((enum cleanup_step)step);
}

#define FIELD(structure, member, kind)                                                             \
    {                                                                                              \
        .key = #member, .type = kind, .offset = offsetof(struct structure, member)                 \
    }
#define WORD(structure, member, function, count)                                                   \
    {                                                                                              \
        .key = #member, .type = FIELD_WORD, .offset = offsetof(struct structure, member),          \
        .word = function, .words = count                                                           \
    }

static const struct field plan_fields[] = {
    FIELD(cleanup_plan, alias, FIELD_TEXT),
    FIELD(cleanup_plan, identity, FIELD_TEXT),
    FIELD(cleanup_plan, made_at, FIELD_TIME),
    WORD(cleanup_plan, step, step_word, CLEANUP_STEPS),
    FIELD(cleanup_plan, step_days, FIELD_INT),
    FIELD(cleanup_plan, rules, FIELD_TEXT),
    FIELD(cleanup_plan, price_micros, FIELD_BYTES),
};
static const struct field item_fields[] = {
    WORD(cleanup_item, kind, kind_word, CLEANUP_KINDS),
    FIELD(cleanup_item, region, FIELD_TEXT),
    FIELD(cleanup_item, id, FIELD_TEXT),
    FIELD(cleanup_item, name, FIELD_TEXT),
    FIELD(cleanup_item, release, FIELD_TEXT),
    FIELD(cleanup_item, reason, FIELD_TEXT),
    FIELD(cleanup_item, by_hand, FIELD_BOOL),
    FIELD(cleanup_item, owner, FIELD_TEXT),
    FIELD(cleanup_item, state, FIELD_TEXT),
    FIELD(cleanup_item, made_at, FIELD_TIME),
    FIELD(cleanup_item, launched_at, FIELD_TIME),
    FIELD(cleanup_item, is_public, FIELD_BOOL),
    FIELD(cleanup_item, step_tag, FIELD_TEXT),
    FIELD(cleanup_item, bucket, FIELD_TEXT),
    FIELD(cleanup_item, key, FIELD_TEXT),
    FIELD(cleanup_item, upload_id, FIELD_TEXT),
    FIELD(cleanup_item, bytes, FIELD_BYTES),
    FIELD(cleanup_item, undo_days, FIELD_INT),
};
static const struct field snapshot_fields[] = {
    FIELD(cleanup_snapshot, id, FIELD_TEXT),
    FIELD(cleanup_snapshot, bytes, FIELD_BYTES),
    FIELD(cleanup_snapshot, kept_for, FIELD_TEXT),
};
static const struct field skip_fields[] = {
    WORD(cleanup_skip, kind, kind_word, CLEANUP_KINDS),
    FIELD(cleanup_skip, region, FIELD_TEXT),
    FIELD(cleanup_skip, id, FIELD_TEXT),
    FIELD(cleanup_skip, name, FIELD_TEXT),
    FIELD(cleanup_skip, release, FIELD_TEXT),
    WORD(cleanup_skip, why, why_word, CLEANUP_WHYS),
    FIELD(cleanup_skip, reason, FIELD_TEXT),
};
static const struct field unread_fields[] = {
    FIELD(cleanup_unread, region, FIELD_TEXT),
    FIELD(cleanup_unread, reason, FIELD_TEXT),
};

/* A struct with a counted array in it, and perhaps one in each of its items. */
struct list {
    const char *key;
    size_t items_at, count_at, item_size;
    const struct field *fields;
    size_t field_count;
    const struct list *inner;
};

#define LIST(name, structure, items, count, type, rows, within)                                    \
    {                                                                                              \
        .key = name, .items_at = offsetof(struct structure, items),                                \
        .count_at = offsetof(struct structure, count), .item_size = sizeof(struct type),           \
        .fields = rows, .field_count = ARRAY_LEN(rows), .inner = within                            \
    }

static const struct list snapshot_list = LIST("snapshots", cleanup_item, snapshots, snapshot_count,
                                              cleanup_snapshot, snapshot_fields, NULL);
static const struct list plan_lists[] = {
    LIST("items", cleanup_plan, items, item_count, cleanup_item, item_fields, &snapshot_list),
    LIST("skipped", cleanup_plan, skips, skip_count, cleanup_skip, skip_fields, NULL),
    LIST("unread", cleanup_plan, unread, unread_count, cleanup_unread, unread_fields, NULL),
};

/* ---- writing ---- */

static void write_time(time_t t, struct buf *out)
{
    char iso[24];
    if (t == 0) {
        buf_add_str(out, "null");
        return;
    }
    clock_format_iso(t, iso);
    buf_add_fmt(out, "\"%s\"", iso);
}

static void write_field(const struct field *f, const void *base, struct buf *out)
{
    const char *at = (const char *)base + f->offset;
    buf_add_fmt(out, "\"%s\": ", f->key);
    switch (f->type) {
    case FIELD_TEXT:
        buf_add_json(out, *(const char *const *)at);
        break;
    case FIELD_BYTES:
        buf_add_fmt(out, "%" PRIu64, *(const uint64_t *)at);
        break;
    case FIELD_INT:
        buf_add_fmt(out, "%d", *(const int *)at);
        break;
    case FIELD_BOOL:
        buf_add_str(out, *(const bool *)at ? "true" : "false");
        break;
    case FIELD_TIME:
        write_time(*(const time_t *)at, out);
        break;
    case FIELD_WORD:
        buf_add_json(out, f->word(*(const unsigned *)at));
        break;
    }
}

static void write_fields(const struct field *fields, size_t count, const void *base,
                         struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_add_str(out, i == 0 ? "" : ", ");
        write_field(&fields[i], base, out);
    }
}

static void write_list(const struct list *list, const void *outer, const char *before,
                       struct buf *out)
{
    size_t count = *(const size_t *)((const char *)outer + list->count_at);
    const char *item;
    memcpy(&item, (const char *)outer + list->items_at, sizeof(item));
    buf_add_fmt(out, "\"%s\": [", list->key);
    for (size_t i = 0; i < count; i++, item += list->item_size) {
        buf_add_fmt(out, "%s%s{", i == 0 ? "" : ",", before);
        write_fields(list->fields, list->field_count, item, out);
        if (list->inner != NULL) {
            buf_add_str(out, ", ");
            write_list(list->inner, item, " ", out);
        }
        buf_add_char(out, '}');
    }
    buf_add_char(out, ']');
}

static void write_plan(const struct cleanup_plan *plan, const char *hash, struct buf *out)
{
    buf_add_fmt(out, "{\"tatami_cleanup\": %d,\n\"account\": ", FORMAT);
    buf_add_json(out, plan->account);
    buf_add_str(out, ", ");
    write_fields(plan_fields, ARRAY_LEN(plan_fields), plan, out);
    for (size_t i = 0; i < ARRAY_LEN(plan_lists); i++) {
        buf_add_str(out, ",\n");
        write_list(&plan_lists[i], plan, "\n", out);
    }
    buf_add_fmt(out, ",\n\"hash\": \"%s\"}\n", hash);
}

void cleanup_plan_write(const struct cleanup_plan *plan, struct buf *out)
{
    write_plan(plan, plan->hash, out);
}

void cleanup_plan_sign(struct cleanup_plan *plan)
{
    struct buf text = BUF_INIT, hex = BUF_INIT;
    unsigned char digest[SHA256_DIGEST_LENGTH];
    write_plan(plan, "", &text);
    SHA256((const unsigned char *)text.data, text.length, digest);
    buf_add_hex(&hex, digest, sizeof(digest));
    memcpy(plan->hash, buf_str(&hex), sizeof(plan->hash));
    buf_free(&text);
    buf_free(&hex);
}

/* ---- reading ---- */

static bool read_number(const cJSON *v, double most, double least)
{
    return cJSON_IsNumber(v) && v->valuedouble >= least && v->valuedouble <= most &&
           v->valuedouble == (double)(int64_t)v->valuedouble;
}

static bool read_time(const cJSON *v, time_t *out)
{
    *out = cJSON_IsString(v) ? clock_parse_iso(v->valuestring) : 0;
    return cJSON_IsNull(v) || *out > 0;
}

static bool read_word(const struct field *f, const cJSON *v, unsigned *out)
{
    for (unsigned i = 0; cJSON_IsString(v) && i < f->words; i++) {
        if (strcmp(f->word(i), v->valuestring) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static bool read_field(const cJSON *from, const struct field *f, struct arena *arena, void *base)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(from, f->key);
    void *at = (char *)base + f->offset;
    switch (f->type) {
    case FIELD_TEXT:
        *(const char **)at = texts_copy(arena, cJSON_IsString(v) ? v->valuestring : "");
        return cJSON_IsString(v);
    case FIELD_BYTES:
        *(uint64_t *)at = read_number(v, 9e15, 0) ? (uint64_t)v->valuedouble : 0;
        return read_number(v, 9e15, 0);
    case FIELD_INT:
        *(int *)at = read_number(v, 1e9, -1) ? v->valueint : 0;
        return read_number(v, 1e9, -1);
    case FIELD_BOOL:
        *(bool *)at = cJSON_IsTrue(v);
        return cJSON_IsBool(v);
    case FIELD_TIME:
        return read_time(v, at);
    case FIELD_WORD:
        return read_word(f, v, at);
    }
    return false;
}

static bool read_fields(const cJSON *from, const struct field *fields, size_t count,
                        struct arena *arena, void *base)
{
    for (size_t i = 0; i < count; i++)
        if (!read_field(from, &fields[i], arena, base))
            return false;
    return true;
}

static bool read_list(const cJSON *from, const struct list *list, struct arena *arena, void *outer)
{
    const cJSON *array = cJSON_GetObjectItemCaseSensitive(from, list->key), *object;
    size_t *count = (size_t *)((char *)outer + list->count_at);
    if (!cJSON_IsArray(array))
        return false;
    char *items = texts_take(arena, ((size_t)cJSON_GetArraySize(array) + 1) * list->item_size);
    memcpy((char *)outer + list->items_at, &items, sizeof(items));
    cJSON_ArrayForEach(object, array)
    {
        char *item = items + (*count)++ * list->item_size;
        if (!read_fields(object, list->fields, list->field_count, arena, item) ||
            (list->inner != NULL && !read_list(object, list->inner, arena, item)))
            return false;
    }
    return true;
}

static bool read_plan(const cJSON *root, struct cleanup_plan_box *box)
{
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(root, "tatami_cleanup");
    const char *account = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "account"));
    struct cleanup_plan *plan = &box->plan;
    if (!cJSON_IsNumber(format) || format->valueint != FORMAT || account == NULL ||
        strlen(account) >= sizeof(plan->account))
        return false;
    memcpy(plan->account, account, strlen(account) + 1);
    if (!read_fields(root, plan_fields, ARRAY_LEN(plan_fields), &box->arena, plan))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(plan_lists); i++)
        if (!read_list(root, &plan_lists[i], &box->arena, plan))
            return false;
    return true;
}

struct cleanup_plan *cleanup_plan_read(const char *text, size_t length, struct err *err)
{
    struct cleanup_plan_box *box = cleanup_plan_box_new();
    cJSON *root = cJSON_ParseWithLength(text, length);
    const char *hash = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "hash"));
    bool ok = false;
    if (!cJSON_IsObject(root) || hash == NULL || !read_plan(root, box)) {
        err_set(err, ERR_INPUT, "this is no plan of a cleanup");
        goto out;
    }
    cleanup_plan_count(&box->plan);
    cleanup_plan_sign(&box->plan);
    ok = strcmp(hash, box->plan.hash) == 0;
    if (!ok) {
        err_set(err, ERR_INPUT,
                "the plan was changed after it was made: its hash is not that of "
                "what it says");
        err_advise(err, "make it anew");
    }
out:
    cJSON_Delete(root);
    if (ok)
        return &box->plan;
    cleanup_plan_unref(&box->plan);
    return NULL;
}
