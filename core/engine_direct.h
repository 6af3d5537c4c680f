/* The part of a release engine that is of EBS direct; core/engine.h includes it. */
#ifndef CORE_ENGINE_DIRECT_H
#define CORE_ENGINE_DIRECT_H

#include "core/engine.h"

/* release_direct.c: a disk's actions by EBS direct, in their order. */
void engine_direct_look(struct release *r, struct engine_disk *d);
void engine_direct_start(struct release *r, struct engine_disk *d);
void engine_direct_clear(struct release *r, struct engine_disk *d);
void engine_direct_note(struct release *r, struct engine_disk *d);
void engine_direct_seal(struct release *r, struct engine_disk *d);
/* Goes on from what is known of its snapshot. */
void engine_direct_begin(struct release *r, struct engine_disk *d);
void engine_direct_retry(struct release *r, struct engine_disk *d);
/* The transfer needs the file no more. */
void engine_direct_close_file(struct engine_disk *d);
/* The snapshot takes nothing more: another holder may have completed it. */
void engine_direct_closed(struct release *r, struct engine_disk *d, const struct err *err);
/* It is no longer there. A person may have cancelled the release elsewhere: it fails. */
void engine_direct_gone(struct release *r, struct engine_disk *d);
/* It timed out, or takes nothing more: begun anew, unless that has been in vain already. */
void engine_direct_lost(struct release *r, struct engine_disk *d, const struct err *err);
/* The snapshot is dead: the next one is a new attempt. */
void engine_direct_forget(struct release *r, struct engine_disk *d);
void engine_direct_step(struct release *r, struct engine_disk *d, struct step *step);

/* release_direct_put.c */
/* Begins to send the blocks that are not known to have arrived. */
void engine_direct_put(struct release *r, struct engine_disk *d);
/* Samples the transfer, journals what has arrived, and takes the result of one that has ended. */
void engine_direct_sample(struct release *r, struct engine_disk *d);

/* Forgets a set of blocks: BLOCKS_PUT or BLOCKS_DISK, of this snapshot. */
void engine_direct_drop(struct release *r, const char *kind, const char *snapshot);

/* release_direct_watch.c */
/* What a poll says of the pending snapshot. */
void engine_direct_read(struct release *r, struct engine_disk *d, const struct ec2_snapshots *list);

/* release_direct_recall.c */
void engine_direct_recall_intent(struct engine_disk *d, enum step_action action,
                                 const struct journal_intent *i);
void engine_direct_recall_facts(struct release *r, struct engine_disk *d);
/* True when the snapshot bears every tag that a finished disk's has. */
bool engine_direct_is_tagged(const struct release *r, const struct engine_disk *d,
                             const struct ec2_snapshot *s);
void engine_direct_recall_snapshots(struct release *r, struct engine_disk *d,
                                    const struct ec2_snapshots *list);

#endif
