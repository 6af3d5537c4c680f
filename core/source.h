/* A disk's logical bytes, whatever the file's format is: what EBS direct reads. Each format is one
 * table of functions. */
#ifndef CORE_SOURCE_H
#define CORE_SOURCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "core/image.h"

struct source;

enum source_order {
    SOURCE_RANDOM, /* read anywhere, by any number of threads at once, as often as wanted */
    SOURCE_STREAM  /* taken once, in order, by one thread at a time */
};

enum source_found { SOURCE_DATA, SOURCE_END, SOURCE_FAILED };

/* What a format does. Rows that its order has no use for are NULL. */
struct source_ops {
    enum source_order order;
    /* RANDOM: the next range at or after offset that may hold data; what lies before it reads as
     * zeros. SOURCE_END behind the last one. Ranges need not be aligned to blocks. Thread: worker,
     * several at once. */
    enum source_found (*next_data)(struct source *s, uint64_t offset, uint64_t *start,
                                   uint64_t *end, struct err *err);
    /* RANDOM: all `length` bytes at offset, which lie inside the disk. ERR_IO; ERR_MISMATCH when
     * the file has become shorter. Thread: worker, several at once. */
    bool (*read)(struct source *s, uint64_t offset, void *out, size_t length, struct err *err);
    /* STREAM: the next bytes; *got is less than `length` only at the end. ERR_IO; ERR_INPUT when
     * the stream is damaged or breaks off. Thread: worker, one at a time. */
    bool (*take)(struct source *s, void *out, size_t length, size_t *got, struct err *err);
    /* ERR_MISMATCH when the file is no longer the one that was opened; NULL where nothing can tell.
     * Thread: worker. */
    bool (*unchanged)(struct source *s, struct err *err);
    /* Ends children, closes files, frees `self`. Thread: any, once nobody reads. */
    void (*close)(struct source *s);
};

struct source {
    const struct source_ops *ops;
    char *name;          /* for messages; malloc'd */
    uint64_t size_bytes; /* of the disk; of a stream whose end is not known yet the largest that it
                            may have (source_stream: the volume's size) */
    bool size_known;     /* false: a stream that ends where it ends */
    void *self;          /* the format's own */
    const atomic_bool *cancel; /* of the transfer that reads it, NULL for none: a `take` that waits
                                  for bytes looks at it twice a second (ERR_CANCELLED) */
};

/* The bytes of a raw image or a fixed VHD, which stand in the file as they are. The image stays the
 * caller's and open until source_close(). NULL with ERR_INPUT when the format hides its bytes.
 * Thread: worker. */
struct source *source_plain(const struct image *image, struct err *err);

/* A source with this table and these values; `name` is copied. For the files that implement a
 * format. Thread: any. */
struct source *source_new(const struct source_ops *ops, const char *name, uint64_t size_bytes,
                          void *self);
/* NULL is a no-op. Thread: any, once nobody reads. */
void source_close(struct source *s);

/* Each does what the table's row does; source_unchanged() is true where nothing can tell. Bytes
 * behind the end of the disk read as zeros. Thread: worker. */
enum source_found source_next_data(struct source *s, uint64_t offset, uint64_t *start,
                                   uint64_t *end, struct err *err);
bool source_read(struct source *s, uint64_t offset, void *out, size_t length, struct err *err);
bool source_take(struct source *s, void *out, size_t length, size_t *got, struct err *err);
bool source_unchanged(struct source *s, struct err *err);

#endif
