/* A few blocks of a source whose reads cost much, kept between the hashing and the sending. */
#ifndef CORE_SOURCE_CACHED_H
#define CORE_SOURCE_CACHED_H

#include "core/source.h"

/* The same disk: a block that is read in pieces from its start on comes from `inner` in one read,
 * and stays, where there is room, until it has been read to its end twice. At most
 * SOURCE_CACHED_BLOCKS of 512 KiB are kept. Takes `inner`, which is SOURCE_RANDOM, over; NULL gives
 * NULL. Thread: any. */
enum { SOURCE_CACHED_BLOCKS = 8 };
struct source *source_cached(struct source *inner);

#endif
