/* Golden files: what the harness's terminal shows against what it is known to show. */
#include "tests/tools/tt_golden.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "tests/tools/tt_screen.h"

static void print_difference(const char *has, const char *wants)
{
    for (int line = 1; *has != '\0' || *wants != '\0'; line++) {
        size_t n = strcspn(has, "\n");
        size_t m = strcspn(wants, "\n");
        if (n != m || memcmp(has, wants, n) != 0)
            printf("# line %d\n# - %.*s\n# + %.*s\n", line, (int)m, wants, (int)n, has);
        has += n + (has[n] == '\n');
        wants += m + (wants[m] == '\n');
    }
}

bool golden_write(const char *path)
{
    struct buf screen = BUF_INIT;
    FILE *file = fopen(path, "w");
    bool ok = false;
    screen_dump(&screen);
    if (file != NULL) {
        ok = fwrite(screen.data, 1, screen.length, file) == screen.length;
        ok = fclose(file) == 0 && ok;
    }
    buf_free(&screen);
    return ok;
}

bool golden_matches(const char *path, bool loud)
{
    struct buf screen = BUF_INIT;
    struct buf golden = BUF_INIT;
    FILE *file = fopen(path, "r");
    char bytes[4096];
    size_t n;
    if (file == NULL && loud)
        printf("# there is no %s\n", path);
    if (file == NULL)
        return false;
    while ((n = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(&golden, bytes, n);
    fclose(file);
    screen_dump(&screen);
    bool same = strcmp(buf_str(&golden), buf_str(&screen)) == 0;
    if (!same && loud)
        print_difference(buf_str(&screen), buf_str(&golden));
    buf_free(&screen);
    buf_free(&golden);
    return same;
}
