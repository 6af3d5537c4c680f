/* The bodies of the steps, by room of AWS; only core/step includes this. */
#ifndef CORE_STEP_RUN_H
#define CORE_STEP_RUN_H

#include "core/step.h"

/* Each blocks, and sets the step's results. Thread: worker. */
bool step_resolve(struct step *s, struct call *c, struct err *err);
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
bool step_deregister(struct step *s, struct call *c, struct err *err);
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
bool step_look(struct step *s, struct call *c, struct err *err);

#endif
