/* A question that only the typed phrase answers. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/interrupt.h"
#include "core/verbs.h"

#define ANSWER_MAX 80

bool verb_can_ask(const struct settings *s)
{
    return !s->no_ui && !s->json && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* A line from the terminal without its end; false at its end, or when a signal came. */
static bool read_answer(const struct interrupt *interrupt, char answer[ANSWER_MAX])
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = interrupt_fd(interrupt), .events = POLLIN}};
    while (poll(fds, ARRAY_LEN(fds), -1) < 0 && errno == EINTR)
        ;
    if ((fds[1].revents & POLLIN) != 0)
        return false;
    ssize_t n = read(STDIN_FILENO, answer, ANSWER_MAX - 1);
    if (n <= 0)
        return false;
    answer[n] = '\0';
    answer[strcspn(answer, "\r\n")] = '\0';
    return true;
}

bool verb_ask(const char *phrase, const struct interrupt *interrupt, FILE *out, struct err *err)
{
    char answer[ANSWER_MAX];
    fprintf(out, "Type \"%s\" to go on: ", phrase);
    fflush(out);
    bool answered = read_answer(interrupt, answer);
    if (!answered)
        fputc('\n', out);
    if (atomic_load(interrupt_flag(interrupt)))
        return err_set(err, ERR_CANCELLED, "interrupted before anything was changed");
    return (answered && strcmp(answer, phrase) == 0) ||
           err_set(err, ERR_REFUSED, "nothing was changed: the phrase was not typed");
}
