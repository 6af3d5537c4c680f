"""Finds the operation that an exchange is of, and says what the model has against it."""

import re

from model_answer import Answer
from model_request import Request, form_of, path_of, query_of, uri_values
from model_shapes import models

# Spoken with the machine and its containers, not with a service: no model has them.
MACHINE = re.compile(r"/latest/|/v1/credentials|/v2/credentials")


class Checked:
    """One exchange against its model. `asked` and `told` are complaints about the two halves."""

    def __init__(self, exchange, operation, request):
        self.exchange, self.operation = exchange, operation
        self.name = f"{operation.service_model.service_name}:{operation.name}"
        self.request, self.asked = request, request.complaints
        self.answer = Answer(operation, exchange)
        self.told = self.answer.complaints
        self.ok = exchange.status < 300 and self.answer.code is None


def service_of(exchange):
    """The model of the service that a request is for: signed for it, or at a path of its own."""
    scope = re.search(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request", exchange.headers.get("authorization", ""))
    if scope:
        return models().get(scope[1])
    if exchange.method == "POST" and exchange.path == "/":
        return models()["sts"]
    return models()["awsssoportal" if exchange.path.startswith("/federation/") else "sso-oauth"]


def named(model, name):
    return [model.operation_model(name)] if name in model.operation_names else []


def candidates(model, exchange):
    protocol = model.resolved_protocol
    if protocol in ("ec2", "query"):
        return named(model, form_of(exchange).get("Action"))
    if protocol == "json":
        return named(model, exchange.headers.get("x-amz-target", "").rpartition(".")[2])
    said = dict(exchange.query).get("x-id")
    fit = [model.operation_model(said)] if said else [*operations_at(model, exchange)]
    return [operation for operation in fit if not operation.deprecated] or fit


def operations_at(model, exchange):
    """Those of a REST service with that method and path, and all that their own path has behind the question mark."""
    for name in model.operation_names:
        operation = model.operation_model(name)
        uri = operation.http["requestUri"]
        literal = {part.partition("=")[0] for part in uri.partition("?")[2].split("&") if part}
        if operation.http["method"] == exchange.method and literal <= query_of(exchange).keys() and \
                uri_values(uri, path_of(exchange)) is not None:
            yield operation


def check(exchange):
    """Checked, or None for what no model has. Where several operations share a path it is the one with the fewest
    complaints, and among those the one that wants most of what is there."""
    if MACHINE.match(exchange.path):
        return None
    model = service_of(exchange)
    assert model is not None, f"no model for {exchange.headers.get('authorization')}"
    requests = [(operation, Request(operation, exchange)) for operation in candidates(model, exchange)]
    assert requests, f"{model.service_name} has no operation for {exchange.method} {exchange.target}"
    operation, request = min(requests, key=lambda pair: (
        len(pair[1].complaints), -pair[0].http["requestUri"].count("="),
        -len(pair[0].http["requestUri"]), -len(pair[0].input_shape.required_members if pair[0].input_shape else ())))
    return Checked(exchange, operation, request)
