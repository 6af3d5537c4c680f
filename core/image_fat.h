/* A FAT file system inside a disk image, as far as finding a boot loader takes. */
#ifndef CORE_IMAGE_FAT_H
#define CORE_IMAGE_FAT_H

#include <stdint.h>

#include "core/image.h"
#include "core/source.h"

/* For which architecture \EFI\BOOT of the FAT file system in these bytes of the disk holds the
 * removable-media loader (UEFI specification 2.10, 3.5.1.1): BOOTX64.EFI or BOOTAA64.EFI. *arch is
 * ARCH_UNKNOWN when there is none, both, or no FAT that makes sense. The source's errors only.
 * Thread: worker.
 */
bool image_fat_loader(struct source *source, uint64_t start, uint64_t length, enum image_arch *arch,
                      struct err *err);

#endif
