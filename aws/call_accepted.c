/* Where AWS has taken the credentials: what an AuthFailure is about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call_impl.h"
#include "aws/sts.h"
#include "base/mem.h"

void call_note_accepted(struct call *c)
{
    struct aws *aws = c->aws;

    if (c->accepted)
        return;
    c->accepted = true;
    pthread_mutex_lock(&aws->accepted_lock);
    size_t i = 0;
    while (i < ARRAY_LEN(aws->accepted) && aws->accepted[i][0] != '\0' &&
           strcmp(aws->accepted[i], c->region) != 0)
        i++;
    if (i < ARRAY_LEN(aws->accepted))
        snprintf(aws->accepted[i], sizeof aws->accepted[i], "%s", c->region);
    pthread_mutex_unlock(&aws->accepted_lock);
}

/* Asks STS in a region whether it takes the credentials now. */
static bool asks_well(struct call *c, const char *region)
{
    struct call *probe = call_new(c->aws, region, c->cancel);
    struct sts_identity who;
    bool ok = sts_identity(probe, &who, NULL);

    call_free(probe);
    return ok;
}

bool call_works_elsewhere(struct call *c)
{
    struct aws *aws = c->aws;
    char regions[ARRAY_LEN(aws->accepted)][sizeof aws->accepted[0]];
    bool works = false;

    pthread_mutex_lock(&aws->accepted_lock);
    memcpy(regions, aws->accepted, sizeof regions);
    pthread_mutex_unlock(&aws->accepted_lock);
    for (size_t i = 0; i < ARRAY_LEN(regions) && !works; i++)
        works =
            regions[i][0] != '\0' && strcmp(regions[i], c->region) != 0 && asks_well(c, regions[i]);
    return works;
}
