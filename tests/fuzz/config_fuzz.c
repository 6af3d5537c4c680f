/* Any bytes as tatami.conf: settings, or an error that says where. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/options.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/tatami-fuzz.XXXXXX";

static void leave(void)
{
    if (unlink("tatami.conf") == 0 && chdir("/") == 0)
        rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        abort();
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("HOME", folder, 1);
    atexit(leave);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const lines[][4] = {{"tatami", "release", "disk.raw", NULL},
                                           {"tatami", "cleanup", NULL, NULL},
                                           {"tatami", "watch", NULL, NULL}};
    int fd = open("tatami.conf", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct err err = ERR_INIT;
        int count = lines[i][2] == NULL ? 2 : 3;
        struct settings *s = settings_parse(count, (char **)lines[i], &err);
        if (s == NULL)
            abort();
        if (settings_configure(s, &err) != (err.kind == ERR_NONE))
            abort();
        settings_free(s);
    }
    return 0;
}
