/* Golden screens. */
#include "tests/tools/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define FOLDER "tests/unit/golden"

static char *read_all(const char *path)
{
    struct buf text = BUF_INIT;
    char piece[4096];
    size_t n;
    FILE *f = fopen(path, "r");
    while (f != NULL && (n = fread(piece, 1, sizeof(piece), f)) > 0)
        buf_add(&text, piece, n);
    if (f != NULL)
        fclose(f);
    return buf_take(&text);
}

static void write_all(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (f == NULL)
        fail_msg("cannot write %s", path);
    fputs(text, f);
    fclose(f);
}

static void compare(const char *path, const char *want, const char *have)
{
    for (int line = 1; *want != '\0' || *have != '\0'; line++) {
        size_t a = strcspn(want, "\n"), b = strcspn(have, "\n");
        if (a != b || memcmp(want, have, a) != 0)
            fail_msg("%s:%d differs\n  want |%.*s|\n  have |%.*s|", path, line, (int)a, want,
                     (int)b, have);
        want += a + (want[a] == '\n');
        have += b + (have[b] == '\n');
    }
}

void golden_check(const char *name, const struct grid *grid)
{
    const char *mode = getenv("TATAMI_GOLDEN");
    char *path = xasprintf("%s/%s.txt", FOLDER, name);
    struct buf text = BUF_INIT;
    grid_dump_text(grid, &text);
    buf_add_str(&text, "== roles ==\n");
    grid_dump_roles(grid, &text);
    if (mode != NULL && strcmp(mode, "update") == 0) {
        write_all(path, buf_str(&text));
    } else {
        char *want = read_all(path);
        compare(path, want, buf_str(&text));
        free(want);
    }
    buf_free(&text);
    free(path);
}
