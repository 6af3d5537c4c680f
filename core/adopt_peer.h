/* What the programs whose releases are adopted call things at AWS. */
#ifndef CORE_ADOPT_PEER_H
#define CORE_ADOPT_PEER_H

#include <stdbool.h>

#include "aws/ec2_imports.h"
#include "core/options.h"
#include "core/plan.h"

enum adopt_peer { ADOPT_UPLOAD_AMI, ADOPT_CREATE_AMIS, ADOPT_PEERS };

/* Which program --adopt means: the word upload-ami, else a folder. Thread: any. */
enum adopt_peer adopt_peer_of(const char *adopt);
/* Its name for people. Thread: any. */
const char *adopt_peer_name(enum adopt_peer peer);

/* What it asks for where the settings do not say otherwise: name template, IMDS. Thread: main. */
void adopt_peer_settings(enum adopt_peer peer, struct settings *s);
/* The same for what follows from label and system of an image: its description. Thread: main. */
void adopt_peer_plan(enum adopt_peer peer, struct plan *plan);

/* The key of the staging object of a disk; malloc'd. Thread: any. */
char *adopt_peer_key(enum adopt_peer peer, const struct plan_image *image, size_t disk);
/* True when the task was begun for this image, as far as its descriptions say. Thread: any. */
bool adopt_peer_import(enum adopt_peer peer, const struct plan_image *image,
                       const struct ec2_import *import);

#endif
