/* Disk image formats as VM Import reads them: what disk is in the uploaded bytes? */
#ifndef AWS_SIM_EC2_DISK_H
#define AWS_SIM_EC2_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "aws/sim/content.h"

struct ec2_disk {
    uint64_t size_bytes;     /* of the virtual disk */
    struct content *content; /* its bytes, the caller's reference; NULL when this simulator cannot
                                unpack them */
};

/* Whether VM Import knows the format's name (RAW, VHD, VHDX, VMDK; case does not count). Thread:
 * any. */
bool ec2_disk_format_known(const char *format);

/* Reads `file` as `format`. False with VM Import's message, a constant, in *why when it is none.
 * When the bytes were discarded, the format's name is believed. Thread: any. */
bool ec2_disk_read(struct content *file, const char *format, struct ec2_disk *disk,
                   const char **why);

#endif
