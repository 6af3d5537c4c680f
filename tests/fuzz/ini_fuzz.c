/* Any bytes as a configuration file: read or refused with a line, and what is read can be walked.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/ini.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct ini *ini = ini_parse("file", (const char *)data, size, &err);
    size_t sections = 0;
    const char *section;
    int line;

    if ((ini == NULL) != (err.kind == ERR_INPUT))
        abort();
    while (ini_each_section(ini, &sections, &section, &line)) {
        size_t keys = 0;
        const char *key, *value;
        while (ini_each(ini, section, &keys, &key, &value, &line))
            if (ini_get(ini, section, key) == NULL)
                abort();
    }
    ini_free(ini);
    return 0;
}
