/* The query protocol: a form goes out, XML comes back, page after page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call_impl.h"
#include "aws/endpoint.h"
#include "aws/query.h"
#include "base/mem.h"

enum { PAGES_MAX = 10000 };

/* One query on its way: the request that call_run() wants, and what that points into. */
struct query {
    struct buf body, origin;
    struct call_request request;
};

static const struct http_header form_type = {
    .name = "content-type", .value = "application/x-www-form-urlencoded; charset=utf-8"};

/* Fills q->request but for those who look at the answer. */
static void make_query(const struct call *c, const struct call_action *action,
                       const struct buf *form, struct query *q)
{
    buf_add_fmt(&q->body, "Action=%s&Version=%s%s", action->name, action->version,
                form == NULL ? "" : buf_str(form));
    endpoint_url(c->aws->config, action->service, c->region, &q->origin);
    q->request =
        (struct call_request){.action = action,
                              .method = "POST",
                              .region = endpoint_signing_region(action->service, c->region),
                              .origin = buf_str(&q->origin),
                              .path = "/",
                              .headers = &form_type,
                              .header_count = 1,
                              .body = {.data = q->body.data, .length = q->body.length}};
}

static void free_query(struct query *q)
{
    buf_wipe_free(&q->body);
    buf_free(&q->origin);
}

/* AWS's answers are all called SomethingResponse; other XML comes from somebody else. */
static bool is_answer(const struct xml *root, struct err *err)
{
    static const char end[] = "Response";
    size_t length = strlen(root->name), end_length = sizeof end - 1;

    return (length > end_length && strcmp(root->name + length - end_length, end) == 0) ||
           err_set(err, ERR_REPLY, "something else came instead of AWS's answer: <%s>", root->name);
}

static bool decode(void *arg, const struct http_answer *answer, struct err *err)
{
    struct xml **root = arg;

    xml_free(*root);
    *root = xml_parse(buf_str(&answer->body), answer->body.length, err);
    return *root != NULL && is_answer(*root, err);
}

bool call_query(struct call *c, const struct call_action *action, const struct buf *form,
                struct xml **root, struct err *err)
{
    struct query q = {.body = BUF_INIT};
    struct http_answer answer = {0};
    struct xml *decoded = NULL;

    make_query(c, action, form, &q);
    q.request.accept = decode;
    q.request.arg = &decoded;
    bool ok = call_run(c, &q.request, &answer, err);
    http_answer_free(&answer);
    free_query(&q);
    if (!ok || root == NULL) {
        xml_free(decoded);
        decoded = NULL;
    }
    if (root != NULL)
        *root = decoded;
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

/* A page that is read as it arrives. */
struct page {
    struct xml_stream *stream;
    const struct call_items *items;
    const struct xml *rest; /* what is no item, once the page is complete */
    bool begun;             /* items may have been handed out */
};

static void on_item(void *arg, const struct xml *item)
{
    struct page *page = arg;

    page->begun = true;
    page->items->each(page->items->arg, item);
}

static void begin_page(void *arg)
{
    struct page *page = arg;

    if (page->begun && page->items->again != NULL)
        page->items->again(page->items->page_arg);
    page->begun = false;
    xml_stream_restart(page->stream);
}

static void add_to_page(void *arg, const char *bytes, size_t length)
{
    struct page *page = arg;

    xml_stream_add(page->stream, bytes, length);
}

static bool end_page(void *arg, const struct http_answer *answer, struct err *err)
{
    struct page *page = arg;
    (void)answer;

    page->rest = xml_stream_end(page->stream, err);
    return page->rest != NULL && is_answer(page->rest, err);
}

/* Asks for one page. */
static bool run_page(struct call *c, const struct call_action *action, const struct buf *form,
                     struct page *page, struct err *err)
{
    struct query q = {.body = BUF_INIT};
    struct http_answer answer = {0};

    make_query(c, action, form, &q);
    q.request.begin = begin_page;
    q.request.take = add_to_page;
    q.request.accept = end_page;
    q.request.arg = page;
    bool ok = call_run(c, &q.request, &answer, err);
    http_answer_free(&answer);
    free_query(&q);
    if (ok && page->items->page != NULL)
        page->items->page(page->items->page_arg);
    page->begun = false;
    return ok;
}

/* The pages go round: the error says so as those of a call do. */
static bool circle(const struct call *c, const struct call_action *action, struct err *err)
{
    err_set(err, ERR_REPLY, "%s in %s: the pages go round in a circle", action->name, c->region);
    if (err != NULL) {
        snprintf(err->operation, sizeof err->operation, "%s", action->name);
        snprintf(err->region, sizeof err->region, "%s", c->region);
    }
    return false;
}

bool call_query_pages(struct call *c, const struct call_action *action, const struct buf *form,
                      const struct call_items *items, struct err *err)
{
    struct tokens seen = {0};
    struct buf text = BUF_INIT;
    struct page page = {.items = items};
    bool ok = true, more = true;

    page.stream = xml_stream_new(action->items, on_item, &page);
    while (ok && more) {
        buf_reset(&text);
        buf_add_str(&text, form == NULL ? "" : buf_str(form));
        if (seen.count > 0)
            query_add(&text, "NextToken", seen.items[seen.count - 1]);
        ok = run_page(c, action, &text, &page, err);
        const char *token = ok ? xml_text(page.rest, action->token) : NULL;
        more = token != NULL && *token != '\0';
        if (more && !note_token(&seen, token))
            ok = circle(c, action, err);
    }
    for (size_t i = 0; i < seen.count; i++)
        free(seen.items[i]);
    free(seen.items);
    xml_stream_free(page.stream);
    buf_free(&text);
    return ok;
}
