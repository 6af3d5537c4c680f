/* Answers that are none of AWS's. */
#include "aws/sim/ill.h"
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"

/* Well-formed on purpose: a client that only asks whether the XML can be read takes it for an
 * answer. */
#define PAGE                                                                                       \
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>"                                   \
    "<body><p>This network wants you to sign in.</p></body></html>\n"

static void answer_for_aws(struct reply *reply, int status)
{
    reply_free(reply);
    reply->status = status;
    reply->foreign = true;
    reply->error_code = xstrdup("-");
    reply_header(reply, "Content-Type", "text/html");
    str_add(&reply->body, PAGE);
}

bool ill_instead(const struct request *request, struct reply *reply)
{
    const struct fault *page = fault_of(request, FAULT_WEB_PAGE);
    const struct fault *redirect = fault_of(request, FAULT_REDIRECT);
    if (page != NULL)
        answer_for_aws(reply, page->status != 0 ? page->status : 200);
    if (redirect != NULL) {
        answer_for_aws(reply, redirect->status != 0 ? redirect->status : 302);
        reply_header(reply, "Location",
                     redirect->value != NULL ? redirect->value : "http://127.0.0.1:9/sign-in");
    }
    return page != NULL || redirect != NULL;
}

/* A body in memory, the first half of it. */
static void keep_half(struct reply *reply)
{
    struct str half = {0};
    str_add_bytes(&half, str_text(&reply->body), reply->body.len / 2);
    str_free(&reply->body);
    reply->body = half;
}

void ill_spoil(const struct request *request, struct reply *reply)
{
    bool malformed = fault_of(request, FAULT_MALFORMED) != NULL;
    if (!malformed && fault_of(request, FAULT_EMPTY) == NULL)
        return;
    keep_half(reply);
    content_unref(reply->content);
    reply->content = NULL;
    if (malformed)
        str_add(&reply->body, "<<&\"{]");
    else
        str_free(&reply->body);
}
