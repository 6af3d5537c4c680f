/* Replies in the words of each protocol. */
#include "aws/sim/reply.h"
#include "aws/sim/fault.h"
#include "aws/sim/mem.h"
#include "aws/sim/service.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void reply_header(struct reply *reply, const char *name, const char *value)
{
    params_set(&reply->headers, name, value);
}

void reply_free(struct reply *reply)
{
    params_free(&reply->headers);
    str_free(&reply->body);
    content_unref(reply->content);
    free(reply->error_code);
    *reply = (struct reply){0};
}

void reply_open(struct request *request, struct reply *reply)
{
    const char *action = request->action->name;
    struct str *out = &reply->body;
    reply_header(reply, "Content-Type", "text/xml;charset=UTF-8");
    str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    str_addf(out, "<%sResponse xmlns=\"%s\">", action, request->service->xmlns);
    if (request->service->protocol == PROTOCOL_EC2)
        xml_text(out, "requestId", request->id);
    else
        str_addf(out, "<%sResult>", action);
}

void reply_close(struct request *request, struct reply *reply)
{
    struct str *out = &reply->body;
    if (request->service->protocol == PROTOCOL_QUERY) {
        str_addf(out, "</%sResult>", request->action->name);
        xml_open(out, "ResponseMetadata");
        xml_text(out, "RequestId", request->id);
        xml_close(out, "ResponseMetadata");
    }
    str_addf(out, "</%sResponse>", request->action->name);
}

void reply_true(struct request *request, struct reply *reply)
{
    reply_open(request, reply);
    xml_bool(&reply->body, "return", true);
    reply_close(request, reply);
}

/* Where an error's parts go: a table, since XML errors differ in nothing else. */
struct error_form {
    const char *before, *after; /* the code and message, then the request id */
    const char *id_element, *end;
};

static const struct error_form error_forms[] = {
    [PROTOCOL_EC2] = {"<Response><Errors><Error>", "</Error></Errors>", "RequestID", "</Response>"},
    [PROTOCOL_QUERY] = {"<ErrorResponse><Error><Type>Sender</Type>", "</Error>", "RequestId",
                        "</ErrorResponse>"},
    [PROTOCOL_REST_XML] = {"<Error>", "", "RequestId", NULL},
};

static void error_xml(struct request *request, struct reply *reply, enum protocol protocol,
                      const char *message, const struct params *extra)
{
    const struct error_form *form = &error_forms[protocol];
    struct str *out = &reply->body;
    reply_header(reply, "Content-Type",
                 protocol == PROTOCOL_REST_XML ? "application/xml" : "text/xml;charset=UTF-8");
    str_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    str_add(out, form->before);
    xml_text(out, "Code", reply->error_code);
    xml_text(out, "Message", message);
    for (size_t i = 0; extra != NULL && i < extra->count; i++)
        xml_text(out, extra->list[i].name, extra->list[i].value);
    str_add(out, form->after);
    xml_text(out, form->id_element, request->id);
    if (form->end != NULL) {
        str_add(out, form->end);
    } else {
        xml_text(out, "HostId", request->host_id);
        xml_close(out, "Error");
    }
}

static void error_json(struct reply *reply, enum protocol protocol, int status, const char *message,
                       const struct params *extra)
{
    cJSON *json = cJSON_CreateObject();
    if (protocol == PROTOCOL_JSON)
        cJSON_AddStringToObject(json, "__type", reply->error_code);
    cJSON_AddStringToObject(json, protocol == PROTOCOL_JSON ? "message" : "Message", message);
    for (size_t i = 0; extra != NULL && i < extra->count; i++)
        cJSON_AddStringToObject(json, extra->list[i].name, extra->list[i].value);
    reply_json(reply, status, json);
    reply_header(reply, "x-amzn-ErrorType", reply->error_code);
}

void reply_error_with(struct request *request, struct reply *reply, int status, const char *code,
                      const char *message, const struct params *extra)
{
    enum protocol protocol =
        request->service != NULL ? request->service->protocol : PROTOCOL_REST_XML;
    params_free(&reply->headers);
    str_free(&reply->body);
    content_unref(reply->content);
    reply->content = NULL;
    free(reply->error_code);
    reply->error_code = xstrdup(code);
    reply->status = status;
    if (protocol == PROTOCOL_REST_JSON || protocol == PROTOCOL_JSON)
        error_json(reply, protocol, status, message, extra);
    else
        error_xml(request, reply, protocol, message, extra);
}

void reply_error(struct request *request, struct reply *reply, int status, const char *code,
                 const char *format, ...)
{
    struct str message = {0};
    va_list args;
    va_start(args, format);
    str_add_args(&message, format, args);
    va_end(args);
    reply_error_with(request, reply, status, code, str_text(&message), NULL);
    str_free(&message);
}

void reply_throttled(struct request *request, struct reply *reply)
{
    static const struct {
        enum protocol protocol;
        int status;
        const char *code, *message;
    } rows[] = {
        {PROTOCOL_EC2, 503, "RequestLimitExceeded", "Request limit exceeded."},
        {PROTOCOL_QUERY, 400, "Throttling", "Rate exceeded"},
        {PROTOCOL_REST_XML, 503, "SlowDown", "Please reduce your request rate."},
        {PROTOCOL_REST_JSON, 400, "RequestThrottledException", "Rate exceeded"},
        {PROTOCOL_JSON, 400, "TooManyRequestsException", "Rate exceeded"},
    };
    const struct service *service = request->service;
    const struct fault *fault = fault_of(request, FAULT_THROTTLE);
    struct params extra = {0};
    if (service->throttle_reason != NULL)
        params_add(&extra, "Reason",
                   fault != NULL && fault->value != NULL ? fault->value : service->throttle_reason);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].protocol == service->protocol)
            reply_error_with(request, reply, rows[i].status,
                             service->throttle_code != NULL ? service->throttle_code : rows[i].code,
                             rows[i].message, &extra);
    params_free(&extra);
}

void reply_json(struct reply *reply, int status, cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    str_free(&reply->body);
    str_add(&reply->body, text);
    cJSON_free(text);
    reply->status = status;
    reply_header(reply, "Content-Type", "application/json");
}
