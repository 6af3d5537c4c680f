/* A request's life around its handler. */
#include "aws/sim/request.h"
#include "aws/sim/mem.h"
#include "aws/sim/rng.h"
#include "aws/sim/sigv4.h"
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_ids(struct request *r, uint64_t n)
{
    uint64_t a = rng_draw(r->world->seed, "request", NULL, NULL, n);
    uint64_t b = rng_draw(a, NULL, NULL, NULL, n);
    snprintf(r->id, sizeof(r->id), "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(a >> 32),
             (unsigned)(a >> 16) & 0xffff, (unsigned)a & 0xfff,
             0x8000 | ((unsigned)(b >> 48) & 0x3fff), b & 0xffffffffffff);
    struct str host_id = {0};
    str_add_base64(&host_id, r->id, sizeof(r->id) - 1);
    snprintf(r->host_id, sizeof(r->host_id), "%s", str_text(&host_id));
    str_free(&host_id);
}

void request_init(struct request *r, struct world *w, const char *uri, uint64_t n)
{
    const char *query = strchrnul(uri, '?');
    struct str path = {0};
    *r = (struct request){.world = w};
    r->raw_path = xasprintf("%.*s", (int)(query - uri), uri);
    r->raw_query = xstrdup(*query == '?' ? query + 1 : "");
    percent_decode(&path, r->raw_path, strlen(r->raw_path), false);
    r->path = str_take(&path);
    params_parse(&r->params, r->raw_query, strlen(r->raw_query));
    make_ids(r, n);
}

void request_header(struct request *r, const char *name, const char *value)
{
    char *lower = xstrdup(name);
    for (char *p = lower; *p != '\0'; p++)
        *p = (char)tolower((unsigned char)*p);
    params_add(&r->headers, lower, value);
    free(lower);
}

void request_free(struct request *r)
{
    sigv4_free(r->signature);
    content_unref(r->content);
    params_free(&r->headers);
    params_free(&r->params);
    str_free(&r->body);
    free(r->raw_path);
    free(r->path);
    free(r->raw_query);
    free(r->bucket);
    free(r->object);
}
