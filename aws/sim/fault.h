/* Faults: rows that make a request fail, wait, or answer wrongly.
 *
 * A row is JSON, in --faults FILE ({"faults": [row...]}) or POSTed so to /_sim/faults:
 *
 *   {"action": "CopyImage",      the API action; "*" or absent: any
 *    "region": "eu-west-1",      absent: any
 *    "match": "x86_64",          a substring of the path or of any parameter's value; absent: any
 *    "nth": 2,                   the first request that it hits, counted among those that fit; 1
 *    "count": 3,                 how many it hits from there on; 1; 0 is all
 *    "until_s": 60,              no longer than that many simulated seconds after it was set
 *    "kind": "error",            see fault_kinds in fault.c
 *    "code": "InternalError", "message": "...", "status": 500,     for error
 *    "delay_ms": 200,            wall milliseconds, for delay
 *    "value": "arm64"}           what a wrong result shows instead
 *
 * Request kinds, done by the HTTP side: error, throttle (value: the Reason of EBS direct's), delay,
 * hang (no answer until the client goes), reset (connection torn down unanswered, nothing done),
 * reset-after (done, then torn down unanswered), truncate (done, half of the answer sent),
 * trickle (done, the answer's body sent a byte at a time, delay_ms apart, 1000 where not said),
 * malformed (done, the body breaks off in the middle and goes on with what no parser reads),
 * empty (done, status and headers without a body),
 * web-page (nothing done: a proxy's HTML comes, with `status`, 200 where not said),
 * redirect (nothing done: `status`, 302 where not said, to the address in `value`),
 * complete-error (CompleteMultipartUpload: status 200, whitespace, then <Error>, nothing done).
 *
 * Wrong results, done by the handler of the action:
 *   wrong-architecture, wrong-boot-mode, wrong-size, wrong-name, wrong-description,
 *   wrong-uefi-data (value: what it is instead),
 *   missing-tag (value: the key; absent: all), missing-device (value: the device name),
 *   turns-failed (value: "REASON"; an available image that fails a little later),
 *   fails (pending ends as failed or deleted; value: the message),
 *   stands-still (CopyImage, ImportSnapshot: hardly moves for a month),
 *   corrupted-block (value: block index), no-effect (answers true and does nothing).
 */
#ifndef AWS_SIM_FAULT_H
#define AWS_SIM_FAULT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct request;
struct world;

enum fault_kind {
    FAULT_ERROR,
    FAULT_THROTTLE,
    FAULT_DELAY,
    FAULT_HANG,
    FAULT_RESET,
    FAULT_RESET_AFTER,
    FAULT_TRUNCATE,
    FAULT_TRICKLE,
    FAULT_MALFORMED,
    FAULT_EMPTY,
    FAULT_WEB_PAGE,
    FAULT_REDIRECT,
    FAULT_COMPLETE_ERROR,
    FAULT_WRONG_ARCHITECTURE,
    FAULT_WRONG_BOOT_MODE,
    FAULT_WRONG_SIZE,
    FAULT_WRONG_NAME,
    FAULT_WRONG_DESCRIPTION,
    FAULT_WRONG_UEFI_DATA,
    FAULT_MISSING_TAG,
    FAULT_MISSING_DEVICE,
    FAULT_TURNS_FAILED,
    FAULT_FAILS,
    FAULT_STANDS_STILL,
    FAULT_CORRUPTED_BLOCK,
    FAULT_NO_EFFECT,
    FAULT_KINDS,
};

struct fault {
    enum fault_kind kind;
    char *action, *region, *match; /* NULL: any */
    char *code, *message, *value;  /* NULL: not said */
    int status, delay_ms;          /* 0: not said */
    uint64_t nth, count;
    int64_t until_ms; /* simulated; 0: no end */
    uint64_t seen, hits;
    int references; /* the table's and those of requests that it hit */
    struct fault *next;
};

struct faults;

struct faults *faults_new(void);
void faults_free(struct faults *f);

/* Adds the rows of {"faults": [...]}, all or none. False with a malloc'd sentence in *why.
 * Thread: any, lock held. */
bool faults_load(struct world *w, const cJSON *json, char **why);
void faults_clear(struct faults *f);

/* The rows with their counts, as JSON that the caller frees. Thread: any, lock held. */
cJSON *faults_json(const struct faults *f);

/* Counts the request against every row once, and remembers in it the rows that hit. The HTTP side
 * does this before the handler. Thread: any, lock held. */
void faults_match(struct world *w, struct request *request);

/* The row of that kind which hit this request, or NULL; valid until the request ends, so a handler
 * copies what a later event needs. Thread: any. */
const struct fault *fault_of(const struct request *request, enum fault_kind kind);

/* Forgets what hit the request. Thread: any, lock held. */
void faults_release(struct request *request);

#endif
