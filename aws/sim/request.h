/* One request as a handler sees it: authenticated, parsed, and what it is answered with. */
#ifndef AWS_SIM_REQUEST_H
#define AWS_SIM_REQUEST_H

#include "aws/sim/content.h"
#include "aws/sim/params.h"
#include "aws/sim/region.h"
#include "aws/sim/str.h"
#include "aws/sim/world.h"

#define REQUEST_FAULTS 8

struct request {
    struct world *world;
    char id[37];      /* request id: a UUID, for S3 16 capital letters and digits */
    char host_id[77]; /* S3's second id */

    const char *method;      /* "POST" */
    char *raw_path;          /* as it arrived, still percent-encoded, without the query */
    char *path;              /* decoded */
    char *raw_query;         /* behind the question mark, "" without one */
    struct params headers;   /* names in lower case; values trimmed */
    struct params params;    /* query string, then form body; decoded, in order of arrival */
    struct str body;         /* whole, unless the action streams it */
    struct content *content; /* the body of an action that streams it; the request's reference */
    int checksum;            /* enum checksum_kind that a precheck wants of a streamed body */
    struct body *upload;     /* how a streamed body came in, with its digests: see body.h */

    const struct service *service;
    const struct action *action;
    struct signature *signature;  /* NULL: unsigned */
    const struct region *region;  /* of the credential scope */
    const struct access_key *key; /* NULL only where the action needs no signature */
    struct account *account;      /* of the key */

    char *bucket, *object; /* S3: from Host and path; NULL without */

    struct fault *faults[REQUEST_FAULTS]; /* ask with fault_of() */
    size_t fault_count;
};

/* Begins a request from its request target (`/path?query`); `n` makes its ids. Thread: any. */
void request_init(struct request *r, struct world *w, const char *uri, uint64_t n);

/* Adds a header, its name in lower case. Thread: any. */
void request_header(struct request *r, const char *name, const char *value);

/* Frees what the request holds. Thread: any. */
void request_free(struct request *r);

#endif
