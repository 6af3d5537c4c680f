/* S3: what objects there are. */
#include <stdlib.h>
#include <string.h>

#include "aws/actions.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "base/mem.h"

static void decode_object(const struct xml *x, struct s3_objects *out, size_t *room)
{
    const char *modified = xml_text(x, "LastModified");
    int64_t size = xml_int(x, "Size", 0);

    if (out->count == *room) {
        *room = *room == 0 ? 64 : *room * 2;
        out->items = xrealloc(out->items, *room, sizeof *out->items);
    }
    out->items[out->count++] =
        (struct s3_listed){.key = xml_dup_or_empty(x, "Key"),
                           .size_bytes = size < 0 ? 0 : (uint64_t)size,
                           .modified = modified == NULL ? -1 : clock_parse_iso(modified)};
}

/* One page; *token is replaced by the next page's, NULL behind the last. */
static bool list_page(struct call *c, const char *bucket, const char *prefix, char **token,
                      struct s3_objects *out, size_t *room, struct err *err)
{
    struct buf query = BUF_INIT;
    struct xml *root = NULL;

    buf_add_str(&query, "list-type=2&max-keys=1000&prefix=");
    buf_add_uri(&query, prefix);
    if (*token != NULL) {
        buf_add_str(&query, "&continuation-token=");
        buf_add_uri(&query, *token);
    }
    const struct call_rest r = {.action = &aws_actions[S3_LIST_OBJECTS],
                                .method = "GET",
                                .bucket = bucket,
                                .query = buf_str(&query)};
    bool ok = call_rest_xml(c, &r, &root, err);
    for (const struct xml *x = xml_first(root, "Contents"); x != NULL; x = xml_after(x))
        decode_object(x, out, room);
    char *next =
        xml_bool(root, "IsTruncated", false) ? xml_dup(root, "NextContinuationToken") : NULL;
    if (next != NULL && *token != NULL && strcmp(next, *token) == 0)
        ok = err_set(err, ERR_REPLY, "ListObjectsV2: the pages do not go on");
    free(*token);
    *token = next;
    xml_free(root);
    buf_free(&query);
    return ok;
}

bool s3_list_objects(struct call *c, const char *bucket, const char *prefix, struct s3_objects *out,
                     struct err *err)
{
    char *token = NULL;
    size_t room = 0;
    bool ok;

    *out = (struct s3_objects){0};
    do
        ok = list_page(c, bucket, prefix, &token, out, &room, err);
    while (ok && token != NULL);
    free(token);
    if (!ok)
        s3_objects_free(out);
    return ok;
}

void s3_objects_free(struct s3_objects *objects)
{
    for (size_t i = 0; i < objects->count; i++)
        free(objects->items[i].key);
    free(objects->items);
    *objects = (struct s3_objects){0};
}
