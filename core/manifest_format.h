/* The writers behind the table of formats; only core/manifest*.c include this. */
#ifndef CORE_MANIFEST_FORMAT_H
#define CORE_MANIFEST_FORMAT_H

#include "core/manifest.h"

/* Aligned columns for people, text made safe. Thread: any. */
void manifest_write_table(const struct manifest *m, struct buf *out);
/* The object of the documentation, a region a line. Thread: any. */
void manifest_write_json(const struct manifest *m, struct buf *out);
/* {"us-east-1": "ami-..."} of the first image, in one line. Thread: any. */
void manifest_write_map(const struct manifest *m, struct buf *out);
/* "release"."region"."system".hvm-ebs = "ami-..."; as nixpkgs lists its AMIs. Thread: any. */
void manifest_write_nix(const struct manifest *m, struct buf *out);
/* A local `amis`: image to region to AMI. Thread: any. */
void manifest_write_terraform(const struct manifest *m, struct buf *out);
/* RFC 4180 with a line of headings. Thread: any. */
void manifest_write_csv(const struct manifest *m, struct buf *out);
/* A table of GitHub Flavored Markdown. Thread: any. */
void manifest_write_markdown(const struct manifest *m, struct buf *out);

#endif
