/* libnbd, loaded when the first disk needs it: linked in, it and what it brings (an XML library
 * with its Unicode tables) would cost every start 2 ms and every run 2.5 MiB. */
#ifndef CORE_NBD_LIBRARY_H
#define CORE_NBD_LIBRARY_H

#include <libnbd.h>

#include "base/err.h"

/* Its functions, as libnbd(3) has them under nbd_ and these names. */
struct nbd_library {
    __typeof__(nbd_create) *create;
    __typeof__(nbd_close) *close;
    __typeof__(nbd_get_error) *get_error;
    __typeof__(nbd_add_meta_context) *add_meta_context;
    __typeof__(nbd_can_meta_context) *can_meta_context;
    __typeof__(nbd_connect_socket) *connect_socket;
    __typeof__(nbd_get_size) *get_size;
    __typeof__(nbd_pread) *pread;
    __typeof__(nbd_block_status) *block_status;
};

/* Lives as long as the program. NULL with ERR_INPUT, and the package to install as advice, where it
 * is not installed. Thread: any. */
const struct nbd_library *nbd_library(struct err *err);

#endif
