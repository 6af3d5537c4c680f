/* The actions of EC2, each a handler that runs under the world lock. */
#ifndef AWS_SIM_EC2_H
#define AWS_SIM_EC2_H

#include "aws/sim/service.h"

/* One a row of the action table; the request and its answer are those of the API reference. Thread:
 * any, lock held. */
action_fn ec2_describe_regions;

action_fn ec2_import_snapshot;
action_fn ec2_describe_import_snapshot_tasks;
action_fn ec2_cancel_import_task;

action_fn ec2_describe_snapshots;
action_fn ec2_copy_snapshot;
action_fn ec2_delete_snapshot;
action_fn ec2_modify_snapshot_attribute;
action_fn ec2_describe_snapshot_attribute;
action_fn ec2_reset_snapshot_attribute;

action_fn ec2_register_image;
action_fn ec2_copy_image;
action_fn ec2_describe_images;
action_fn ec2_describe_image_attribute;
action_fn ec2_modify_image_attribute;
action_fn ec2_reset_image_attribute;
action_fn ec2_deregister_image;
action_fn ec2_enable_image_deprecation;
action_fn ec2_disable_image_deprecation;
action_fn ec2_enable_image_deregistration_protection;
action_fn ec2_disable_image_deregistration_protection;
action_fn ec2_enable_image;
action_fn ec2_disable_image;

action_fn ec2_get_image_block_public_access_state;
action_fn ec2_enable_image_block_public_access;
action_fn ec2_disable_image_block_public_access;
action_fn ec2_get_snapshot_block_public_access_state;
action_fn ec2_enable_snapshot_block_public_access;
action_fn ec2_disable_snapshot_block_public_access;

action_fn ec2_run_instances;
action_fn ec2_describe_instances;
action_fn ec2_terminate_instances;

action_fn ec2_create_launch_template;
action_fn ec2_create_launch_template_version;
action_fn ec2_delete_launch_template;
action_fn ec2_delete_launch_template_versions;
action_fn ec2_describe_launch_templates;
action_fn ec2_describe_launch_template_versions;

action_fn ec2_describe_image_references;
action_fn ec2_create_image_usage_report;
action_fn ec2_describe_image_usage_reports;
action_fn ec2_describe_image_usage_report_entries;
action_fn ec2_delete_image_usage_report;

action_fn ec2_list_images_in_recycle_bin;
action_fn ec2_restore_image_from_recycle_bin;
action_fn ec2_list_snapshots_in_recycle_bin;
action_fn ec2_restore_snapshot_from_recycle_bin;

action_fn ec2_create_tags;
action_fn ec2_delete_tags;
action_fn ec2_describe_tags;

#endif
