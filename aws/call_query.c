/* The query protocol: a form goes out, XML comes back, page after page. */
#include <stdlib.h>
#include <string.h>

#include "aws/call_impl.h"
#include "aws/endpoint.h"
#include "aws/query.h"
#include "base/mem.h"

enum { PAGES_MAX = 10000 };

static bool decode(void *arg, const struct http_answer *answer, struct err *err)
{
    struct xml **root = arg;

    *root = xml_parse(buf_str(&answer->body), answer->body.length, err);
    return *root != NULL;
}

bool call_query(struct call *c, const struct call_action *action, const struct buf *form,
                struct xml **root, struct err *err)
{
    const char *region = endpoint_signing_region(action->service, c->region);
    static const struct http_header type = {
        .name = "content-type", .value = "application/x-www-form-urlencoded; charset=utf-8"};
    struct buf body = BUF_INIT, origin = BUF_INIT;
    struct http_answer answer = {0};
    struct xml *decoded = NULL;

    buf_add_fmt(&body, "Action=%s&Version=%s%s", action->name, action->version,
                form == NULL ? "" : buf_str(form));
    endpoint_url(c->aws->config, action->service, c->region, &origin);
    const struct call_request request = {.action = action,
                                         .method = "POST",
                                         .region = region,
                                         .origin = buf_str(&origin),
                                         .path = "/",
                                         .headers = &type,
                                         .header_count = 1,
                                         .body = {.data = body.data, .length = body.length},
                                         .accept = decode,
                                         .accept_arg = &decoded};
    bool ok = call_run(c, &request, &answer, err);
    http_answer_free(&answer);
    buf_free(&origin);
    buf_free(&body);
    if (root != NULL)
        *root = decoded;
    else
        xml_free(decoded);
    return ok;
}

/* The tokens of the pages so far. */
struct tokens {
    char **items;
    size_t count;
};

/* Notes the token; false when it stood on an earlier page. */
static bool note_token(struct tokens *seen, const char *token)
{
    for (size_t i = 0; i < seen->count; i++)
        if (strcmp(seen->items[i], token) == 0)
            return false;
    seen->items = xrealloc(seen->items, seen->count + 1, sizeof *seen->items);
    seen->items[seen->count++] = xstrdup(token);
    return seen->count < PAGES_MAX;
}

bool call_query_pages(struct call *c, const struct call_action *action, const struct buf *form,
                      void (*each)(void *arg, const struct xml *item), void *arg, struct err *err)
{
    struct tokens seen = {0};
    struct buf page = BUF_INIT;
    bool ok = true, more = true;

    while (ok && more) {
        struct xml *root = NULL;
        buf_reset(&page);
        buf_add_str(&page, form == NULL ? "" : buf_str(form));
        if (seen.count > 0)
            query_add(&page, "NextToken", seen.items[seen.count - 1]);
        ok = call_query(c, action, &page, &root, err);
        for (const struct xml *x = ok ? xml_first(root, action->items) : NULL; x != NULL;
             x = xml_after(x))
            each(arg, x);
        const char *token = ok ? xml_text(root, action->token) : NULL;
        more = token != NULL && *token != '\0';
        if (more && !note_token(&seen, token))
            ok = err_set(err, ERR_REPLY, "%s in %s: the pages go round in a circle", action->name,
                         c->region);
        xml_free(root);
    }
    for (size_t i = 0; i < seen.count; i++)
        free(seen.items[i]);
    free(seen.items);
    buf_free(&page);
    return ok;
}
