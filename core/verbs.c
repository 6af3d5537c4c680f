/* What the verbs have in common. */
#include "core/verbs.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

/* DescribeRegions answers everywhere; this region is enabled in every account. */
#define ANY_REGION "us-east-1"

static int status_of(const struct err *err)
{
    static const struct {
        enum err_kind kind;
        int status;
    } rows[] = {{ERR_USAGE, 2},
                {ERR_REFUSED, 4},
                {ERR_EXISTS, 4},
                {ERR_EXPIRED, 130},
                {ERR_CANCELLED, 130}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].kind == err->kind)
            return rows[i].status;
    return 1;
}

int verb_complain(const struct err *err)
{
    struct safe_text region = text_safe(err->region);
    struct safe_text code = text_safe(err->code);
    struct safe_text message = text_safe(err->message);
    struct safe_text id = text_safe(err->request_id);
    struct safe_text advice = text_safe(err->advice);
    fputs("tatami: ", stderr);
    if (region.utf8[0] != '\0')
        fprintf(stderr, "%s: ", region.utf8);
    if (code.utf8[0] != '\0')
        fprintf(stderr, "%s: ", code.utf8);
    fputs(message.utf8, stderr);
    if (id.utf8[0] != '\0')
        fprintf(stderr, " (request %s)", id.utf8);
    if (advice.utf8[0] != '\0')
        fprintf(stderr, "; %s", advice.utf8);
    fputc('\n', stderr);
    struct safe_text *texts[] = {&region, &code, &message, &id, &advice};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        text_free(texts[i]);
    return status_of(err);
}

int verb_fail(const struct settings *s, const struct err *err, FILE *out)
{
    int status = verb_complain(err);
    struct buf line = BUF_INIT;
    char time[24];
    if (!s->json)
        return status;
    clock_format_iso(clock_calendar(), time);
    buf_add_fmt(&line, "{\"time\":\"%s\",\"event\":\"result\",\"exit_status\":%d,\"text\":", time,
                status);
    buf_add_json(&line, err->message);
    fprintf(out, "%s}\n", buf_str(&line));
    fflush(out);
    buf_free(&line);
    return status;
}

const char *verb_home(const struct settings *s, const struct aws *aws)
{
    const char *region = aws_session_config(aws)->region;
    if (s->region != NULL)
        return s->region;
    return region != NULL ? region : ANY_REGION;
}
