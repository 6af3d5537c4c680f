/* What the two halves of the image-info.json reader share. */
#ifndef CORE_IMAGE_INFO_READER_H
#define CORE_IMAGE_INFO_READER_H

#include <cjson/cJSON.h>

#include "core/image_info.h"

/* One reading. */
struct info_reader {
    const char *path; /* of the JSON, for messages */
    struct image_info *info;
    struct err *err;
};

/* ERR_INPUT "key must be ..."; false. Thread: any. */
bool info_wrong(const struct info_reader *r, const char *key, const char *must);

/* Each leaves *out alone when the value is absent or null; false with ERR_INPUT when it is of
 * another type. A number and a boolean may be strings. *out of text is malloc'd, the old one freed,
 * "" becomes NULL. Thread: any. */
bool info_take_text(struct info_reader *r, const cJSON *value, const char *key, char **out);
bool info_take_number(struct info_reader *r, const cJSON *value, const char *key, uint64_t *out);
bool info_take_bool(struct info_reader *r, const cJSON *value, const char *key, bool *out);

/* Takes the object "registerImage" over what the other keys said; its disks are known by then.
 * NULL and null are none. Thread: any. */
bool info_take_register_image(struct info_reader *r, const cJSON *object);

#endif
