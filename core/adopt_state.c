/* Reading the state folder of create-amis.sh. Whatever lies there is a hint, and may be anything.
 */
#include "core/adopt_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"

enum { ODD_MAX = 16, ENTRIES_MAX = 4096 };

/* Files of nixos/maintainers/scripts/ec2/create-amis.sh. */
static const struct {
    const char *ending, *prefix;
} things[ADOPT_THINGS] = {
    [ADOPT_TASK] = {".task_id", "import-snap-"},
    [ADOPT_SNAPSHOT] = {".snapshot_id", "snap-"},
    [ADOPT_AMI] = {".ami_id", "ami-"},
};

/* What stands behind the region in a file's name; malloc'd. role NULL: without a disk. */
static char *tail_of(const struct plan_image *image, const char *role, enum adopt_thing thing)
{
    return xasprintf("%s%s%s.%s%s", image->label, role == NULL ? "" : ".", role == NULL ? "" : role,
                     image->system, things[thing].ending);
}

static bool is_tail(const char *text, const struct plan_image *image, const char *role,
                    enum adopt_thing thing)
{
    char *tail = tail_of(image, role, thing);
    bool is = strcmp(text, tail) == 0;
    free(tail);
    return is;
}

/* Of an image of two disks the script names the disk; but a copy's AMI has none, and the home AMI
 * stands with the disk that was last in its loop, the boot disk. */
static bool is_of_image(const char *text, const struct plan_image *image, struct adopt_entry *e)
{
    bool many = image->disk_count > 1;
    for (size_t d = 0; d < image->disk_count; d++) {
        e->disk = d;
        if (e->thing == ADOPT_AMI || !many) {
            e->disk = 0;
            return is_tail(text, image, NULL, e->thing) ||
                   (many && is_tail(text, image, image->disks[0].role, e->thing));
        }
        if (is_tail(text, image, image->disks[d].role, e->thing))
            return true;
    }
    return false;
}

/* The file's name is of an image of the plan: everything of *e but the id. */
static bool read_name(const char *name, const struct plan *plan, struct adopt_entry *e)
{
    const char *dot = strchr(name, '.');
    size_t length = dot == NULL ? 0 : (size_t)(dot - name);
    if (length == 0 || length >= sizeof(e->region) ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        return false;
    memcpy(e->region, name, length);
    e->region[length] = '\0';
    for (size_t t = 0; t < ADOPT_THINGS; t++) {
        e->thing = (enum adopt_thing)t;
        for (e->image = 0; e->image < plan->image_count; e->image++)
            if (is_of_image(dot + 1, &plan->images[e->image], e))
                return true;
    }
    return false;
}

/* EC2's ids: a word and 8 or more digits; jq writes "null" where AWS gave none. */
static bool is_id(const char *text, enum adopt_thing thing)
{
    size_t prefix = strlen(things[thing].prefix);
    if (strncmp(text, things[thing].prefix, prefix) != 0)
        return false;
    size_t length = strlen(text + prefix);
    return length >= 8 && length <= 20 &&
           strspn(text + prefix, "0123456789abcdefghijklmnopqrstuvwxyz") == length;
}

enum content { CONTENT_NONE, CONTENT_ID, CONTENT_ODD };

static enum content read_id(int folder, const char *name, struct adopt_entry *e)
{
    struct stat st;
    char text[64];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    bool regular = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    ssize_t got = regular ? read(fd, text, sizeof(text) - 1) : -1;
    if (fd >= 0)
        close(fd);
    if (got < 0)
        return CONTENT_ODD;
    while (got > 0 && memchr(" \t\r\n", text[got - 1], 4) != NULL)
        got--;
    text[got] = '\0';
    if (got == 0)
        return st.st_size == 0 || st.st_size == 1 ? CONTENT_NONE : CONTENT_ODD;
    if (strlen(text) != (size_t)got || (size_t)got >= sizeof(e->id) || !is_id(text, e->thing))
        return CONTENT_ODD;
    memcpy(e->id, text, (size_t)got + 1);
    return CONTENT_ID;
}

static void add(struct adopt_state *state, int folder, const char *name, struct adopt_entry *e)
{
    enum content content = read_id(folder, name, e);
    if (content == CONTENT_ID && state->count < ENTRIES_MAX) {
        state->entries = xrealloc(state->entries, state->count + 1, sizeof(*state->entries));
        state->entries[state->count++] = *e;
    } else if (content == CONTENT_ODD && state->odd_count < ODD_MAX) {
        state->odd = xrealloc(state->odd, state->odd_count + 1, sizeof(*state->odd));
        state->odd[state->odd_count++] = text_safe(name).utf8;
    }
}

bool adopt_state_read(const char *folder, const struct plan *plan, struct adopt_state *out,
                      struct err *err)
{
    DIR *dir = opendir(folder);
    const struct dirent *file;
    *out = (struct adopt_state){0};
    if (dir == NULL)
        return err_set_errno(err, ERR_INPUT, "cannot read the state folder %s", folder);
    for (errno = 0; (file = readdir(dir)) != NULL; errno = 0) {
        struct adopt_entry e = {0};
        if (read_name(file->d_name, plan, &e))
            add(out, dirfd(dir), file->d_name, &e);
    }
    bool ok = errno == 0 || err_set_errno(err, ERR_INPUT, "cannot read the folder %s", folder);
    closedir(dir);
    if (!ok)
        adopt_state_free(out);
    return ok;
}

void adopt_state_free(struct adopt_state *state)
{
    for (size_t i = 0; i < state->odd_count; i++)
        free(state->odd[i]);
    free(state->odd);
    free(state->entries);
    *state = (struct adopt_state){0};
}

const char *adopt_state_id(const struct adopt_state *state, const char *region,
                           enum adopt_thing thing, size_t image, size_t disk)
{
    for (size_t i = 0; i < state->count; i++) {
        const struct adopt_entry *e = &state->entries[i];
        if (e->thing == thing && e->image == image && e->disk == disk &&
            strcmp(e->region, region) == 0)
            return e->id;
    }
    return NULL;
}
