/* EC2's part of --world and of /_sim/state, in the words of the API.
 *
 *   {"images": [{"imageId": "ami-1", "region": "us-east-1", "account": "123456789012", "name":
 * "old", "imageState": "available", "creationDate": "2024-01-31T12:00:00.000Z", "launchPermission":
 * [{"group": "all"}], "tags": {"Name": "old"}, "blockDeviceMapping": [{"deviceName": "/dev/xvda",
 * "snapshotId": "snap-1", "volumeSize": 3}]}], "snapshots": [{"snapshotId": "snap-1", "region":
 * "us-east-1", "volumeSize": 3, "createVolumePermission": [{"userId": "210987654321"}]}],
 *    "importTasks": [{"importTaskId": "import-snap-1", "region": "us-east-1", "status":
 * "completed"}], "blockPublicAccess": [{"region": "us-east-1", "images": "block-new-sharing"}]}
 *
 * WORLD.md has the rest. Without an account it is 123456789012's; a region must be given; a
 * snapshot is completed and an image available unless it says otherwise; nothing that is loaded
 * changes by itself.
 */
#ifndef AWS_SIM_EC2_STATE_H
#define AWS_SIM_EC2_STATE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "aws/sim/content.h"
#include "aws/sim/params.h"
#include "aws/sim/world.h"

/* The hooks of struct service. Thread: any, lock held. */
bool ec2_load(struct world *w, const cJSON *start, char **why);
void ec2_state(struct world *w, cJSON *out);
void ec2_reset(struct world *w);

/* The bytes of the snapshot that the query names, borrowed; NULL when there is none or they are not
 * known. Thread: any, lock held. */
struct content *ec2_content(struct world *w, const struct params *query);

#endif
