/* What a machine itself says over HTTP about its credentials. */
#include "aws/local_http.h"

#include "aws/signin_json.h"

enum { ANSWER_BYTES_MAX = 64 << 10, SERVER_ERROR = 500 };

static bool is_cancelled(const struct signin *with)
{
    return with->cancel != NULL && atomic_load(with->cancel);
}

bool local_http_ask(const struct signin *with, const struct local_http *ask,
                    struct http_answer *answer, struct err *err)
{
    const struct http_options options = {.ca_bundle = with->config->ca_bundle,
                                         .only_address = with->only_address,
                                         .limit_ms = ask->limit_ms};
    const struct http_request request = {.method = ask->method,
                                         .url = ask->url,
                                         .headers = ask->headers,
                                         .header_count = ask->header_count,
                                         .answer_limit_bytes = ANSWER_BYTES_MAX};
    struct http *h = http_new(&options);
    bool came = false, done = false;

    *answer = (struct http_answer){0};
    for (int i = 0; i < ask->attempts && !done; i++) {
        http_answer_free(answer);
        came = http_exchange(h, &request, with->cancel, answer, err);
        done = came ? answer->status < SERVER_ERROR : is_cancelled(with);
    }
    http_free(h);
    return came;
}

bool local_http_keys(const struct http_answer *answer, const char *what, struct credentials *out,
                     struct err *err)
{
    cJSON *json = signin_json_parse(buf_str(&answer->body), answer->body.length, what, err);
    bool ok = json != NULL && signin_json_keys(json, &signin_names_container, what, out, err);

    signin_json_free(json);
    return ok;
}
