/* Any bytes as image-info.json, and as the plan of a journal. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/image_info.h"
#include "core/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("info", MFD_CLOEXEC);
    char path[32];
    struct err err = ERR_INIT;

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    image_info_free(image_info_read(path, &err));
    close(fd);

    char *text = xmalloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct plan *plan = plan_from_json(text, &err);
    if (plan != NULL)
        free(plan_to_json(plan));
    plan_free(plan);
    free(text);
    return 0;
}
