/* A world with releases in it, and a session on it, for the tests of what finds and publishes. */
#ifndef TESTS_TOOLS_PUBLISHED_H
#define TESTS_TOOLS_PUBLISHED_H

#include <stdbool.h>

#include "aws/call.h"
#include "core/find.h"
#include "tests/tools/simproc.h"

/* Release "demo/1" with two images in us-east-1 (home), eu-west-1 and ap-south-1, all private; in
 * eu-west-1 an older AMI of the x86_64 image; "demo/10" in us-east-1; "held/1", pending, in
 * us-east-1; "NixOS-24.05-x86_64-linux" without any tag in us-east-1 (public) and us-west-2
 * (private); "demo/1-beta" without any tag. me-south-1 is off. */
extern const char published_world[];

struct published {
    struct simproc sim;
    struct aws_config *config;
    struct aws *aws;
};

/* Starts a simulator with that world, the clock 2000 times as fast, and a session. False with a
 * sentence on standard error. Thread: main. */
bool published_start(struct published *p);
void published_stop(struct published *p);
/* The world as it was at the start, without faults. Thread: main. */
void published_reset(struct published *p);
/* Adds a row of faults; true when it was taken. Thread: main. */
bool published_fault(struct published *p, const char *row);
/* How many requests of that action arrived since the start or reset. Thread: main. */
int published_requests(struct published *p, const char *action);

/* What the tests of one program share: the world, what was found in it last, and why not. */
struct published_scene {
    struct published world;
    struct find_result found;
    struct err err;
};
extern struct published_scene scene;

/* Begins and ends a group of tests, and each test. Thread: main. */
int scene_begin(void **state);
int scene_end(void **state);
int scene_enter(void **state);
int scene_leave(void **state);
/* Looks for a release, or fails the test. Thread: main. */
void scene_find(const char *name);

#endif
