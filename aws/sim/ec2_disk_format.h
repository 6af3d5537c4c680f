/* The readers of the disk image formats, and what they share. */
#ifndef AWS_SIM_EC2_DISK_FORMAT_H
#define AWS_SIM_EC2_DISK_FORMAT_H

#include "aws/sim/ec2_disk.h"

enum { EC2_SECTOR = 512 };

/* What VM Import says of a file that is not what it should be. */
extern const char EC2_DISK_UNSUPPORTED[];
extern const char EC2_DISK_FOOTERS[];
extern const char EC2_DISK_TRUNCATED[];

/* Reads the file as one format; as ec2_disk_read() otherwise. Thread: any. */
typedef bool ec2_disk_reader(struct content *file, struct ec2_disk *disk, const char **why);

ec2_disk_reader ec2_disk_read_vhd;
ec2_disk_reader ec2_disk_read_vhdx;
ec2_disk_reader ec2_disk_read_vmdk;

/* Numbers of up to eight bytes. Thread: any. */
uint64_t ec2_big_endian(const unsigned char *at, int bytes);
uint64_t ec2_little_endian(const unsigned char *at, int bytes);

/* Reads exactly `length` bytes; false when the file has not so many there. Thread: any. */
bool ec2_disk_bytes(struct content *file, uint64_t offset, void *out, size_t length);

/* Whether the file has all the bytes of the extent. Thread: any. */
bool ec2_disk_holds(const struct content *file, const struct content_extent *extent);

#endif
