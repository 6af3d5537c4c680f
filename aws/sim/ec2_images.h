/* Images as other parts of EC2 make and use them. */
#ifndef AWS_SIM_EC2_IMAGES_H
#define AWS_SIM_EC2_IMAGES_H

#include "aws/sim/ec2_store.h"
#include "aws/sim/reply.h"

/* Whether the name is of 3 to 128 characters that AWS allows; else answers
 * InvalidAMIName.Malformed. Thread: any. */
bool ec2_image_name_check(struct request *request, struct reply *reply, const char *name);

/* Whether the account may launch the image: its own, public, or shared with it. Thread: any, lock
 * held. */
bool ec2_image_launchable(const struct ec2_image *image, const struct account *account);

/* Whether a snapshot of the image is encrypted. Thread: any, lock held. */
bool ec2_image_encrypted(const struct ec2_image *image);

/* Lets the faults that hit the request (wrong architecture, boot mode, name, size; a missing
 * device; a failure) change an image that it made. Thread: any, lock held. */
void ec2_image_faults(const struct request *request, struct ec2_image *image);

/* Ends `pending` at `at_ms`, as available or, when the image is doomed, as failed. Thread: any,
 * lock held. */
void ec2_image_schedule(struct ec2_image *image, int64_t at_ms);

/* Answers InvalidAMIID.Unavailable and is false unless the image is available (or, with
 * `disabled_too`, disabled). Thread: any. */
bool ec2_image_state_check(struct request *request, struct reply *reply,
                           const struct ec2_image *image, bool disabled_too);

#endif
