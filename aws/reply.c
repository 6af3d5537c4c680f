/* What AWS says when it says no. */
#include "aws/reply.h"

#include <cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/retry.h"
#include "aws/xml.h"
#include "base/mem.h"

/* Where code and message stand, by the name of the root. */
static const struct shape {
    const char *root, *code, *message, *request_id;
} shapes[] = {
    {"Response", "Errors/Error/Code", "Errors/Error/Message", "RequestID"},
    {"ErrorResponse", "Error/Code", "Error/Message", "RequestId"},
    {"Error", "Code", "Message", "RequestId"},
};

static const struct advice {
    enum err_kind kind;
    const char *text;
} advices[] = {
    {ERR_CREDENTIALS, "check the access key; `tatami whoami` shows where it came from"},
    {ERR_EXPIRED, "get new credentials; a release goes on where it was"},
    {ERR_DENIED, "the policy of this identity must allow the action"},
    {ERR_REGION_OFF, "enable the region for the account, or leave it out with --exclude"},
    {ERR_LIMIT, "ask for a higher quota in this region, or remove what is not needed"},
    {ERR_BLOCKED, "a guard of the account or of the resource forbids it"},
    {ERR_SKEW, "set this machine's clock"},
    {ERR_THROTTLED, "AWS asks for fewer requests; it is tried again"},
};

/* Codes that stand for more than one thing: the message says which. */
static const struct meaning {
    const char *code, *message;
    enum err_kind kind;
} meanings[] = {
    {"ValidationException", "Failed to read block data", ERR_SERVER}, /* EBS direct: send again */
};

static void copy(char *out, size_t size, const char *text)
{
    if (text != NULL)
        snprintf(out, size, "%s", text);
}

static bool read_xml(struct err *err, const struct buf *body)
{
    struct xml *root = xml_parse(buf_str(body), body->length, NULL);
    bool read = false;

    for (size_t i = 0; root != NULL && i < ARRAY_LEN(shapes); i++) {
        if (strcmp(root->name, shapes[i].root) != 0)
            continue;
        copy(err->code, sizeof err->code, xml_text(root, shapes[i].code));
        copy(err->message, sizeof err->message, xml_text(root, shapes[i].message));
        copy(err->request_id, sizeof err->request_id, xml_text(root, shapes[i].request_id));
        read = true;
    }
    xml_free(root);
    return read;
}

/* "com.amazonaws.ebs#ValidationException:http://..." is ValidationException. */
static void copy_json_code(struct err *err, const char *type)
{
    if (type == NULL)
        return;
    const char *hash = strrchr(type, '#');
    copy(err->code, sizeof err->code, hash == NULL ? type : hash + 1);
    err->code[strcspn(err->code, ":")] = '\0';
}

static void read_json(struct err *err, const struct http_answer *answer)
{
    /* An empty body (HEAD) is no JSON; the parser keeps its last error in a global. */
    cJSON *json = answer->body.length == 0
                      ? NULL
                      : cJSON_ParseWithLength(buf_str(&answer->body), answer->body.length);
    const char *header = http_answer_header(answer, "x-amzn-errortype");
    /* Looked up without regard to case: services write both message and Message. */
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItem(json, "message"));
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(json, "__type"));

    copy_json_code(err, header != NULL ? header : type);
    copy(err->message, sizeof err->message, message);
    cJSON_Delete(json);
}

const char *reply_request_id(const struct http_answer *answer)
{
    static const char *const names[] = {"x-amzn-requestid", "x-amz-request-id", "x-amz-requestid"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *id = http_answer_header(answer, names[i]);
        if (id != NULL)
            return id;
    }
    return "";
}

bool reply_error(struct err *err, const struct http_answer *answer)
{
    struct err local;

    if (err == NULL)
        err = &local;
    *err = (struct err){.http_status = answer->status};
    if (!read_xml(err, &answer->body))
        read_json(err, answer);
    err->kind = retry_classify(err->code, answer->status);
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strcmp(meanings[i].code, err->code) == 0 &&
            strstr(err->message, meanings[i].message) != NULL)
            err->kind = meanings[i].kind;
    if (err->request_id[0] == '\0')
        copy(err->request_id, sizeof err->request_id, reply_request_id(answer));
    if (err->message[0] == '\0')
        snprintf(err->message, sizeof err->message, "AWS answered with status %d and no reason",
                 answer->status);
    for (size_t i = 0; i < ARRAY_LEN(advices); i++)
        if (advices[i].kind == err->kind)
            err_advise(err, "%s", advices[i].text);
    return false;
}

bool reply_is_foreign(const struct http_answer *answer)
{
    static const char page[] = "text/html";
    const char *type = http_answer_header(answer, "content-type");

    if (reply_request_id(answer)[0] != '\0')
        return false;
    if (answer->status >= 300 && answer->status <= 399)
        return http_answer_header(answer, "location") != NULL;
    return answer->status < 500 && type != NULL && strncasecmp(type, page, sizeof page - 1) == 0;
}

bool reply_foreign(struct err *err, const struct http_answer *answer)
{
    const char *location = http_answer_header(answer, "location");
    const char *host = location == NULL ? NULL : strstr(location, "://");

    if (host == NULL)
        err_set(err, ERR_REPLY, "a web page came instead of AWS's answer (HTTP %d)",
                answer->status);
    else
        err_set(err, ERR_REPLY, "a redirect to %.*s came instead of AWS's answer (HTTP %d)",
                (int)strcspn(host + 3, "/?#"), host + 3, answer->status);
    if (err != NULL)
        err->http_status = answer->status;
    return err_advise(err, "a proxy or the sign-in page of a network answers for AWS: sign in "
                           "there, or see HTTPS_PROXY and NO_PROXY");
}

static long number(const char *text, long unit_ms)
{
    char *end = NULL;
    long value = text == NULL ? -1 : strtol(text, &end, 10);

    if (value < 0 || end == text || *end != '\0' || value > 86400000 / unit_ms)
        return -1;
    return value * unit_ms;
}

long reply_retry_after_ms(const struct http_answer *answer)
{
    long asked_ms = number(http_answer_header(answer, "x-amz-retry-after"), 1);

    return asked_ms >= 0 ? asked_ms : number(http_answer_header(answer, "retry-after"), 1000);
}
