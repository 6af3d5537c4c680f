/* Files that may change while they are read. */
#ifndef CORE_IMAGE_FILE_H
#define CORE_IMAGE_FILE_H

#include <sys/stat.h>

#include "core/image.h"

/* How this file is, to be compared later. Thread: any. */
void image_mark_take(struct image_mark *mark, const struct stat *st);

#endif
