/* What systems are called. */
#include "core/system_name.h"

#include <string.h>

#include "base/mem.h"

static const char *const systems[][2] = {{"x86_64", "-x86_64-linux"}, {"arm64", "-aarch64-linux"}};

const char *system_of_architecture(const char *architecture)
{
    for (size_t i = 0; architecture != NULL && i < ARRAY_LEN(systems); i++)
        if (strcmp(architecture, systems[i][0]) == 0)
            return systems[i][1] + 1;
    return NULL;
}

struct system_place system_in_name(const char *ami_name)
{
    struct system_place last = {0};
    for (size_t i = 0; i < ARRAY_LEN(systems); i++) {
        const char *system = systems[i][1];
        size_t length = strlen(system);
        for (const char *p = strstr(ami_name, system); p != NULL; p = strstr(p + 1, system)) {
            size_t at = (size_t)(p - ami_name);
            if (at > last.at && (p[length] == '\0' || p[length] == '.'))
                last = (struct system_place){at, length};
        }
    }
    return last;
}
