/* A model of a release by EBS direct. */
#ifndef TESTS_TOOLS_FAKEDIRECT_H
#define TESTS_TOOLS_FAKEDIRECT_H

#include "core/model.h"

/* Makes of an uploading model one without a bucket, whose first disk is sent block by block, or,
 * pending, whose first snapshot EBS finishes. */
void fake_direct(struct model *model, bool pending);

#endif
