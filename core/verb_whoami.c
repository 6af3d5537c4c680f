/* `tatami whoami`. */
#include <stdlib.h>

#include "aws/ec2_regions.h"
#include "aws/iam.h"
#include "aws/sts.h"
#include "base/clock.h"
#include "base/text.h"
#include "core/interrupt.h"
#include "core/verbs.h"

struct identity {
    struct sts_identity who;
    char *alias; /* NULL when there is none, or it may not be read */
    const char *source;
    char until[24]; /* "2026-11-23T01:02:03Z"; "" when the credentials do not end */
    struct ec2_region *regions;
    size_t region_count;
};

static bool is_on(const struct ec2_region *region)
{
    return region->opt_in != EC2_NOT_OPTED_IN;
}

static void identity_json(const struct identity *id, struct buf *b)
{
    const char *between = "";
    buf_add_fmt(b, "{\"account\": \"%s\", \"alias\": ", id->who.account);
    buf_add_json(b, id->alias != NULL ? id->alias : "");
    buf_add_str(b, ", \"identity\": ");
    buf_add_json(b, id->who.arn);
    buf_add_str(b, ", \"credentials\": ");
    buf_add_json(b, id->source);
    buf_add_str(b, ", \"until\": ");
    buf_add_json(b, id->until);
    buf_add_str(b, ", \"regions\": [");
    for (size_t i = 0; i < id->region_count; i++) {
        if (!is_on(&id->regions[i]))
            continue;
        buf_add_str(b, between);
        buf_add_json(b, id->regions[i].name);
        between = ", ";
    }
    buf_add_str(b, "]}\n");
}

static void add_safe(struct buf *b, const char *label, const char *value)
{
    struct safe_text safe = text_safe(value);
    buf_add_fmt(b, "%-12s %s\n", label, safe.utf8);
    text_free(&safe);
}

static void identity_text(const struct identity *id, struct buf *b)
{
    struct buf on = BUF_INIT, off = BUF_INIT;
    for (size_t i = 0; i < id->region_count; i++) {
        struct buf *list = is_on(&id->regions[i]) ? &on : &off;
        buf_add_fmt(list, "%s%s", list->length > 0 ? " " : "", id->regions[i].name);
    }
    add_safe(b, "Account", id->who.account);
    if (id->alias != NULL)
        add_safe(b, "Alias", id->alias);
    add_safe(b, "Identity", id->who.arn);
    add_safe(b, "Credentials", id->source);
    if (id->until[0] != '\0')
        add_safe(b, "Until", id->until);
    add_safe(b, "Regions", buf_str(&on));
    if (off.length > 0)
        add_safe(b, "Not enabled", buf_str(&off));
    buf_free(&on);
    buf_free(&off);
}

int verb_whoami(const struct settings *s, struct aws *aws, FILE *out)
{
    struct interrupt *interrupt = interrupt_start();
    struct call *c = call_new(aws, verb_home(s, aws), interrupt_flag(interrupt));
    struct identity id = {.source = aws_credentials_source(aws)};
    struct err err = ERR_INIT, ignored = ERR_INIT;
    struct buf text = BUF_INIT;
    int status = 0;
    if (!sts_identity(c, &id.who, &err) || !ec2_regions(c, &id.regions, &id.region_count, &err)) {
        /* The usual advice is to come here. */
        if (err.kind == ERR_CREDENTIALS && id.source != NULL && id.source[0] != '\0')
            err_advise(&err, "check the access key (source: %s)", id.source);
        status = verb_fail(s, &err, out);
        goto out;
    }
    if (aws_credentials_expire(aws) != 0)
        clock_format_iso(aws_credentials_expire(aws), id.until);
    /* The alias is for the eyes: without permission to read it there is none. */
    if (!iam_account_alias(c, &id.alias, &ignored))
        id.alias = NULL;
    if (s->json)
        identity_json(&id, &text);
    else
        identity_text(&id, &text);
    fputs(buf_str(&text), out);
out:
    buf_free(&text);
    free(id.alias);
    free(id.regions);
    call_free(c);
    interrupt_end(interrupt);
    return status;
}
