"""botocore's models of the services that tatami and its simulator speak, and what a value of a shape may be."""

import base64
import binascii
import functools
import re

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.utils import parse_timestamp

SERVICES = ("ec2", "s3", "ebs", "sts", "iam", "ssm", "service-quotas", "rbin", "account", "sso", "sso-oidc")


@functools.cache
def models():
    """{signing name: ServiceModel}"""
    loader = Loader()
    found = (ServiceModel(loader.load_service_model(name, "service-2"), name) for name in SERVICES)
    return {model.signing_name: model for model in found}


def read_boolean(text):
    return {"true": True, "false": False}[text]


def read_integer(text):
    if not re.fullmatch(r"-?\d+", text):
        raise ValueError
    return int(text)


def read_blob(text):
    return base64.b64decode(text, validate=True)


READERS = {"string": str, "boolean": read_boolean, "integer": read_integer, "long": read_integer, "float": float,
           "double": float, "timestamp": parse_timestamp, "blob": read_blob}


class Complaints(list):
    def say(self, where, what):
        self.append(f"{where or 'the whole'}: {what}")


def scalar(shape, text, where, complaints, values=True):
    """The value that a text stands for; `values`: also whether the model allows just this one."""
    try:
        value = READERS[shape.type_name](text)
    except (KeyError, ValueError, binascii.Error):
        complaints.say(where, f"{text!r} is no {shape.type_name}")
        return None
    if values:
        check_value(shape, value, where, complaints)
    return value


def check_value(shape, value, where, complaints):
    """What botocore's own ParamValidator leaves to AWS."""
    if shape.type_name == "string" and shape.enum and value not in shape.enum:
        complaints.say(where, f"{value!r} is none of {', '.join(shape.enum[:8])}...")
    longest, pattern = shape.metadata.get("max"), shape.metadata.get("pattern")
    size = len(value) if isinstance(value, (str, bytes)) else value
    if longest is not None and shape.type_name != "timestamp" and size > longest:
        complaints.say(where, f"more than {longest}: {value!r}")
    if pattern is not None and shape.type_name == "string" and not matches(pattern, value):
        complaints.say(where, f"{value!r} does not match {pattern}")


def matches(pattern, value):
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True  # a pattern in another dialect than Python's


def missing(shape, value, where, complaints):
    for name in shape.required_members:
        if name not in value:
            complaints.say(where, f"{name} is required and missing")
