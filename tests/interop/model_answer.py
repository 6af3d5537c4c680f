"""An answer, read member by member as the model of its operation says; botocore's own parser has the last word."""

import io
import json
import xml.etree.ElementTree as ElementTree

from botocore.parsers import ResponseParserError, create_parser

from model_body import bare, json_value, xml_value
from model_shapes import Complaints, check_value, missing, scalar

# Headers of every answer, which no model names.
PLAIN = {"x-amz-request-id", "x-amz-id-2", "x-amzn-requestid", "x-amzn-errortype", "x-amz-error-code",
         "x-amz-error-message", "x-amz-delete-marker", "x-amz-bucket-region", "x-amz-crc32"}
# Errors of every service with JSON (AWS General Reference, "Common errors"), and the "No access" of Identity Center.
COMMON = {"AccessDeniedException", "ExpiredTokenException", "ForbiddenException", "IncompleteSignature",
          "IncompleteSignatureException", "InternalFailure", "InvalidSignatureException", "MissingAuthenticationTokenException", "OptInRequired",
          "RequestExpired", "SerializationException", "ServiceUnavailable", "ThrottlingException",
          "UnknownOperationException", "UnrecognizedClientException", "ValidationException"}


class Answer:
    def __init__(self, operation, exchange):
        self.operation, self.exchange = operation, exchange
        self.protocol = operation.service_model.resolved_protocol
        self.values, self.complaints, self.code = {}, Complaints(), None
        try:
            self.read()
        except (ElementTree.ParseError, json.JSONDecodeError, UnicodeDecodeError, ResponseParserError) as error:
            self.complaints.say("body", f"cannot be read: {error}")

    def read(self):
        parsed = self.parse()
        if self.exchange.status >= 300:
            self.error(parsed)
        elif parsed.get("Error"):
            self.code = parsed["Error"]["Code"]  # S3's errors with status 200
        elif self.operation.output_shape is not None:
            ANSWERS[self.protocol](self, self.operation.output_shape)
        elif self.exchange.answer.strip() and self.protocol.startswith("rest"):
            self.complaints.say("body", f"{self.operation.name} answers nothing")

    def parse(self):
        stream = self.operation.has_streaming_output and self.exchange.status < 300
        body = io.BytesIO(self.exchange.answer) if stream else self.exchange.answer
        answer = {"body": body, "headers": self.exchange.answer_headers,
                  "status_code": self.exchange.status, "context": {"operation_name": self.operation.name}}
        return create_parser(self.protocol).parse(answer, self.operation.output_shape)

    def error(self, parsed):
        error = parsed.get("Error", {})
        self.code = error.get("Code")
        if self.exchange.method == "HEAD":
            return
        for name in ("Code", "Message"):
            if not error.get(name):
                self.complaints.say("error", f"has no {name}: {self.exchange.answer[:200]!r}")
        if "json" in self.protocol and self.code:
            self.json_error(json.loads(self.exchange.answer or "{}"))
        elif not parsed["ResponseMetadata"].get("RequestId"):
            self.complaints.say("error", "has no request id")

    def json_error(self, body):
        shapes = {shape.error_code: shape for shape in self.operation.error_shapes}
        if self.code not in shapes and self.code not in COMMON:
            self.complaints.say("error", f"{self.code} is none of {self.operation.name}: {', '.join(shapes)}")
        elif self.code in shapes:
            body = {name: value for name, value in body.items() if name not in ("__type", "message", "Message")}
            json_value(shapes[self.code], body, "error", self.complaints, partial=True)


def read_ec2(answer, shape):
    root = ElementTree.fromstring(answer.exchange.answer)
    model = answer.operation.service_model
    wanted = f"{{http://ec2.amazonaws.com/doc/{model.api_version}/}}{answer.operation.name}Response"
    if root.tag != wanted:
        answer.complaints.say("root", root.tag)
    ids = [child for child in root if bare(child.tag) == "requestId"]
    if len(ids) != 1:
        answer.complaints.say("requestId", f"stands {len(ids)} times")
    for child in ids:
        root.remove(child)
    answer.values = xml_value(shape, root, "", answer.complaints)


def read_query(answer, shape):
    root = ElementTree.fromstring(answer.exchange.answer)
    namespace = f"{{{answer.operation.service_model.metadata['xmlNamespace']}}}"
    wanted = [namespace + answer.operation.name + "Response", namespace + shape.serialization["resultWrapper"],
              namespace + "ResponseMetadata"]
    if [root.tag, *(child.tag for child in root)] != wanted:
        answer.complaints.say("root", f"{root.tag} of {[child.tag for child in root]}")
        return
    answer.values = xml_value(shape, root[0], "", answer.complaints)


def read_json(answer, shape):
    answer.values = json_value(shape, json.loads(answer.exchange.answer or "{}"), "", answer.complaints)


def read_rest(answer, shape):
    read_headers(answer, shape)
    payload, body = shape.serialization.get("payload"), answer.exchange.answer
    if payload is not None and shape.members[payload].type_name in ("blob", "string"):
        answer.values[payload] = body
    elif body.strip() or any(not member.serialization.get("location") for member in shape.members.values()):
        read_rest_body(answer, shape, payload, body)
    missing(shape, answer.values, "", answer.complaints)


def read_rest_body(answer, shape, payload, body):
    if answer.operation.name == "GetBucketLocation":  # the one answer whose root is the value itself
        scalar(shape.members["LocationConstraint"], ElementTree.fromstring(body).text or "EU", "", answer.complaints)
        return
    target = shape.members[payload] if payload is not None else shape
    if answer.protocol == "rest-json":
        value = json_value(target, json.loads(body or "{}"), "", answer.complaints, partial=True)
    else:
        root = ElementTree.fromstring(body)
        if not root.tag.startswith("{http://s3.amazonaws.com/doc/2006-03-01/}"):
            answer.complaints.say("root", root.tag)
        value = xml_value(target, root, "", answer.complaints, partial=payload is None)
    answer.values.update({payload: value} if payload is not None else value)


def read_headers(answer, shape):
    names = {member.serialization.get("name", name).lower(): (name, member) for name, member in shape.members.items()
             if member.serialization.get("location") in ("header", "headers")}
    for name, value in answer.exchange.answer_headers.items():
        if name in names and names[name][1].type_name == "string":
            check_value(names[name][1], value, name, answer.complaints)
            answer.values[names[name][0]] = value
        elif name in names:
            answer.values[names[name][0]] = scalar(names[name][1], value, name, answer.complaints)
        elif name.startswith("x-amz") and name not in PLAIN and not any(
                name.startswith(prefix) for prefix, (_, member) in names.items() if member.type_name == "map"):
            answer.complaints.say(name, f"{shape.name} has no such header")


ANSWERS = {"ec2": read_ec2, "query": read_query, "json": read_json, "rest-json": read_rest, "rest-xml": read_rest}
