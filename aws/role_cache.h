/* ~/.aws/cli/cache: keys of roles, shared with the AWS CLI. */
#ifndef AWS_ROLE_CACHE_H
#define AWS_ROLE_CACHE_H

#include "aws/credentials.h"

/* The keys under that name, when they are good for 15 minutes more and the cache counts
 * (with->anew); source is copied into them. Thread: any. */
bool role_cache_read(const struct signin *with, const char *key, const char *source,
                     struct credentials *out);
/* Puts them there, as botocore does; provider_type may be NULL. Where that fails they are got again
 * next time. Keys without an end are not kept. Thread: any. */
void role_cache_write(const char *key, const char *provider_type, const struct credentials *keys);

#endif
