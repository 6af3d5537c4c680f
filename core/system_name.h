/* What systems are called: in the names of AMIs, and by EC2. */
#ifndef CORE_SYSTEM_NAME_H
#define CORE_SYSTEM_NAME_H

#include <stddef.h>

/* "x86_64-linux" for EC2's "x86_64"; NULL for an architecture without a system, and for NULL.
 * Thread: any. */
const char *system_of_architecture(const char *architecture);

/* Where a system stands in an AMI's name: "-x86_64-linux" or "-aarch64-linux" at its end or in
 * front of a dot and a run id; the last such place. length is the system's with its dash, 0 when
 * there is none. */
struct system_place {
    size_t at, length;
};
/* Thread: any. */
struct system_place system_in_name(const char *ami_name);

#endif
