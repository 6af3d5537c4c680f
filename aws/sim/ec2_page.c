/* Pages of a describe call: MaxResults, NextToken, and now and then a short or empty page. */
#include "aws/sim/ec2_page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aws/sim/rng.h"
#include "aws/sim/service.h"

enum { LARGEST_PAGE = 1000, CURTAILED_ONE_IN = 6, TOKEN_SIZE = 40 };

/* What the world says about pages. */
static struct {
    size_t rows;
    bool never_short;
} limits = {.rows = SIZE_MAX};

/* A token says where to go on and whether that page was cut short before, which never happens twice
 * at one place; its last digits tell it from one that was made up. */
static void token_write(const struct request *request, uint64_t after, bool curtailed, char *out)
{
    uint64_t check = rng_draw(request->world->seed, "page-token", request->region->name,
                              request->action->name, 2 * after + curtailed);
    snprintf(out, TOKEN_SIZE, "%016" PRIx64 "%d%08" PRIx32, after, curtailed, (uint32_t)check);
}

static bool token_read(const struct request *request, const char *token, uint64_t *after,
                       bool *curtailed)
{
    char expected[TOKEN_SIZE];
    int flag;
    if (sscanf(token, "%16" SCNx64 "%1d", after, &flag) != 2)
        return false;
    *curtailed = flag == 1;
    token_write(request, *after, *curtailed, expected);
    return strcmp(token, expected) == 0;
}

static void curtail(const struct request *request, struct ec2_page *page)
{
    uint64_t draw = rng_draw(request->world->seed, "page", request->region->name,
                             request->action->name, page->after);
    if (draw % CURTAILED_ONE_IN != 0)
        return;
    page->curtailed = true;
    page->limit = (size_t)(draw / CURTAILED_ONE_IN) % page->limit;
}

void ec2_page_limits(size_t rows, bool never_short)
{
    limits.rows = rows;
    limits.never_short = never_short;
}

bool ec2_page_begin(struct request *request, struct reply *reply, struct ec2_page *page, int least,
                    const char *ids)
{
    *page = (struct ec2_page){.limit = SIZE_MAX};
    const char *most = params_get(&request->params, "MaxResults");
    const char *token = params_get(&request->params, "NextToken");
    int64_t limit = 0;
    if (most != NULL && (!params_int(&request->params, "MaxResults", &limit) || limit < least)) {
        reply_error(request, reply, 400, "InvalidParameterValue",
                    "Value ( %s ) for parameter maxResults is invalid. Expecting a value greater "
                    "than or equal to %d.",
                    most, least);
        return false;
    }
    bool named = ids != NULL && params_has(&request->params, ids);
    if (most != NULL && named) {
        reply_error(request, reply, 400, "InvalidParameterCombination",
                    "The parameter %s cannot be used with the parameter maxResults", ids);
        return false;
    }
    bool curtailed_before = false;
    if (token != NULL && !token_read(request, token, &page->after, &curtailed_before)) {
        reply_error(request, reply, 400, "InvalidPaginationToken",
                    "The pagination token '%s' is invalid", token);
        return false;
    }
    if (most != NULL)
        page->limit = limit > LARGEST_PAGE ? LARGEST_PAGE : (size_t)limit;
    if (!named && page->limit > limits.rows)
        page->limit = limits.rows;
    if (most != NULL && !curtailed_before && !limits.never_short)
        curtail(request, page);
    return true;
}

bool ec2_page_take(struct ec2_page *page, uint64_t sequence)
{
    if (page->taken == page->limit) {
        page->more = true;
        return false;
    }
    page->taken++;
    page->after = sequence;
    return true;
}

void ec2_page_end(const struct request *request, struct reply *reply, const struct ec2_page *page)
{
    if (!page->more)
        return;
    char token[TOKEN_SIZE];
    token_write(request, page->after, page->curtailed && page->taken == 0, token);
    xml_text(&reply->body, "nextToken", token);
}
