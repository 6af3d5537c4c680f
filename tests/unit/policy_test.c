/* README's IAM policy against the table of what tatami asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "aws/actions.h"
#include "base/mem.h"

static void read_file(const char *path, struct buf *out)
{
    char block[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t n; (n = fread(block, 1, sizeof(block), file)) > 0;)
        buf_add(out, block, n);
    fclose(file);
}

static bool stands_in(const struct buf *text, const char *permission, char quote)
{
    struct buf word = BUF_INIT;
    buf_add_fmt(&word, "%c%s%c", quote, permission, quote);
    bool found = strstr(buf_str(text), buf_str(&word)) != NULL;
    buf_free(&word);
    return found;
}

/* In the policy, or named beside it for the verb that needs it. */
static void every_permission_is_named(void **state)
{
    (void)state;
    struct buf readme = BUF_INIT;
    int missing = 0;
    read_file("README.md", &readme);
    for (size_t i = 0; i < AWS_ACTIONS; i++) {
        struct buf permission = BUF_INIT;
        aws_action_permission(&aws_actions[i], &permission);
        if (permission.length > 0 && !stands_in(&readme, buf_str(&permission), '"') &&
            !stands_in(&readme, buf_str(&permission), '`')) {
            print_error("README.md does not name %s\n", buf_str(&permission));
            missing++;
        }
        buf_free(&permission);
    }
    buf_free(&readme);
    assert_int_equal(missing, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_permission_is_named)};
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
