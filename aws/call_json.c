/* The JSON protocols: an object goes out, an object comes back. */
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call_impl.h"
#include "aws/endpoint.h"
#include "aws/json.h"
#include "base/mem.h"

enum { HEADERS_MOST = 14 };

/* What goes out with one call. */
struct outgoing {
    struct buf origin, target;
    char *body; /* NULL for none */
    struct http_header headers[HEADERS_MOST];
    size_t header_count;
};

static void add_header(struct outgoing *o, const char *name, const char *value)
{
    if (o->header_count == HEADERS_MOST)
        abort();
    o->headers[o->header_count++] = (struct http_header){.name = name, .value = value};
}

static void make_outgoing(const struct call *c, const struct call_json *j, struct outgoing *o)
{
    bool targeted = j->action->protocol == CALL_JSON_1_1;

    endpoint_url(c->aws->config, j->action->service, c->region, &o->origin);
    if (j->body != NULL) {
        o->body = cJSON_PrintUnformatted(j->body);
        if (o->body == NULL)
            abort();
    } else if (targeted) {
        o->body = xstrdup("{}");
    }
    if (o->body != NULL)
        add_header(o, "content-type", targeted ? "application/x-amz-json-1.1" : "application/json");
    if (targeted) {
        buf_add_fmt(&o->target, "%s.%s", j->action->version, j->action->name);
        add_header(o, "x-amz-target", buf_str(&o->target));
    }
    for (size_t i = 0; i < j->header_count; i++)
        add_header(o, j->headers[i].name, j->headers[i].value);
}

static void free_outgoing(struct outgoing *o)
{
    buf_free(&o->origin);
    buf_free(&o->target);
    str_wipe_free(o->body);
}

static bool decode(void *arg, const struct http_answer *answer, struct err *err)
{
    cJSON **json = arg;

    *json = answer->body.length == 0 ? cJSON_CreateObject()
                                     : json_parse(buf_str(&answer->body), answer->body.length, err);
    if (*json == NULL || cJSON_IsObject(*json))
        return *json != NULL;
    cJSON_Delete(*json);
    *json = NULL;
    return err_set(err, ERR_REPLY, "AWS's answer cannot be read: it is no JSON object");
}

bool call_json(struct call *c, const struct call_json *j, cJSON **answer, struct err *err)
{
    bool targeted = j->action->protocol == CALL_JSON_1_1;
    struct outgoing o = {.body = NULL};
    struct http_answer raw = {0};

    *answer = NULL;
    make_outgoing(c, j, &o);
    const struct call_request request = {
        .action = j->action,
        .method = targeted ? "POST" : j->method,
        .region = endpoint_signing_region(j->action->service, c->region),
        .origin = buf_str(&o.origin),
        .path = targeted ? "/" : j->path,
        .query = j->query,
        .headers = o.headers,
        .header_count = o.header_count,
        .body = {.data = o.body, .length = o.body == NULL ? 0 : strlen(o.body)},
        .accept = decode,
        .arg = answer};
    bool ok = call_run(c, &request, &raw, err);
    http_answer_free(&raw);
    free_outgoing(&o);
    return ok;
}
