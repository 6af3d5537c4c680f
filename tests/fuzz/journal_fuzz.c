/* Any bytes as a journal: opened or refused, and whatever its rows hold can be read. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "core/journal.h"
#include "core/plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"journal.db", "journal.db-wal", "journal.db-shm",
                                    "journal.db-journal", "journal.gate"};
static char folder[] = "/dev/shm/tatami-fuzz.XXXXXX";

static void remove_files(void)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        unlink(files[i]);
}

static void leave(void)
{
    remove_files();
    if (chdir("/") == 0)
        rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        abort();
    atexit(leave);
    return 0;
}

static void read_release(struct journal *j, const struct journal_release *release)
{
    struct journal_intent *intents = NULL;
    struct journal_fact *facts = NULL;
    size_t intent_count = 0, fact_count = 0;
    struct err err = ERR_INIT;

    plan_free(plan_from_json(release->plan_json, &err));
    journal_intents(j, release->id, &intents, &intent_count, &err);
    journal_facts(j, release->id, "", &facts, &fact_count, &err);
    journal_intents_free(intents, intent_count);
    journal_facts_free(facts, fact_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct journal_release *releases = NULL;
    struct err err = ERR_INIT;
    size_t count = 0;

    remove_files();
    int fd = open(files[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size)
        abort();
    close(fd);
    struct journal *j = journal_open(folder, &err);
    if ((j == NULL) != (err.kind == ERR_IO))
        abort();
    if (j != NULL && journal_list(j, NULL, false, &releases, &count, &err))
        for (size_t i = 0; i < count; i++)
            read_release(j, &releases[i]);
    journal_releases_free(releases, count);
    journal_close(j);
    return 0;
}
