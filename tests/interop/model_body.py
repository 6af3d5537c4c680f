"""XML and JSON, read member by member as a shape says."""

from botocore.utils import parse_timestamp

from model_shapes import check_value, missing, scalar


def bare(tag):
    return tag.rpartition("}")[2]


def below(where, name):
    return f"{where}.{name}".lstrip(".")


# XML

def xml_value(shape, element, where, complaints, partial=False):
    """`partial`: members of the shape are elsewhere, in headers say, and those are not looked for here."""
    if shape.type_name == "structure":
        return xml_structure(shape, element, where, complaints, partial)
    if shape.type_name == "list":
        return xml_list(shape, [*element], where, complaints)
    if len(element):
        complaints.say(where, f"is a {shape.type_name}, and has elements {', '.join(bare(e.tag) for e in element)}")
        return None
    return scalar(shape, element.text or "", where, complaints)


def xml_structure(shape, element, where, complaints, partial):
    if (element.text or "").strip():
        complaints.say(where, f"is a structure, not {element.text!r}")
    members = {member_name(name, member): (name, member) for name, member in shape.members.items()
               if not member.serialization.get("location") and not member.serialization.get("xmlAttribute")}
    found = {}
    for child in element:
        if bare(child.tag) not in members:
            complaints.say(below(where, bare(child.tag)), f"{shape.name} has no such member")
        else:
            found.setdefault(bare(child.tag), []).append(child)
    values = {}
    for tag, children in found.items():
        name, member = members[tag]
        if member.type_name == "list" and member.serialization.get("flattened"):
            values[name] = [xml_value(member.member, child, below(where, tag), complaints) for child in children]
            continue
        if len(children) > 1:
            complaints.say(below(where, tag), "stands more than once")
        values[name] = xml_value(member, children[0], below(where, tag), complaints)
    if not partial:
        missing(shape, values, where, complaints)
    return values


def member_name(name, member):
    if member.type_name == "list" and member.serialization.get("flattened"):
        return member.member.serialization.get("name", member.serialization.get("name", name))
    return member.serialization.get("name", name)


def xml_list(shape, children, where, complaints):
    tag = shape.member.serialization.get("name", "member")
    for child in children:
        if bare(child.tag) != tag:
            complaints.say(below(where, bare(child.tag)), f"is in a list of {tag}")
    return [xml_value(shape.member, child, f"{where}[{n}]", complaints) for n, child in enumerate(children)]


# JSON

KINDS = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int, "long": int,
         "float": (int, float), "double": (int, float), "timestamp": (int, float, str), "blob": str}


def json_value(shape, value, where, complaints, partial=False):
    if not isinstance(value, KINDS[shape.type_name]) or isinstance(value, bool) != (shape.type_name == "boolean"):
        complaints.say(where, f"{value!r} is no {shape.type_name}")
        return None
    if shape.type_name == "structure":
        return json_structure(shape, value, where, complaints, partial)
    if shape.type_name == "list":
        return [json_value(shape.member, item, f"{where}[{n}]", complaints) for n, item in enumerate(value)]
    if shape.type_name == "map":
        return {key: json_value(shape.value, item, below(where, key), complaints) for key, item in value.items()}
    if shape.type_name == "timestamp":
        return parse_timestamp(value)
    if shape.type_name == "blob":
        return scalar(shape, value, where, complaints)
    check_value(shape, value, where, complaints)
    return value


def json_structure(shape, value, where, complaints, partial):
    names = {member.serialization.get("name", name): name for name, member in shape.members.items()
             if not member.serialization.get("location")}
    values = {}
    for key, item in value.items():
        if key not in names:
            complaints.say(below(where, key), f"{shape.name} has no such member")
            continue
        values[names[key]] = json_value(shape.members[names[key]], item, below(where, key), complaints)
    if not partial:
        missing(shape, values, where, complaints)
    return values
