/* One request from headers to reply. */
#include "aws/sim/dispatch.h"
#include "aws/sim/auth.h"
#include "aws/sim/fault.h"
#include "aws/sim/ill.h"
#include "aws/sim/service.h"
#include "aws/sim/stats.h"
#include "aws/sim/throttle.h"
#include <string.h>

static bool has_form(const struct request *request)
{
    return request->service->protocol == PROTOCOL_EC2 ||
           request->service->protocol == PROTOCOL_QUERY;
}

static bool find_by_name(struct request *request, struct reply *reply, const char *name)
{
    request->action = name != NULL ? service_action(request->service, name) : NULL;
    if (request->action != NULL)
        return true;
    if (name == NULL)
        reply_error(request, reply, 400, "MissingAction", "Missing Action");
    else
        reply_error(request, reply, 400, "InvalidAction",
                    "The action %s is not valid for this web service.", name);
    return false;
}

/* An unsigned form does not say which service it is for, but its action does. */
static void find_service(struct request *request)
{
    const char *name = params_get(&request->params, "Action");
    for (size_t i = 0; name != NULL && services[i] != NULL; i++)
        if ((services[i]->protocol == PROTOCOL_EC2 || services[i]->protocol == PROTOCOL_QUERY) &&
            service_action(services[i], name) != NULL)
            request->service = services[i];
}

/* Finds the action by its name, in the form or in X-Amz-Target (`Service.Action`). */
static bool find_action(struct request *request, struct reply *reply)
{
    if (request->action != NULL)
        return true;
    if (has_form(request))
        return find_by_name(request, reply, params_get(&request->params, "Action"));
    const char *target = params_get(&request->headers, "x-amz-target");
    const char *dot = target != NULL ? strchr(target, '.') : NULL;
    return find_by_name(request, reply, dot != NULL ? dot + 1 : NULL);
}

bool dispatch_headers(struct request *request, struct reply *reply, bool *streams)
{
    *streams = false;
    world_lock(request->world);
    bool ok = auth_headers(request, reply);
    if (ok && request->service->route != NULL) {
        request->action = request->service->route(request, reply);
        ok = request->action != NULL && auth_required(request, reply);
    }
    if (ok && request->action != NULL && request->action->precheck != NULL) {
        request->action->precheck(request, reply);
        ok = reply->error_code == NULL;
    }
    if (ok && request->action != NULL)
        *streams = request->action->streams;
    world_unlock(request->world);
    return ok;
}

static bool check_body(struct request *request, struct reply *reply, const struct body *body)
{
    if (has_form(request) &&
        !params_parse(&request->params, str_text(&request->body), request->body.len)) {
        reply_error(request, reply, 400, "MalformedQueryString",
                    "The query string contains a syntax error");
        return false;
    }
    if (has_form(request) && request->signature == NULL)
        find_service(request);
    return find_action(request, reply) && auth_required(request, reply) &&
           auth_body(request, reply, body) && (body == NULL || body_check(body, request, reply));
}

bool dispatch_body(struct request *request, struct reply *reply, const struct body *body)
{
    world_lock(request->world);
    bool ok = check_body(request, reply, body);
    if (ok)
        faults_match(request->world, request);
    world_unlock(request->world);
    return ok;
}

/* The error that a fault asks for instead of the handler. */
static bool fail_by_fault(struct request *request, struct reply *reply)
{
    const struct fault *error = fault_of(request, FAULT_ERROR);
    if (error != NULL) {
        reply_error(request, reply, error->status != 0 ? error->status : 500, error->code, "%s",
                    error->message != NULL ? error->message : "An error that the test asked for.");
        return true;
    }
    const struct fault *complete = fault_of(request, FAULT_COMPLETE_ERROR);
    if (complete != NULL) {
        reply_error(request, reply, 200, complete->code != NULL ? complete->code : "InternalError",
                    "We encountered an internal error. Please try again.");
        return true;
    }
    if (fault_of(request, FAULT_THROTTLE) != NULL) {
        reply_throttled(request, reply);
        return true;
    }
    return ill_instead(request, reply);
}

void dispatch_perform(struct request *request, struct reply *reply)
{
    world_lock(request->world);
    if (fail_by_fault(request, reply)) {
        world_unlock(request->world);
        return;
    }
    if (!throttle_take(request->world->throttle, request))
        reply_throttled(request, reply);
    else
        request->action->handle(request, reply);
    ill_spoil(request, reply);
    world_unlock(request->world);
}

void dispatch_end(struct request *request, const struct reply *reply)
{
    world_lock(request->world);
    const struct action *action = request->action;
    stats_count(action != NULL ? action->name : "-",
                request->region != NULL ? request->region->name : "-",
                action != NULL && action->mutating, reply->error_code != NULL);
    faults_release(request);
    world_unlock(request->world);
}
