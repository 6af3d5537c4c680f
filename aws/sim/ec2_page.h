/* Pages of a describe call: MaxResults, NextToken, and now and then a short or empty page. */
#ifndef AWS_SIM_EC2_PAGE_H
#define AWS_SIM_EC2_PAGE_H

#include <stdint.h>

#include "aws/sim/reply.h"

struct ec2_page {
    uint64_t after; /* the sequence of the last thing of the pages before */
    size_t limit;   /* how many fit; SIZE_MAX without MaxResults */
    size_t taken;
    bool curtailed; /* shorter than asked for, as AWS's pages may be */
    bool more;
};

/* From now on no page holds more than `rows`, asked for pages or not (SIZE_MAX: any number), and
 * with `never_short` none is shorter than that but the last. Thread: any, lock held. */
void ec2_page_limits(size_t rows, bool never_short);

/* Reads MaxResults (from `least` to 1000; more counts as 1000) and NextToken. `ids` names the list
 * of ids that cannot go with MaxResults, NULL where there is none. False when the reply is an
 * error. Thread: any, lock held.
 */
bool ec2_page_begin(struct request *request, struct reply *reply, struct ec2_page *page, int least,
                    const char *ids);

/* Whether a thing that belongs to the answer is on this page; false ends the walk. Thread: any. */
bool ec2_page_take(struct ec2_page *page, uint64_t sequence);

/* Writes <nextToken> where more is to come. Thread: any. */
void ec2_page_end(const struct request *request, struct reply *reply, const struct ec2_page *page);

#endif
