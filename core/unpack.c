/* Compressed streams by the libraries that made them. */
#include "core/unpack.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/mem.h"

enum { INPUT_BYTES = 128 << 10, ZSTD_WINDOW_LOG_MAX = 29 /* UNPACK_MEMORY_BYTES */ };

/* What one step of a decoder says. */
enum step { STEP_MORE, STEP_WHOLE /* the stream may end here */, STEP_DAMAGED, STEP_TOO_LARGE };

struct unpack {
    const struct decoder *decoder;
    char *name;
    struct unpack_input input;
    ZSTD_DCtx *zstd;
    lzma_stream xz;
    enum step last;
    bool input_ended;
    size_t at, filled; /* of buffer */
    unsigned char buffer[INPUT_BYTES];
};

/* How one packing is undone; `step` takes from the buffer, moves *out on and lessens *left. */
struct decoder {
    const char *tool; /* that unpacks it by hand */
    bool (*start)(struct unpack *u);
    enum step (*step)(struct unpack *u, unsigned char **out, size_t *left);
    void (*end)(struct unpack *u);
};

static bool start_zstd(struct unpack *u)
{
    u->zstd = ZSTD_createDCtx();
    return u->zstd != NULL &&
           !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX));
}

static enum step step_zstd(struct unpack *u, unsigned char **out, size_t *left)
{
    ZSTD_inBuffer in = {u->buffer, u->filled, u->at};
    ZSTD_outBuffer made = {*out, *left, 0};

    /* Between two frames there is nothing to be done, and nothing to be said. */
    if (u->last == STEP_WHOLE && in.pos == in.size)
        return STEP_WHOLE;
    size_t said = ZSTD_decompressStream(u->zstd, &made, &in);
    u->at = in.pos;
    *out += made.pos;
    *left -= made.pos;
    if (!ZSTD_isError(said))
        return said == 0 ? STEP_WHOLE : STEP_MORE;
    return ZSTD_getErrorCode(said) == ZSTD_error_frameParameter_windowTooLarge ? STEP_TOO_LARGE
                                                                               : STEP_DAMAGED;
}

static void end_zstd(struct unpack *u)
{
    ZSTD_freeDCtx(u->zstd);
}

static bool start_xz(struct unpack *u)
{
    u->xz = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_stream_decoder(&u->xz, UNPACK_MEMORY_BYTES, LZMA_CONCATENATED) == LZMA_OK;
}

static enum step step_xz(struct unpack *u, unsigned char **out, size_t *left)
{
    if (u->last == STEP_WHOLE)
        return STEP_WHOLE;
    u->xz.next_in = u->buffer + u->at;
    u->xz.avail_in = u->filled - u->at;
    u->xz.next_out = *out;
    u->xz.avail_out = *left;
    lzma_ret said = lzma_code(&u->xz, u->input_ended ? LZMA_FINISH : LZMA_RUN);
    u->at = u->filled - u->xz.avail_in;
    *out = u->xz.next_out;
    *left = u->xz.avail_out;
    if (said == LZMA_OK || said == LZMA_BUF_ERROR)
        return STEP_MORE;
    if (said == LZMA_STREAM_END)
        return STEP_WHOLE;
    return said == LZMA_MEMLIMIT_ERROR ? STEP_TOO_LARGE : STEP_DAMAGED;
}

static void end_xz(struct unpack *u)
{
    lzma_end(&u->xz);
}

static bool start_plain(struct unpack *u)
{
    u->last = STEP_WHOLE;
    return true;
}

static enum step step_plain(struct unpack *u, unsigned char **out, size_t *left)
{
    size_t have = u->filled - u->at;
    size_t n = have < *left ? have : *left;

    memcpy(*out, u->buffer + u->at, n);
    u->at += n;
    *out += n;
    *left -= n;
    return STEP_WHOLE;
}

static void end_plain(struct unpack *u)
{
    (void)u;
}

static const struct decoder decoders[] = {
    [PACKING_NONE] = {"cat", start_plain, step_plain, end_plain},
    [PACKING_ZSTD] = {"zstd -d --long=31", start_zstd, step_zstd, end_zstd},
    [PACKING_XZ] = {"xz -dk", start_xz, step_xz, end_xz},
};

struct unpack *unpack_new(enum image_packing packing, const char *name, struct unpack_input input,
                          struct err *err)
{
    struct unpack *u = xcalloc(1, sizeof *u);

    u->decoder = &decoders[packing];
    u->name = xstrdup(name);
    u->input = input;
    if (u->decoder->start(u))
        return u;
    err_set(err, ERR_IO, "cannot begin to unpack %s", name);
    unpack_free(u);
    return NULL;
}

void unpack_free(struct unpack *u)
{
    if (u == NULL)
        return;
    u->decoder->end(u);
    if (u->input.free != NULL)
        u->input.free(u->input.arg);
    free(u->name);
    free(u);
}

static bool refill(struct unpack *u, const atomic_bool *cancel, struct err *err)
{
    u->at = 0;
    u->filled = 0;
    if (u->input_ended)
        return true;
    if (!u->input.take(u->input.arg, u->buffer, sizeof u->buffer, &u->filled, cancel, err))
        return false;
    u->input_ended = u->filled < sizeof u->buffer;
    return true;
}

static bool complain(const struct unpack *u, enum step step, struct err *err)
{
    if (step == STEP_TOO_LARGE) {
        err_set(err, ERR_INPUT, "%s needs more than %d MiB of memory to be unpacked", u->name,
                UNPACK_MEMORY_BYTES >> 20);
        return err_advise(err, "unpack it first: %s", u->decoder->tool);
    }
    err_set(err, ERR_INPUT,
            step == STEP_DAMAGED ? "%s is damaged: it cannot be unpacked"
                                 : "%s is damaged: it breaks off",
            u->name);
    return err_advise(err, "make or fetch it again");
}

bool unpack_take(struct unpack *u, void *out, size_t length, size_t *got, const atomic_bool *cancel,
                 struct err *err)
{
    unsigned char *at = out;
    size_t left = length;

    while (left > 0) {
        if (u->at == u->filled && !refill(u, cancel, err))
            return false;
        size_t before = left, packed = u->filled - u->at;
        u->last = u->decoder->step(u, &at, &left);
        if (u->last == STEP_DAMAGED || u->last == STEP_TOO_LARGE)
            return complain(u, u->last, err);
        if (left < before || packed > u->filled - u->at)
            continue;
        if (packed > 0 || (u->input_ended && u->last != STEP_WHOLE))
            return complain(u, packed > 0 ? STEP_DAMAGED : STEP_MORE, err);
        if (u->input_ended)
            break;
    }
    *got = length - left;
    return true;
}
