/* S3: tags of objects. */
#include "aws/sim/mem.h"
#include "aws/sim/s3_store.h"
#include <string.h>

static bool valid_tags(struct request *request, struct reply *reply, const struct params *tags)
{
    const char *why = tags->count > 10 ? "Object tags cannot be greater than 10" : NULL;
    for (size_t i = 0; i < tags->count; i++) {
        if (tags->list[i].len > 256)
            why = "The TagValue you have provided is invalid";
        if (*tags->list[i].name == '\0' || strlen(tags->list[i].name) > 128)
            why = "The TagKey you have provided is invalid";
    }
    if (why != NULL)
        reply_error(request, reply, 400, tags->count > 10 ? "BadRequest" : "InvalidTag", "%s", why);
    return why == NULL;
}

bool s3_take_tags(struct request *request, struct reply *reply, struct params *tags)
{
    const char *header = params_get(&request->headers, "x-amz-tagging");
    if (header == NULL)
        return true;
    if (params_parse(tags, header, strlen(header)))
        return valid_tags(request, reply, tags);
    reply_error(request, reply, 400, "InvalidArgument",
                "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query "
                "parameters without tag name duplicates.");
    return false;
}

void s3_put_object_tagging(struct request *request, struct reply *reply)
{
    struct s3_object *object = s3_open_object(request, reply);
    if (object == NULL)
        return;
    struct xml_node *root = xml_parse(str_text(&request->body), request->body.len);
    const struct xml_node *set = xml_child(root, "TagSet");
    struct params tags = {0};
    bool ok = set != NULL;
    for (const struct xml_node *tag = ok ? set->child : NULL; ok && tag != NULL; tag = tag->next) {
        const char *key = xml_child_text(tag, "Key"), *value = xml_child_text(tag, "Value");
        ok = key != NULL && value != NULL;
        if (ok)
            params_set(&tags, key, value);
    }
    xml_free(root);
    if (!ok)
        reply_error(request, reply, 400, "MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema");
    if (ok && valid_tags(request, reply, &tags)) {
        params_free(&object->tags);
        object->tags = tags;
        return;
    }
    params_free(&tags);
}

void s3_get_object_tagging(struct request *request, struct reply *reply)
{
    const struct s3_object *object = s3_open_object(request, reply);
    if (object == NULL)
        return;
    s3_open_xml(reply, "Tagging");
    xml_open(&reply->body, "TagSet");
    for (size_t i = 0; i < object->tags.count; i++) {
        xml_open(&reply->body, "Tag");
        xml_text(&reply->body, "Key", object->tags.list[i].name);
        xml_text(&reply->body, "Value", object->tags.list[i].value);
        xml_close(&reply->body, "Tag");
    }
    xml_close(&reply->body, "TagSet");
    s3_close_xml(reply, "Tagging");
}

void s3_delete_object_tagging(struct request *request, struct reply *reply)
{
    struct s3_object *object = s3_open_object(request, reply);
    if (object == NULL)
        return;
    params_free(&object->tags);
    reply->status = 204;
}
