/* One qemu-nbd child: started for one image, reachable by nobody else, gone when its owner is. */
#ifndef CORE_QEMU_NBD_H
#define CORE_QEMU_NBD_H

#include <stddef.h>

#include "core/image.h"

struct qemu_nbd;

/* Starts it, read-only, with the image's format named and every further file but a VMDK's own
 * switched off, so that it never guesses a format. It inherits one end of a Unix socket, whose
 * other ends are in sockets[], connected: the caller's. What the socket lay in is gone when this
 * returns. The child dies with this program, and when the last socket is closed. NULL with
 * ERR_INPUT when it is not installed; ERR_IO. Thread: worker. */
struct qemu_nbd *qemu_nbd_start(const struct image *image, int sockets[], size_t count,
                                struct err *err);
/* Ends it where it still runs, and says why it failed: in its own words, else with the signal that
 * ended it, else with `reason`. ERR_INPUT; false. Thread: worker, several at once. */
bool qemu_nbd_complain(struct qemu_nbd *q, const char *reason, struct err *err);
/* Ends it and waits for that. NULL is a no-op. Thread: any. */
void qemu_nbd_free(struct qemu_nbd *q);

/* Its process, for tests. Thread: any. */
int qemu_nbd_process(const struct qemu_nbd *q);

#endif
