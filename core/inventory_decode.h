/* What EC2 and S3 say of one thing, as a row of the inventory. */
#ifndef CORE_INVENTORY_DECODE_H
#define CORE_INVENTORY_DECODE_H

#include "aws/ec2_images.h"
#include "aws/ec2_imports.h"
#include "aws/ec2_snapshots.h"
#include "core/inventory_rows.h"

/* Each adds a row; nothing of what is handed over is kept. What ties rows to each other is not set.
 * For the callbacks of ec2_each_...: `builder` is a struct inventory_builder of that kind. Thread:
 * worker. */
void inventory_decode_image(void *builder, const struct ec2_image *image);
void inventory_decode_snapshot(void *builder, const struct ec2_snapshot *snapshot);
/* seen_at_ms, moved_at_ms and seen_to_start are not set. */
void inventory_decode_import(void *builder, const struct ec2_import *import);

/* The AMI that a snapshot's description names as what it was made for: EC2's own words for a copied
 * AMI's ("Copied for DestinationAmi ami-...") and for one of CreateImage ("Created by
 * CreateImage(i-...) for ami-..."). Its length; 0 when it names none. *at is where it begins.
 * Thread: any. */
size_t inventory_made_for(const char *description, const char **at);

#endif
