/* A rehearsal: a simulator of its own, and an environment in which nothing can leave the machine.
 */
#ifndef CORE_REHEARSE_H
#define CORE_REHEARSE_H

#include <stdbool.h>

#include "base/err.h"
#include "core/options.h"

struct rehearsal;

/* Starts `tatami-sim` (beside the running program, else in ../libexec/tatami) and waits until it
 * listens. It dies with this process, however that ends. Its world is --world and, when the
 * settings name a bucket, that bucket in the home region (--home, else --region, else us-east-1).
 *
 * Then the environment becomes the rehearsal's: no AWS variable and no proxy of the user's is left;
 * the simulator's address and keys, AWS_REGION, TATAMI_CLOCK as --speed, XDG_STATE_HOME a new
 * folder in TMPDIR. In the settings profile, endpoint_url and ca_bundle are emptied and state is
 * that folder's. So: after settings_configure(), before clock_init() and the first thread.
 *
 * NULL with ERR_IO when there is no simulator or no folder, ERR_INPUT when the simulator does not
 * take --world or --faults. End with rehearsal_end(). Thread: main. */
struct rehearsal *rehearsal_start(struct settings *s, struct err *err);
/* The same with that simulator. Thread: main. */
struct rehearsal *rehearsal_start_with(const char *simulator, struct settings *s, struct err *err);

/* Where the simulator is looked for, in order: folder/tatami-sim,
 * folder/../libexec/tatami/tatami-sim. The first that can be run, malloc'd; NULL with ERR_IO.
 * Thread: any. */
char *rehearsal_find(const char *folder, struct err *err);

/* "127.0.0.1:8080", the only address that may be called; NULL for NULL. Lives as long as the
 * rehearsal. Thread: any. */
const char *rehearsal_address(const struct rehearsal *r);
/* The folder that holds state, world and the simulator's messages; NULL for NULL. Thread: any. */
const char *rehearsal_folder(const struct rehearsal *r);

/* False with ERR_FAILED when the simulator has ended by itself; true for NULL. Thread: main. */
bool rehearsal_check(struct rehearsal *r, struct err *err);
/* Ends the simulator, removes the folder unless --keep was given, frees. NULL is a no-op. Thread:
 * main. */
void rehearsal_end(struct rehearsal *r);

#endif
