/* The door of a release that is carried out on this machine: a socket in the state folder, where
 * another tatami asks its holder to stop at the next safe point. No model crosses it. */
#ifndef CORE_DOOR_H
#define CORE_DOOR_H

#include <stdbool.h>

#include "base/err.h"

struct door;
/* Listens at STATE/door/ID; who holds the release's kernel lock may. asked() is called for each
 * who knocks, on the door's thread. NULL with *err set: nobody can ask. Thread: engine. */
struct door *door_open(const char *state_dir, const char *release_id, void (*asked)(void *arg),
                       void *arg, struct err *err);
/* Ends the thread and lets those who wait go on; the kernel lock must be free by then. NULL is a
 * no-op. Thread: main. */
void door_close(struct door *door);

/* Asks the holder to stop and waits until the door is closed. ERR_NOT_FOUND when there is no door,
 * ERR_STALLED when it is still open after wait_wall_ms, ERR_CANCELLED once stop_fd is readable (-1:
 * never). Thread: main. */
bool door_knock(const char *state_dir, const char *release_id, int wait_wall_ms, int stop_fd,
                struct err *err);

#endif
