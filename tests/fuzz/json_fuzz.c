/* Any bytes as an answer in JSON: parsed or refused, and what is parsed can be asked. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "aws/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    cJSON *json = json_parse((const char *)data, size, &err);

    if ((json == NULL) != (err.kind == ERR_REPLY))
        abort();
    char *text = json_dup(json, "a");
    if ((text == NULL) != (json_text(json, "a") == NULL))
        abort();
    if (json_int(json, "n", 7) != json_int(json, "n", 7))
        abort();
    free(text);
    cJSON_Delete(json);
    return 0;
}
