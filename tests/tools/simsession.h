/* A client session with a tatami-sim of its own, for cmocka programs. */
#ifndef TESTS_TOOLS_SIMSESSION_H
#define TESTS_TOOLS_SIMSESSION_H

#include "aws/call.h"
#include "aws/s3.h"
#include "base/clock.h"
#include "tests/tools/simproc.h"

struct CMUnitTest;

#define SIM_BUCKET "tatami-test-bucket"
#define SIM_OBJECT ((struct s3_object){.bucket = SIM_BUCKET, .key = "tatami/a b/disk+1.raw"})
#define PART_BYTES (5u << 20)
#define DISK_BYTES (2 * PART_BYTES)

/* What the trace saw since the test began. */
struct simseen {
    int attempts, retries;
    int errors[ERR_KINDS];
};

/* The one of this program. */
struct simsession {
    struct simproc sim;
    struct aws_config *config;
    struct aws *session;
    struct call *call; /* in us-east-1 */
    struct err err;    /* what simsession_ok() prints */
    struct simseen seen;
};
extern struct simsession sims;

/* Starts the simulator, with both clocks 2000 times (or $TATAMI_SPEED) as fast as the wall, runs
 * the tests and stops it. What main() returns. */
int simsession_run(const char *name, const struct CMUnitTest *tests, size_t count);
/* For cmocka_unit_test_setup_teardown(): an empty world and a new session. */
int simsession_setup(void **state);
int simsession_teardown(void **state);
/* The session, opened and closed in between. */
void simsession_open(bool read_only);
void simsession_close(void);

/* Fails the test, and prints sims.err, unless ok. */
void simsession_ok(bool ok);
/* Adds fault rows: "{...},{...}" (aws/sim/fault.h). */
void simsession_fault(const char *rows);
/* Makes SIM_BUCKET there. */
void simsession_bucket(const char *region);
/* An open file of DISK_BYTES that an import takes for a raw disk. */
int simsession_disk(void);
/* Fills part->crc32c from part->size_bytes bytes of the file. */
void simsession_checksum(int fd, off_t offset, struct s3_part *part);
/* Sends it to SIM_OBJECT in two parts, not completed; the upload id is malloc'd. */
char *simsession_send(int fd, struct s3_part parts[2], atomic_uint_least64_t *sent);
/* All of that, completed. */
void simsession_upload(void);
/* Sleeps between two looks at what AWS takes time for; false after 8 hours. *deadline starts at 0.
 */
bool simsession_wait(clock_ms *deadline);

#endif
