/* What the recognizers of the single formats share. */
#ifndef CORE_IMAGE_PROBE_H
#define CORE_IMAGE_PROBE_H

#include <stddef.h>

#include "core/image.h"

enum { PROBE_SECTOR = 512, PROBE_HEAD_BYTES = 1024 };

/* 64 TiB, the largest volume of EC2. */
#define PROBE_DISK_BYTES_MAX (64ull << 40)

/* An image that is being recognized. */
struct probe {
    struct image *image;                  /* path, fd and file_bytes are set */
    unsigned char head[PROBE_HEAD_BYTES]; /* the first bytes, zeros where the file is shorter */
    unsigned char tail[PROBE_SECTOR];     /* the last sector, likewise */
};

/* "PATH is damaged: why", ERR_INPUT; false. Thread: any. */
bool probe_damaged(const struct image *image, const char *why, struct err *err);
/* "PATH is what, which cannot be released", ERR_INPUT with this advice; false. Thread: any. */
bool probe_refuse(const struct image *image, const char *what, const char *advice, struct err *err);
/* The size that a header names, which must be that of a volume: ERR_INPUT. Thread: any. */
bool probe_take_size(struct image *image, uint64_t bytes, struct err *err);
/* Reads at an offset of the file; zeros and *whole false where it is shorter. ERR_IO. Thread:
 * worker. */
bool probe_read(const struct image *image, uint64_t offset, void *out, size_t length, bool *whole,
                struct err *err);

/* Each fills format, logical_bytes, plain_bytes and foreign of an image with its magic, and finds
 * damage. One a row of image_format.c. Thread: worker. */
bool image_open_vhd(struct probe *p, struct err *err);
bool image_open_vhdx(struct probe *p, struct err *err);
bool image_open_vmdk(struct probe *p, struct err *err);
bool image_open_vmdk_text(struct probe *p, struct err *err);
bool image_open_qcow(struct probe *p, struct err *err);
bool image_open_qed(struct probe *p, struct err *err);
bool image_open_vdi(struct probe *p, struct err *err);
bool image_open_parallels(struct probe *p, struct err *err);
bool image_open_zstd(struct probe *p, struct err *err);
bool image_open_xz(struct probe *p, struct err *err);

#endif
