/* Verification: what was read back from AWS against what was asked, line by line. Pure. */
#ifndef CORE_VERIFY_H
#define CORE_VERIFY_H

#include <stdbool.h>

#include "aws/ec2_images.h"
#include "aws/ec2_snapshots.h"
#include "base/err.h"
#include "core/plan.h"

struct verify {
    const struct plan *plan;
    size_t image, region; /* indexes in the plan; region 0 is home */
    int attempt;
    const char *digest;              /* as in the tags */
    const char *source_id;           /* of the home AMI, for a copy; NULL for home */
    const char *const *snapshot_ids; /* imported ones, for home; NULL for a copy */
    bool settled;                    /* deprecation and protection must hold too */
    const struct ec2_image *ami;
    const struct ec2_snapshots *snapshots; /* those of the region that bear the release's tag */
};

/* True when every line holds; else ERR_VERIFY names the first that does not: "architecture is
 * arm64, asked was x86_64". Thread: any. */
bool verify_ami(const struct verify *v, struct err *err);

#endif
