/* A raw disk that is read once and in order: compressed, or from standard input. */
#ifndef CORE_SOURCE_STREAM_H
#define CORE_SOURCE_STREAM_H

#include "core/image.h"
#include "core/source.h"

/* The whole disk, in order (SOURCE_STREAM). volume_bytes is the largest that it may be where its
 * size is not known. The image stays the caller's and open. Standard input can be taken once: a
 * second source of it is ERR_INPUT. NULL on failure. Thread: worker. */
struct source *source_stream(const struct image *image, uint64_t volume_bytes, struct err *err);

/* Its first SOURCE_LOOK_BYTES, read anywhere (SOURCE_RANDOM); zeros behind them. Thread: worker. */
struct source *source_stream_look(const struct image *image, struct err *err);

#endif
