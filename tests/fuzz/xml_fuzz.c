/* Any bytes as an answer in XML: parsed or refused, and every error has a kind. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "aws/reply.h"
#include "aws/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct http_answer answer = {.status = 400};
    struct xml *root = xml_parse((const char *)data, size, &err);

    if ((root == NULL) != (err.kind != ERR_NONE))
        abort();
    xml_free(root);
    buf_add(&answer.body, data, size);
    if (reply_error(&err, &answer) || err.kind == ERR_NONE || err.message[0] == '\0')
        abort();
    buf_free(&answer.body);
    return 0;
}
