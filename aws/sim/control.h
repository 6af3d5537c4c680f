/* /_sim/: what tests and people ask the simulator itself, unsigned.
 *
 *   GET  /_sim/state      all resources
 *   GET  /_sim/requests   how often what was asked
 *   GET  /_sim/blocks?object=BUCKET/KEY | ?snapshot=ID    {"size", "known", "sha256",
 *                         "blocks": [[index, sha256]...]}: the 512 KiB blocks that hold data
 *   GET  /_sim/clock      {"now", "now_ms", "speed", "next", "next_ms"}
 *   POST /_sim/clock      {"speed": N} | {"stop": true} | {"step": "next"} | {"step": SECONDS};
 *                         answers as GET does; 409 when there is no next event
 *   GET  /_sim/faults     the rows with their counts
 *   POST /_sim/faults     {"faults": [row...]}: see fault.h
 *   DELETE /_sim/faults   none from now on
 *   POST /_sim/keys       {"keys": [...]} of account 123456789012, as --world has them (WORLD.md)
 *   POST /_sim/verify     {"method", "target": "/path?query", "headers": {...}, "body", "secret"}:
 *                         is it signed rightly? {"valid", "canonical_request", "string_to_sign"};
 *                         at any time of signing
 *   POST /_sim/reset      back to the start; the time goes on
 */
#ifndef AWS_SIM_CONTROL_H
#define AWS_SIM_CONTROL_H

#include "aws/sim/reply.h"

/* Answers one such request; its body is in request->body. Thread: any. */
void control_handle(struct request *request, struct reply *reply);

#endif
