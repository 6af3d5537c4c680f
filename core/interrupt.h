/* Turns SIGINT, SIGTERM and SIGHUP into a cancel flag, for verbs without an engine. */
#ifndef CORE_INTERRUPT_H
#define CORE_INTERRUPT_H

#include <stdatomic.h>

struct interrupt;
/* Starts to watch. The signals must be blocked in every thread (main does that at its start), else
 * they end the program as usual. Never NULL. Thread: main. */
struct interrupt *interrupt_start(void);
/* True once a signal has come; lives until interrupt_end(). Thread: any. */
const atomic_bool *interrupt_flag(const struct interrupt *i);
/* A descriptor that becomes readable with the first signal and stays so. Thread: any. */
int interrupt_fd(const struct interrupt *i);
/* Ends the verb's work as a signal would. Thread: any. */
void interrupt_raise(struct interrupt *i);
/* Stops watching, frees. NULL is a no-op. Thread: main. */
void interrupt_end(struct interrupt *i);

#endif
