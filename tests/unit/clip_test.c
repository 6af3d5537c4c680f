/* ui/clip: the text reaches the program, and OSC 52 is what terminals read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui/clip.h"

static void sequences(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct safe_text text = text_safe("ami-1\x1b");
    clip_sequence(&out, &text, false);
    assert_string_equal(buf_str(&out), "\033]52;c;YW1pLTFceDFi\a");
    buf_reset(&out);
    clip_sequence(&out, &text, true);
    assert_string_equal(buf_str(&out), "\033P\033]52;c;YW1pLTFceDFi\a\033\\");
    text_free(&text);
    buf_free(&out);
}

static void a_command_gets_the_text(void **state)
{
    (void)state;
    char path[] = "/tmp/clip-test-XXXXXX";
    char has[64] = "";
    struct err err = ERR_INIT;
    struct safe_text text = text_safe("ami-0123");
    int fd = mkstemp(path);
    char *command = xasprintf("cat > %s", path);
    assert_true(clip_send(&text, command, &err));
    assert_int_equal(read(fd, has, sizeof has - 1), 8);
    assert_string_equal(has, "ami-0123");
    assert_false(clip_send(&text, "exit 3", &err));
    assert_int_equal(err.kind, ERR_IO);
    free(command);
    text_free(&text);
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences),
        cmocka_unit_test(a_command_gets_the_text),
    };
    return cmocka_run_group_tests_name("clip", tests, NULL, NULL);
}
