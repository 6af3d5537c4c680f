/* The one session with AWS of a program. */
#include "core/session.h"

#include <stdatomic.h>
#include <string.h>

#include "aws/call.h"
#include "aws/sts.h"
#include "base/mem.h"
#include "core/ask_code.h"
#include "core/interrupt.h"
#include "core/inventory.h"
#include "core/options.h"
#include "core/region_name.h"
#include "core/rehearse.h"
#include "core/verbs.h"

/* The guard: nothing is asked of AWS before it but who this is. */
static bool is_right_account(const struct settings *asked, struct aws *aws,
                             const atomic_bool *cancel, struct err *err)
{
    struct sts_identity who;
    if (asked->account == NULL)
        return true;
    struct call *c = call_new(aws, verb_home(asked, aws), cancel);
    bool ok = sts_identity(c, &who, err);
    call_free(c);
    if (ok && strcmp(who.account, asked->account) != 0) {
        ok = err_set(err, ERR_REFUSED, "these credentials (%s) are of account %s, not of %s",
                     aws_credentials_source(aws), who.account, asked->account);
        err_advise(err, "take those of account %s, or another --account", asked->account);
    }
    return ok;
}

/* A signal during it ends it; on a screen the keys are the screen's. */
static bool sign_in(struct session *s, struct aws_options *options, struct err *err)
{
    struct interrupt *interrupt = s->on_screen ? NULL : interrupt_start();
    const atomic_bool *cancel = interrupt != NULL ? interrupt_flag(interrupt) : NULL;
    options->cancel = cancel;
    struct aws *aws = aws_new(options, err);
    bool ok = aws != NULL && is_right_account(s->settings, aws, cancel, err);
    if (cancel != NULL && atomic_load(cancel))
        ok = err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    if (!ok) {
        aws_free(aws);
        aws = NULL;
    }
    s->aws = aws;
    interrupt_end(interrupt);
    return ok;
}

bool session_connect(struct session *s, struct err *err)
{
    struct settings *asked = s->settings;
    struct aws_config_options options = {asked->profile, asked->region, asked->endpoint_url,
                                         asked->ca_bundle};
    if (s->aws != NULL)
        return true;
    if (s->problem.kind != ERR_NONE) {
        if (err != NULL)
            *err = s->problem;
        s->problem = ERR_INIT;
        return false;
    }
    aws_config_free(s->config);
    s->config = aws_config_load(&options, err);
    if (s->config == NULL)
        return false;
    if (asked->region == NULL && s->config->region == NULL && s->rehearsal == NULL) {
        const struct signin machine = signin_of(s->config);
        s->config->region = credentials_imds_region(&machine);
    }
    if (asked->region == NULL && s->config->region != NULL) {
        if (!region_name_check("AWS_REGION, the profile's or the machine's region",
                               s->config->region, err))
            return false;
        asked->region = xstrdup(s->config->region);
    }
    struct aws_options session = {
        .config = s->config,
        .read_only = asked->read_only,
        .only_address = rehearsal_address(s->rehearsal),
        .ask = s->on_screen ? NULL : ask_code,
        .trace = s->trace,
        .trace_arg = s->trace_arg,
    };
    return sign_in(s, &session, err);
}

struct inventory_reader *session_read(struct session *s, clock_ms interval_ms, int wake_fd,
                                      struct err *err)
{
    const struct settings *asked = s->settings;
    if (!session_connect(s, err))
        return NULL;
    /* A release's console watches the whole account, and the bucket that the release uses. */
    bool chosen = asked->verb == VERB_WATCH || asked->verb == VERB_CLEANUP;
    const char *const own[] = {asked->bucket};
    bool many = asked->buckets.count > 0;
    struct inventory_options options = {
        .aws = s->aws,
        .home = asked->home != NULL ? asked->home : verb_home(asked, s->aws),
        .regions = (const char *const *)asked->regions.items,
        .region_count = chosen ? asked->regions.count : 0,
        .buckets = many ? (const char *const *)asked->buckets.items : own,
        .bucket_count = many ? asked->buckets.count : asked->bucket != NULL,
        .interval_ms = interval_ms,
        .wake_fd = wake_fd,
    };
    return inventory_open(&options);
}

void session_close(struct session *s)
{
    aws_free(s->aws);
    aws_config_free(s->config);
    s->aws = NULL;
    s->config = NULL;
}
