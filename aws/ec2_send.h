/* What the EC2 calls have in common: a form goes, a text or a `return` comes. */
#ifndef AWS_EC2_SEND_H
#define AWS_EC2_SEND_H

#include "aws/call.h"

/* Sends the form and frees it. An answer of <return>false</return> is ERR_INVALID. Thread: worker.
 */
bool ec2_send(struct call *c, const struct call_action *action, struct buf *form, struct err *err);
/* The same, and what else the answer says: *root is freed with xml_free(), NULL on failure. Thread:
 * worker. */
bool ec2_send_for_tree(struct call *c, const struct call_action *action, struct buf *form,
                       struct xml **root, struct err *err);
/* Sends the form, frees it, and takes the text at path: malloc'd, NULL on failure. An answer
 * without it is ERR_REPLY. Thread: worker. */
bool ec2_send_for(struct call *c, const struct call_action *action, struct buf *form,
                  const char *path, char **text, struct err *err);

#endif
