/* `tatami list`. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "core/find.h"
#include "core/interrupt.h"
#include "core/manifest.h"
#include "core/verbs.h"

static void complain_of(const struct find_result *found)
{
    for (size_t i = 0; i < found->failure_count; i++)
        verb_complain(&found->failures[i].err);
}

/* Writes the manifest; without a file to `out`. */
static bool put_manifest(const struct settings *s, const struct manifest *m, FILE *out,
                         struct err *err)
{
    struct buf text = BUF_INIT;
    bool ok = true;
    if (s->format != NULL || (s->output == NULL && !s->json)) {
        ok = manifest_write(m, s->format, &text, err);
    } else if (s->output != NULL) {
        ok = manifest_write(m, "json", &text, err);
    } else {
        manifest_write_line(m, &text);
        buf_add_char(&text, '\n');
    }
    if (ok && s->output != NULL)
        ok = manifest_save(s->output, &text, err);
    else if (ok)
        ok = fwrite(buf_str(&text), 1, text.length, out) == text.length && fflush(out) == 0
                 ? true
                 : err_set_errno(err, ERR_IO, "cannot write the manifest");
    buf_free(&text);
    return ok;
}

/* Lists come in the order of regions; a release is printed where it stands first. */
static bool is_first(const struct find_result *found, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(found->amis[i].release, found->amis[index].release) == 0)
            return false;
    return true;
}

struct release_counts {
    int amis, regions, is_public;
};

static struct release_counts count_release(const struct find_result *found, const char *release)
{
    struct release_counts n = {0};
    const char *last = "";
    for (size_t i = 0; i < found->ami_count; i++) {
        const struct find_ami *a = &found->amis[i];
        if (a->older || strcmp(a->release, release) != 0)
            continue;
        n.amis++;
        n.is_public += a->is_public;
        n.regions += strcmp(last, a->region) != 0;
        last = a->region;
    }
    return n;
}

static void put_releases(const struct find_result *found, bool json, FILE *out)
{
    for (size_t i = 0; i < found->ami_count; i++) {
        const char *release = found->amis[i].release;
        if (!is_first(found, i))
            continue;
        struct release_counts n = count_release(found, release);
        struct buf line = BUF_INIT;
        struct safe_text name = text_safe(release);
        if (json) {
            buf_add_str(&line, "{\"release\": ");
            buf_add_json(&line, release);
            buf_add_fmt(&line, ", \"amis\": %d, \"regions\": %d, \"public\": %d}", n.amis,
                        n.regions, n.is_public);
        } else {
            buf_add_fmt(&line, "%s  AMIs %d, regions %d, public %d", name.utf8, n.amis, n.regions,
                        n.is_public);
        }
        fprintf(out, "%s\n", buf_str(&line));
        text_free(&name);
        buf_free(&line);
    }
}

static void tell_of_nothing(const struct settings *s)
{
    fprintf(stderr, "No region that answered has an AMI that tatami made%s.\n",
            s->rehearse ? "; a rehearsal knows only those of its --world" : "");
}

/* What is printed once everything is read. */
static int put_list(const struct settings *s, const char *name, const struct find_result *found,
                    FILE *out)
{
    struct err err = ERR_INIT;
    complain_of(found);
    if (found->ami_count == 0 && name != NULL) {
        err_set(&err, ERR_NOT_FOUND, "no region that answered has an AMI of %s", name);
        return verb_fail(s, &err, out);
    }
    if (name == NULL && found->ami_count == 0) {
        tell_of_nothing(s);
    } else if (name == NULL) {
        put_releases(found, s->json, out);
    } else {
        struct manifest *m = find_manifest(found, name);
        bool ok = put_manifest(s, m, out, &err);
        manifest_free(m);
        if (!ok)
            return verb_fail(s, &err, out);
    }
    return found->failure_count > 0 ? 1 : 0;
}

int verb_list(const struct settings *s, struct aws *aws, FILE *out)
{
    const char *name = s->argument_count > 0 ? s->arguments[0] : NULL;
    struct find_result found = {0};
    struct err err = ERR_INIT;
    if (name == NULL && (s->format != NULL || s->output != NULL)) {
        err_set(&err, ERR_USAGE, "--format and --output are for one release");
        err_advise(&err, "name it: `tatami list NAME`");
        return verb_fail(s, &err, out);
    }
    if (s->rehearse)
        fputs("Rehearsal: a simulator answers, not AWS.\n", stderr);
    struct interrupt *interrupt = interrupt_start();
    bool ok = find_release(aws, verb_home(s, aws), name, &s->regions, interrupt_flag(interrupt),
                           &found, &err);
    int status = ok ? put_list(s, name, &found, out) : verb_fail(s, &err, out);
    interrupt_end(interrupt);
    find_free(&found);
    return status;
}
