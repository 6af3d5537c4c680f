/* What a disk image is, as far as its bytes show: format by magic, size, data extents, partitions.
 */
#ifndef CORE_IMAGE_H
#define CORE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum image_format { IMAGE_RAW, IMAGE_VHD, IMAGE_VHDX, IMAGE_VMDK, IMAGE_QCOW2, IMAGE_FORMATS };

enum image_arch { ARCH_UNKNOWN, ARCH_X86_64, ARCH_ARM64 };

/* One disk image file. */
struct image {
    char *path;
    int fd; /* open for reading */
    enum image_format format;
    uint64_t file_bytes;    /* what is uploaded */
    uint64_t logical_bytes; /* the size of the disk that it holds */
    uint64_t plain_bytes; /* the disk's bytes stand as they are in the first so many; 0: encoded */
    int64_t mtime_ns;     /* with size and inode: how a change is noticed */
    uint64_t inode;
};

/* The word for people, and the one of ImportSnapshot's DiskContainer.Format ("RAW", "VHD", ...);
 * and back, IMAGE_FORMATS for none. Thread: any. */
const char *image_format_name(enum image_format format);
enum image_format image_format_from_name(const char *name);
/* "x86_64", "arm64" or "" for unknown; and back (also "aarch64", "aarch64-linux", "x86_64-linux").
 * Thread: any. */
const char *image_arch_name(enum image_arch arch);
enum image_arch image_arch_from_name(const char *name);

/* Opens and looks at the magic bytes. Refuses (ERR_INPUT, with the `qemu-img convert` line that
 * makes it fit as advice) what VM Import does not take: qcow2, a VMDK that is not stream-optimized,
 * a damaged or empty file. NULL on failure; free with image_close(). Thread: worker. */
struct image *image_open(const char *path, struct err *err);
void image_close(struct image *image);

/* ERR_MISMATCH when size, time or inode are no longer those seen by image_open(). Thread: worker.
 */
bool image_unchanged(const struct image *image, struct err *err);

/* What the bytes of a disk say; unknown stays unknown. Only raw and fixed VHD are looked into. */
struct image_layout {
    bool looked_into;    /* false: the format hides the disk's bytes */
    bool has_table;      /* a GPT or MBR */
    bool has_esp;        /* an EFI system partition */
    bool has_bios_boot;  /* a BIOS boot partition, or boot code in the MBR */
    enum image_arch efi; /* of the loader \EFI\BOOT\BOOT*.EFI */
};
/* Reads the partition table (UEFI specification 2.10, chapter 5) and the loader in the EFI system
 * partition (FAT). Never fails on a strange disk: it is then unknown. ERR_IO only. Thread: worker.
 */
bool image_layout(const struct image *image, struct image_layout *out, struct err *err);

/* The next range at or after `offset` that holds data (SEEK_DATA/SEEK_HOLE); a file system that
 * cannot tell has one range. False at the end of the file. Thread: worker. */
bool image_next_data(const struct image *image, uint64_t offset, uint64_t *start, uint64_t *end);

#endif
