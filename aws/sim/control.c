/* /_sim/: what tests and people ask the simulator itself. */
#include "aws/sim/control.h"
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"
#include "aws/sim/s3.h"
#include "aws/sim/service.h"
#include "aws/sim/sigv4.h"
#include "aws/sim/stats.h"
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static void refuse(struct reply *reply, int status, const char *why)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "error", why);
    reply_json(reply, status, json);
}

static void show_state(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    cJSON *json = cJSON_CreateObject();
    for (size_t i = 0; services[i] != NULL; i++)
        if (services[i]->state != NULL)
            services[i]->state(request->world, json);
    reply_json(reply, 200, json);
}

static void show_requests(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)request, (void)body;
    reply_json(reply, 200, stats_json());
}

static void add_time(cJSON *json, const char *name, const char *name_ms, int64_t time_ms)
{
    char text[TIME_TEXT_SIZE];
    cJSON_AddStringToObject(json, name, time_text(time_ms, text));
    cJSON_AddNumberToObject(json, name_ms, (double)time_ms);
}

static void show_clock(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    struct clock *clock = request->world->clock;
    cJSON *json = cJSON_CreateObject();
    int64_t next_ms;
    add_time(json, "now", "now_ms", clock_now_ms(clock));
    cJSON_AddNumberToObject(json, "speed", clock_speed(clock));
    if (clock_next_ms(clock, &next_ms))
        add_time(json, "next", "next_ms", next_ms);
    reply_json(reply, 200, json);
}

static void set_clock(struct request *request, struct reply *reply, const cJSON *body)
{
    struct clock *clock = request->world->clock;
    const cJSON *speed = cJSON_GetObjectItemCaseSensitive(body, "speed");
    const cJSON *step = cJSON_GetObjectItemCaseSensitive(body, "step");
    if (cJSON_IsNumber(speed) && speed->valuedouble > 0) {
        clock_set_speed(clock, speed->valuedouble);
    } else if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "stop"))) {
        clock_stop(clock);
    } else if (cJSON_IsNumber(step) && step->valuedouble >= 0) {
        clock_step(clock, (int64_t)(step->valuedouble * 1000));
    } else if (cJSON_IsString(step) && strcmp(step->valuestring, "next") == 0) {
        if (!clock_step_next(clock)) {
            refuse(reply, 409, "nothing is scheduled");
            return;
        }
    } else {
        refuse(reply, 400, "wanted: speed, stop or step");
        return;
    }
    show_clock(request, reply, NULL);
}

static void show_faults(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    reply_json(reply, 200, faults_json(request->world->faults));
}

static void set_faults(struct request *request, struct reply *reply, const cJSON *body)
{
    char *why = NULL;
    if (faults_load(request->world, body, &why))
        show_faults(request, reply, NULL);
    else
        refuse(reply, 400, why);
    free(why);
}

static void clear_faults(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    faults_clear(request->world->faults);
    show_faults(request, reply, NULL);
}

static void set_keys(struct request *request, struct reply *reply, const cJSON *body)
{
    char *why = NULL;
    if (world_load_keys(request->world, WORLD_ACCOUNT, body, &why))
        reply_json(reply, 200, cJSON_CreateObject());
    else
        refuse(reply, 400, why);
    free(why);
}

static const char *text_of(const cJSON *json, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    return text != NULL ? text : "";
}

static void verify(struct request *request, struct reply *reply, const cJSON *body)
{
    struct request asked;
    const cJSON *header;
    const char *why;
    request_init(&asked, request->world, text_of(body, "target"), 0);
    asked.method = text_of(body, "method");
    cJSON_ArrayForEach(header, cJSON_GetObjectItemCaseSensitive(body, "headers"))
    {
        if (cJSON_IsString(header))
            request_header(&asked, header->string, header->valuestring);
    }
    asked.signature = sigv4_read(&asked, &why);
    if (asked.signature == NULL) {
        refuse(reply, 400, why != NULL ? why : "there is no signature");
        request_free(&asked);
        return;
    }
    unsigned char digest[32];
    struct str hash = {0};
    EVP_Digest(text_of(body, "body"), strlen(text_of(body, "body")), digest, NULL, EVP_sha256(),
               NULL);
    str_add_hex(&hash, digest, sizeof(digest));
    const char *stated = asked.signature->payload_hash;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddBoolToObject(json, "valid",
                          sigv4_verify(asked.signature, &asked, text_of(body, "secret"),
                                       stated != NULL ? stated : str_text(&hash)));
    cJSON_AddStringToObject(json, "canonical_request", str_text(&asked.signature->canonical));
    cJSON_AddStringToObject(json, "string_to_sign", str_text(&asked.signature->to_sign));
    reply_json(reply, 200, json);
    str_free(&hash);
    request_free(&asked);
}

static void reset(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    world_reset(request->world);
    reply_json(reply, 200, cJSON_CreateObject());
}

/* The content that `object=BUCKET/KEY` or `snapshot=ID` names, with a reference; or NULL. */
static struct content *named_content(struct request *request)
{
    const char *object = params_get(&request->params, "object");
    const char *slash = object != NULL ? strchr(object, '/') : NULL;
    struct content *content = NULL;
    if (slash != NULL) {
        char *bucket = xasprintf("%.*s", (int)(slash - object), object);
        const struct s3_object *found = s3_find_object(bucket, slash + 1);
        content = found != NULL ? found->content : NULL;
        free(bucket);
    }
    for (size_t i = 0; content == NULL && services[i] != NULL; i++)
        if (services[i]->content != NULL)
            content = services[i]->content(request->world, &request->params);
    return content != NULL ? content_ref(content) : NULL;
}

static void add_sha256(cJSON *list, const unsigned char digest[32])
{
    struct str hex = {0};
    str_add_hex(&hex, digest, 32);
    cJSON_AddItemToArray(list, cJSON_CreateString(str_text(&hex)));
    str_free(&hex);
}

static void show_blocks(struct request *request, struct reply *reply, const cJSON *body)
{
    (void)body;
    struct content *content = named_content(request);
    if (content == NULL) {
        refuse(reply, 404, "no such object or snapshot");
        return;
    }
    unsigned char digest[32];
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "size", (double)content_size(content));
    cJSON_AddBoolToObject(json, "known", content_known(content));
    cJSON *list = cJSON_AddArrayToObject(json, "blocks");
    for (uint64_t i = 0; content_known(content) && i < content_blocks(content); i++) {
        if (!content_block_sha256(content, i, digest))
            continue;
        cJSON *row = cJSON_CreateArray();
        cJSON_AddItemToArray(row, cJSON_CreateNumber((double)i));
        add_sha256(row, digest);
        cJSON_AddItemToArray(list, row);
    }
    /* The hash of a whole volume takes a second for each GiB: `sha256=no` leaves it out. */
    if (params_get(&request->params, "sha256") == NULL && content_sha256(content, digest)) {
        struct str hex = {0};
        str_add_hex(&hex, digest, sizeof(digest));
        cJSON_AddStringToObject(json, "sha256", str_text(&hex));
        str_free(&hex);
    }
    content_unref(content);
    reply_json(reply, 200, json);
}

static const struct {
    const char *method, *path;
    void (*handle)(struct request *request, struct reply *reply, const cJSON *body);
} rows[] = {
    {"GET", "/_sim/state", show_state},   {"GET", "/_sim/requests", show_requests},
    {"GET", "/_sim/blocks", show_blocks}, {"GET", "/_sim/clock", show_clock},
    {"POST", "/_sim/clock", set_clock},   {"GET", "/_sim/faults", show_faults},
    {"POST", "/_sim/faults", set_faults}, {"DELETE", "/_sim/faults", clear_faults},
    {"POST", "/_sim/keys", set_keys},     {"POST", "/_sim/verify", verify},
    {"POST", "/_sim/reset", reset},
};

void control_handle(struct request *request, struct reply *reply)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].path, request->path) != 0 ||
            strcmp(rows[i].method, request->method) != 0)
            continue;
        cJSON *body = cJSON_ParseWithLength(str_text(&request->body), request->body.len);
        world_lock(request->world);
        rows[i].handle(request, reply, body);
        world_unlock(request->world);
        cJSON_Delete(body);
        return;
    }
    refuse(reply, 404, "control.h lists what there is");
}
