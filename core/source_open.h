/* Every format's way to the disk's bytes, by one door. */
#ifndef CORE_SOURCE_OPEN_H
#define CORE_SOURCE_OPEN_H

#include "core/image.h"
#include "core/source.h"

/* The disk of this image, to be sent: a raw file and a fixed VHD are read as they are, a compressed
 * raw image and standard input are a stream, every other format goes through qemu-nbd. The image
 * stays the caller's and open until source_close(). volume_bytes is the largest that a disk may be
 * whose size is not known yet. NULL on failure: ERR_INPUT when qemu cannot read the file, or is not
 * installed (the advice names the package); ERR_IO. Thread: worker. */
struct source *source_open(const struct image *image, uint64_t volume_bytes, struct err *err);

/* The same disk to look around in, before it is sent: it reads anywhere, of a stream only the first
 * SOURCE_LOOK_BYTES (behind them are zeros), and takes nothing away from standard input. Thread:
 * worker. */
enum { SOURCE_LOOK_BYTES = 16 << 20 };
struct source *source_look(const struct image *image, struct err *err);

#endif
