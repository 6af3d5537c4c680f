/* libnbd, loaded when the first disk needs it. */
#include "core/nbd_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

#define LIBRARY "libnbd.so.0"
#define FUNCTION(name)                                                                             \
    {                                                                                              \
        "nbd_" #name, offsetof(struct nbd_library, name)                                           \
    }

static const struct {
    const char *symbol;
    size_t at;
} functions[] = {
    FUNCTION(create),           FUNCTION(close),
    FUNCTION(get_error),        FUNCTION(add_meta_context),
    FUNCTION(can_meta_context), FUNCTION(connect_socket),
    FUNCTION(get_size),         FUNCTION(pread),
    FUNCTION(block_status),
};

static struct nbd_library loaded;
static bool is_loaded;

static void load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    size_t found = 0;

    for (size_t i = 0; library != NULL && i < ARRAY_LEN(functions); i++) {
        void *symbol = dlsym(library, functions[i].symbol);
        memcpy((char *)&loaded + functions[i].at, &symbol, sizeof symbol);
        found += symbol != NULL;
    }
    is_loaded = found == ARRAY_LEN(functions);
}

const struct nbd_library *nbd_library(struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
    if (is_loaded)
        return &loaded;
    err_set(err, ERR_INPUT, "%s, which reads disks from qemu-nbd, is not installed", LIBRARY);
    err_advise(err, "install the package libnbd0 (Debian, Ubuntu) or libnbd (others)");
    return NULL;
}
