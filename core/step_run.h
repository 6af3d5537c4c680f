/* The bodies of the steps, by room of AWS; only core/step includes this. */
#ifndef CORE_STEP_RUN_H
#define CORE_STEP_RUN_H

#include "core/step.h"

/* Each blocks, and sets the step's results. Thread: worker. */
bool step_resolve(struct step *s, struct call *c, struct err *err);
/* Of STEP_RESOLVE: what --base means in the home region, into s->facts.parents. ERR_USAGE where
 * that cannot be what a disk starts from. */
bool step_find_bases(struct step *s, struct call *c, struct err *err);
bool step_names(struct step *s, struct call *c, struct err *err);
bool step_lease_take(struct step *s, struct call *c, struct err *err);
bool step_lease_renew(struct step *s, struct call *c, struct err *err);
bool step_lease_plan(struct step *s, struct call *c, struct err *err);
bool step_lease_return(struct step *s, struct call *c, struct err *err);
bool step_survey(struct step *s, struct call *c, struct err *err);
bool step_check_object(struct step *s, struct call *c, struct err *err);
bool step_open_upload(struct step *s, struct call *c, struct err *err);
bool step_complete_upload(struct step *s, struct call *c, struct err *err);
bool step_mark_object(struct step *s, struct call *c, struct err *err);
bool step_import(struct step *s, struct call *c, struct err *err);
bool step_tag_snapshot(struct step *s, struct call *c, struct err *err);
bool step_delete_object(struct step *s, struct call *c, struct err *err);
bool step_open_source(struct step *s, struct call *c, struct err *err);
bool step_start_snapshot(struct step *s, struct call *c, struct err *err);
bool step_clear_snapshots(struct step *s, struct call *c, struct err *err);
bool step_note_snapshot(struct step *s, struct call *c, struct err *err);
bool step_complete_snapshot(struct step *s, struct call *c, struct err *err);
bool step_deregister(struct step *s, struct call *c, struct err *err);
bool step_adopt(struct step *s, struct call *c, struct err *err);
bool step_register(struct step *s, struct call *c, struct err *err);
bool step_copy(struct step *s, struct call *c, struct err *err);
bool step_read_uefi(struct step *s, struct call *c, struct err *err);
bool step_deprecate(struct step *s, struct call *c, struct err *err);
bool step_protect(struct step *s, struct call *c, struct err *err);
bool step_share(struct step *s, struct call *c, struct err *err);
bool step_publish(struct step *s, struct call *c, struct err *err);
bool step_publish_snapshots(struct step *s, struct call *c, struct err *err);
bool step_withdraw(struct step *s, struct call *c, struct err *err);
bool step_withdraw_snapshots(struct step *s, struct call *c, struct err *err);
bool step_poll(struct step *s, struct call *c, struct err *err);
bool step_sign_in(struct step *s, struct call *c, struct err *err);
bool step_look(struct step *s, struct call *c, struct err *err);

/* Opens the disk's file into s->local. ERR_INPUT when it is not there or is not as long as the plan
 * has it, or has another SHA-256 than a plan that knows one. Thread: worker. */
bool step_open_file(struct step *s, struct err *err);

#endif
