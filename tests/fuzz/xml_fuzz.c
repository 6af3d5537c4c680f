/* Any bytes as an answer in XML: parsed or refused, the same whole and in pieces, and every error
 * has a kind. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "aws/reply.h"
#include "aws/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte of an item, so that one that stands in no memory is seen. */
static void walk(void *arg, const struct xml *x)
{
    size_t *bytes = arg;

    for (; x != NULL; x = x->next) {
        *bytes += strlen(x->name) - x->name_length + strlen(x->text);
        walk(arg, x->child);
    }
}

/* In pieces whose length the first byte chooses. */
static void stream(const uint8_t *data, size_t size, bool readable)
{
    struct err err = ERR_INIT;
    size_t bytes = 0, step = size == 0 ? 1 : 1 + data[0] % 64;
    struct xml_stream *s = xml_stream_new("a/b", walk, &bytes);

    for (int round = 0; round < 2; round++) {
        xml_stream_restart(s);
        for (size_t at = 0; at < size; at += step)
            xml_stream_add(s, (const char *)data + at, size - at < step ? size - at : step);
        const struct xml *root = xml_stream_end(s, &err);
        if ((root != NULL) != readable)
            abort();
        walk(&bytes, root);
    }
    xml_stream_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct http_answer answer = {.status = 400};
    struct xml *root = xml_parse((const char *)data, size, &err);

    if ((root == NULL) != (err.kind != ERR_NONE))
        abort();
    stream(data, size, root != NULL);
    xml_free(root);
    buf_add(&answer.body, data, size);
    if (reply_error(&err, &answer) || err.kind == ERR_NONE || err.message[0] == '\0')
        abort();
    buf_free(&answer.body);
    return 0;
}
