/* Standard input, which the whole program has once: what was looked at is kept until it is taken.
 */
#include "core/pipe_in.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* So often a wait looks whether it shall end. */
enum { LOOK_UP_MS = 200 };

static struct {
    unsigned char *head;  /* what was looked at */
    size_t length, taken; /* of head */
    bool claimed, begun;
} input;

void pipe_in_claim(void)
{
    input.claimed = true;
}

bool pipe_in_is_ours(struct err *err)
{
    if (input.claimed)
        return true;
    err_set(err, ERR_INPUT,
            "this disk came by the standard input of another run, which cannot be "
            "read again");
    return err_advise(err, "cancel the release (`tatami cancel NAME`) and start it anew");
}

/* A read alone would wait for a writer for ever. */
static bool wait_for_writer(const atomic_bool *cancel, struct err *err)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = 0;

    while (ready <= 0) {
        if (cancel != NULL && atomic_load(cancel))
            return err_set(err, ERR_CANCELLED, "stopped while reading standard input");
        ready = poll(&in, 1, LOOK_UP_MS);
        if (ready < 0 && errno != EINTR)
            return err_set_errno(err, ERR_IO, "cannot wait for standard input");
    }
    return true;
}

static bool read_on(void *out, size_t length, size_t *got, const atomic_bool *cancel,
                    struct err *err)
{
    for (*got = 0; *got < length;) {
        if (!wait_for_writer(cancel, err))
            return false;
        ssize_t n = read(STDIN_FILENO, (unsigned char *)out + *got, length - *got);
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (n < 0)
            return err_set_errno(err, ERR_IO, "cannot read standard input");
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return true;
}

bool pipe_in_look(uint64_t offset, void *out, size_t length, size_t *got, struct err *err)
{
    size_t end = offset < PIPE_IN_LOOK_BYTES ? PIPE_IN_LOOK_BYTES - (size_t)offset : 0, more = 0;

    *got = 0;
    if (length < end)
        end = length;
    if (end == 0 || input.begun)
        return true;
    end += (size_t)offset;
    if (input.length < end) {
        input.head = xrealloc(input.head, end, 1);
        bool ok = read_on(input.head + input.length, end - input.length, &more, NULL, err);
        input.length += more;
        if (!ok)
            return false;
    }
    if (input.length > offset) {
        *got = (input.length < end ? input.length : end) - (size_t)offset;
        memcpy(out, input.head + offset, *got);
    }
    return true;
}

bool pipe_in_size(uint64_t *bytes)
{
    off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR) - (off_t)input.length;
    struct stat st;

    if (at < 0 || fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < at)
        return false;
    *bytes = (uint64_t)(st.st_size - at);
    return true;
}

bool pipe_in_begin(struct err *err)
{
    if (!input.begun) {
        input.begun = true;
        return true;
    }
    err_set(err, ERR_INPUT, "standard input was read already, and cannot be read again");
    return err_advise(err, "cancel the release and start it anew, or hand over a file");
}

bool pipe_in_take(void *out, size_t length, size_t *got, const atomic_bool *cancel, struct err *err)
{
    size_t kept = input.length - input.taken, more = 0;

    *got = kept < length ? kept : length;
    if (*got > 0)
        memcpy(out, input.head + input.taken, *got);
    input.taken += *got;
    if (input.taken == input.length) {
        free(input.head);
        input.head = NULL;
        input.length = input.taken = 0;
    }
    if (*got == length)
        return true;
    if (!read_on((unsigned char *)out + *got, length - *got, &more, cancel, err))
        return false;
    *got += more;
    return true;
}
