"""A request, read member by member as the model of its operation says, then written again by botocore: both must be
the same."""

import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

from botocore.serialize import create_serializer
from botocore.validate import ParamValidator

from model_body import json_value, xml_value
from model_shapes import Complaints, missing, scalar

# What HTTP, the signature and the SDKs' bookkeeping say; all other headers must be members of the operation.
PLAIN = {"host", "accept", "accept-encoding", "user-agent", "content-length", "content-type", "expect", "connection",
         "transfer-encoding", "authorization", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token",
         "x-amz-target", "amz-sdk-invocation-id", "amz-sdk-request", "x-amz-user-agent", "content-md5", "x-amz-trailer",
         "x-amz-decoded-content-length", "content-encoding", "x-amzn-query-mode", "x-amz-te", "cache-control"}


class Request:
    """What an operation was asked: `values` as its caller would say them to botocore."""

    def __init__(self, operation, exchange):
        self.operation, self.exchange = operation, exchange
        self.protocol = operation.service_model.resolved_protocol
        self.values, self.complaints = {}, Complaints()
        READERS[self.protocol](self)
        shape = operation.input_shape
        if shape is not None and not self.complaints:
            self.complaints += ParamValidator().validate(self.values, shape)._errors
            if not self.complaints:
                self.compare()

    def compare(self):
        """What botocore makes of the values, against what was sent."""
        again = create_serializer(self.protocol).serialize_to_request(self.values, self.operation)
        if self.protocol in ("ec2", "query"):
            self.same("form", form_of(self.exchange), {name: str(value) for name, value in again["body"].items()})
        else:
            self.compare_rest(again)

    def compare_rest(self, again):
        path, _, literal = again["url_path"].partition("?")
        query = {**dict(urllib.parse.parse_qsl(literal, keep_blank_values=True)), **(again["query_string"] or {})}
        self.same("path", path_of(self.exchange), path)
        self.same("query", query_of(self.exchange), {name: str(value) for name, value in query.items()})
        headers = {name.lower(): str(value) for name, value in again["headers"].items() if name.lower() not in PLAIN}
        sent = {name: value for name, value in modelled(self.operation, self.exchange.headers).items()
                if name not in PLAIN}
        self.same("headers", sent, headers)
        if not is_stream(self.operation) and (self.exchange.body or again["body"]):
            self.same("body", canonical(self.exchange.body), canonical(again["body"]))

    def same(self, what, ours, theirs):
        if ours != theirs:
            self.complaints.say(what, f"sent {ours!r}, botocore {theirs!r}")


def canonical(body):
    body = body.decode() if isinstance(body, bytes) else body
    if body.startswith("<"):
        return ElementTree.canonicalize(re.sub(r"^<\?xml.*?\?>", "", body), strip_text=False)
    return json.loads(body or "{}")


def form_of(exchange):
    pairs = urllib.parse.parse_qsl(exchange.body.decode(), keep_blank_values=True, strict_parsing=True)
    return dict(pairs)


def path_of(exchange):
    """As botocore writes it: a bucket's own path has no slash at its end."""
    path = exchange.path
    return path.rstrip("/") if path.count("/") == 2 and len(path) > 1 else path


def query_of(exchange):
    """Without the name of the operation, which the SDK for JavaScript adds."""
    return {name: value for name, value in exchange.query if name != "x-id"}


def is_stream(operation):
    shape = operation.input_shape
    payload = shape.serialization.get("payload") if shape is not None else None
    return payload is not None and shape.members[payload].type_name in ("blob", "string")


# Forms: EC2's and the plain query protocol

def tree_of(form, complaints):
    """{"Filter": {"1": {"Name": "x"}}} of Filter.1.Name=x."""
    tree = {}
    for name, value in form.items():
        at, words = tree, name.split(".")
        for word in words[:-1]:
            at = at.setdefault(word, {})
            if not isinstance(at, dict):
                complaints.say(name, "stands below a value")
                return tree
        if words[-1] in at:
            complaints.say(name, "stands above a value")
        at[words[-1]] = value
    return tree


class Form:
    """Reads one; the two protocols differ in how members and lists are called."""

    def __init__(self, ec2, complaints):
        self.ec2, self.complaints = ec2, complaints

    def name(self, member, default):
        names = member.serialization
        if not self.ec2:
            return names.get("name", default)
        name = names.get("queryName") or names.get("name", default)
        return name if "queryName" in names or "name" not in names else name[0].upper() + name[1:]

    def value(self, shape, at, where):
        if shape.type_name == "structure":
            return self.structure(shape, at, where)
        if shape.type_name == "list":
            return self.list(shape, at, where)
        if isinstance(at, dict):
            self.complaints.say(where, f"is a {shape.type_name}, and has members {', '.join(at)}")
            return None
        return scalar(shape, at, where, self.complaints)

    def structure(self, shape, at, where):
        if not isinstance(at, dict):
            self.complaints.say(where, f"is a structure, not {at!r}")
            return {}
        members = {self.name(member, name): (name, member) for name, member in shape.members.items()}
        values = {}
        for word, below in at.items():
            if word not in members:
                self.complaints.say(f"{where}.{word}".lstrip("."), f"{shape.name} has no such member")
                continue
            name, member = members[word]
            values[name] = self.value(member, below, f"{where}.{word}".lstrip("."))
        missing(shape, values, where, self.complaints)
        return values

    def list(self, shape, at, where):
        if not self.ec2 and not shape.serialization.get("flattened") and isinstance(at, dict):
            name = shape.member.serialization.get("name", "member")
            at, where = at.get(name), f"{where}.{name}"
        if not isinstance(at, dict) or set(at) != {str(n + 1) for n in range(len(at))}:
            self.complaints.say(where, f"is a list, and numbered {at!r}")
            return []
        return [self.value(shape.member, at[str(n + 1)], f"{where}.{n + 1}") for n in range(len(at))]


def read_form(request):
    form = form_of(request.exchange)
    operation = request.operation
    if (form.pop("Action", None), form.pop("Version", None)) != (operation.name,
                                                                operation.service_model.api_version):
        request.complaints.say("form", "another Action or Version")
    if not request.exchange.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        request.complaints.say("content-type", request.exchange.headers.get("content-type"))
    if len(form) + 2 != len(request.exchange.body.decode().split("&")):
        request.complaints.say("form", "a name stands twice")
    tree = tree_of(form, request.complaints)
    if operation.input_shape is None:
        for name in tree:
            request.complaints.say(name, f"{operation.name} takes nothing")
        return
    reader = Form(request.protocol == "ec2", request.complaints)
    request.values = reader.structure(operation.input_shape, tree, "")


# JSON 1.1

def read_json(request):
    headers, model = request.exchange.headers, request.operation.service_model
    if headers.get("content-type") != f"application/x-amz-json-{model.metadata['jsonVersion']}":
        request.complaints.say("content-type", headers.get("content-type"))
    if headers.get("x-amz-target") != f"{model.metadata['targetPrefix']}.{request.operation.name}":
        request.complaints.say("x-amz-target", headers.get("x-amz-target"))
    request.values = json_value(request.operation.input_shape, json.loads(request.exchange.body), "",
                                request.complaints)


# REST

def read_rest(request):
    shape, exchange, complaints = request.operation.input_shape, request.exchange, request.complaints
    if shape is None:
        return
    template = request.operation.http["requestUri"]
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()
             if member.serialization.get("location") == "uri"}
    found = uri_values(template, path_of(exchange)) or {}
    values = request.values = {names[name]: value for name, value in found.items()}
    values.update(query_values(shape, query_of(exchange), template, complaints))
    values.update(header_values(shape, modelled(request.operation, exchange.headers), complaints))
    for name, member in shape.members.items():
        if name in values and isinstance(values[name], str):
            values[name] = scalar(member, values[name], name, complaints)
    body_values(request, shape)
    missing(shape, values, "", complaints)


def uri_values(template, path):
    """{"Bucket": "b", "Key": "k"} of /b/k by /{Bucket}/{Key+}; None when it is none such."""
    pattern = re.sub(r"\\{(\w+)(\\\+)?\\}", lambda found: f"(?P<{found[1]}>{'.+' if found[2] else '[^/]+'})",
                     re.escape(template.partition("?")[0]))
    found = re.fullmatch(pattern, path)
    return found and {name: urllib.parse.unquote(value) for name, value in found.groupdict().items()}


def query_values(shape, query, template, complaints):
    literal = dict(urllib.parse.parse_qsl(template.partition("?")[2], keep_blank_values=True))
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()
             if member.serialization.get("location") == "querystring"}
    values = {}
    for name, value in query.items():
        if name in names:
            values[names[name]] = value
        elif literal.get(name) != value:
            complaints.say(f"?{name}", f"{shape.name} has no such member")
    for name in literal.keys() - query.keys():
        complaints.say(f"?{name}", "is missing")
    return values


def modelled(operation, headers):
    """Without the checksum of the body, which operations with a choice of algorithms take as a header without having
    it as a member."""
    names = {member.serialization.get("name", "").lower() for member in operation.input_shape.members.values()}
    if "requestAlgorithmMember" not in (operation.http_checksum or {}):
        return headers
    return {name: value for name, value in headers.items()
            if not name.startswith("x-amz-checksum-") or name in names}


def header_values(shape, headers, complaints):
    names = {member.serialization.get("name", name).lower(): name for name, member in shape.members.items()
             if member.serialization.get("location") == "header"}
    prefixes = {member.serialization["name"].lower(): name for name, member in shape.members.items()
                if member.serialization.get("location") == "headers"}
    values = {}
    for name, value in headers.items():
        prefix = next((prefix for prefix in prefixes if name.startswith(prefix)), None)
        if prefix:
            values.setdefault(prefixes[prefix], {})[name.removeprefix(prefix)] = value
        elif name in names and name not in PLAIN:
            values[names[name]] = value
        elif name not in PLAIN:
            complaints.say(name, f"{shape.name} has no such header")
    return values


def body_values(request, shape):
    payload, body = shape.serialization.get("payload"), request.exchange.body
    if payload is not None and is_stream(request.operation):
        request.values[payload] = body
        return
    bare = [name for name, member in shape.members.items() if not member.serialization.get("location")]
    if not body:
        return
    if payload is None and not bare:
        request.complaints.say("body", f"{request.operation.name} has none")
        return
    target = shape.members[payload] if payload is not None else shape
    if request.protocol == "rest-json":
        value = json_value(target, json.loads(body), "", request.complaints, partial=payload is None)
    else:
        value = xml_value(target, ElementTree.fromstring(body), "", request.complaints)
    request.values.update({payload: value} if payload is not None else value)


READERS = {"ec2": read_form, "query": read_form, "json": read_json, "rest-json": read_rest, "rest-xml": read_rest}
