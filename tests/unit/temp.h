/* A temporary folder for one test, and files in it. Header only, so that a test links nothing. */
#ifndef TESTS_UNIT_TEMP_H
#define TESTS_UNIT_TEMP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

static char temp_folder[64];

/* Makes the folder and goes there; sfdisk and mkfs.vfat lie in sbin. */
static inline int temp_enter(void **state)
{
    (void)state;
    strcpy(temp_folder, "/tmp/tatami-test-XXXXXX");
    char *path = xasprintf("%s:/usr/sbin:/sbin", getenv("PATH"));
    setenv("PATH", path, 1);
    free(path);
    return mkdtemp(temp_folder) != NULL && chdir(temp_folder) == 0 ? 0 : -1;
}

static inline int temp_leave(void **state)
{
    (void)state;
    char *command = xasprintf("rm -rf '%s'", temp_folder);
    int status = chdir("/") == 0 ? system(command) : -1;
    free(command);
    return status;
}

__attribute__((format(printf, 1, 2))) static inline void run(const char *format, ...)
{
    char command[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    int status = system(command);
    if (status != 0)
        fail_msg("%s: status %d", command, status);
}

static inline void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

static inline void write_text(const char *path, const char *text)
{
    write_file(path, text, strlen(text));
}

/* Overwrites bytes in the middle of a file. */
static inline void patch_file(const char *path, long offset, const void *bytes, size_t length)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, offset, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
}

#endif
