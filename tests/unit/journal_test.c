/* The journal: what was written is there after the file is opened again, and only one holds a
 * release. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "core/journal.h"

/* The struct owns its texts; here it only borrows them. */
static char *lit(const char *text)
{
    return (char *)(uintptr_t)text;
}

struct place {
    char root[64];
    char dir[96];
};

static int set_up(void **state)
{
    struct place *p = xcalloc(1, sizeof(*p));
    snprintf(p->root, sizeof(p->root), "/tmp/tatami-journal-XXXXXX");
    assert_non_null(mkdtemp(p->root));
    snprintf(p->dir, sizeof(p->dir), "%s/deep/state", p->root);
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf '%s'", p->root);
    int status = system(command);
    free(p);
    return status;
}

static struct journal *open_it(struct place *p)
{
    struct err err = ERR_INIT;
    struct journal *j = journal_open(p->dir, &err);
    assert_non_null(j);
    return j;
}

static void add_release(struct journal *j, const char *id, const char *name)
{
    struct err err = ERR_INIT;
    assert_true(journal_add_release(j, id, name, "123456789012", "{\"plan\":1}", 1000, &err));
}

static void a_release_is_found_again(void **state)
{
    struct err err = ERR_INIT;
    struct journal *j = open_it(*state);
    add_release(j, "a1", "acme/1.0");
    add_release(j, "a2", "acme/2.0");
    assert_true(journal_set_phase(j, "a1", "done", 0, 2000, &err));
    journal_close(j);

    j = open_it(*state);
    struct journal_release *list = NULL;
    size_t count = 0;
    assert_true(journal_list(j, NULL, false, &list, &count, &err));
    assert_int_equal(count, 2);
    journal_releases_free(list, count);
    assert_true(journal_list(j, NULL, true, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].name, "acme/2.0");
    assert_string_equal(list[0].plan_json, "{\"plan\":1}");
    journal_releases_free(list, count);
    assert_true(journal_list(j, "acme/1.0", false, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].phase, "done");
    assert_int_equal(list[0].exit_status, 0);
    journal_releases_free(list, count);
    journal_close(j);
}

static void an_intent_without_answer_stays_open(void **state)
{
    struct err err = ERR_INIT;
    struct journal *j = open_it(*state);
    add_release(j, "r", "acme/1.0");
    struct journal_intent i = {.action = lit("CopyImage"),
                               .image = lit("acme"),
                               .disk = lit(""),
                               .region = lit("eu-west-1"),
                               .attempt = 2,
                               .asked_at = 7};
    int64_t first = 0, second = 0, third = 0;
    assert_true(journal_begin(j, &err));
    assert_true(journal_intend(j, "r", &i, &first, &err));
    assert_true(journal_intend(j, "r", &i, &second, &err));
    assert_true(journal_intend(j, "r", &i, &third, &err));
    assert_true(journal_answer(j, first, "ami-1", NULL, 9, &err));
    struct err failure = ERR_INIT;
    err_set(&failure, ERR_LIMIT, "too many");
    strcpy(failure.code, "ResourceLimitExceeded");
    assert_true(journal_answer(j, second, NULL, &failure, 10, &err));
    assert_true(journal_commit(j, &err));
    journal_close(j);

    j = open_it(*state);
    struct journal_intent *list = NULL;
    size_t count = 0;
    assert_true(journal_intents(j, "r", &list, &count, &err));
    assert_int_equal(count, 3);
    assert_true(list[0].ok);
    assert_string_equal(list[0].result, "ami-1");
    assert_int_equal(list[0].attempt, 2);
    assert_false(list[1].ok);
    assert_string_equal(list[1].code, "ResourceLimitExceeded");
    assert_int_equal(list[2].answered_at, 0);
    assert_false(list[2].ok);
    journal_intents_free(list, count);
    journal_close(j);
}

static void what_was_not_committed_is_not_there(void **state)
{
    struct err err = ERR_INIT;
    struct journal *j = open_it(*state);
    add_release(j, "r", "acme/1.0");
    assert_true(journal_begin(j, &err));
    assert_true(journal_set(j, "r", "digest/0/root", "x", "me", 1, &err));
    journal_close(j);
    j = open_it(*state);
    assert_null(journal_get(j, "r", "digest/0/root"));
    journal_close(j);
}

static void the_newest_fact_counts(void **state)
{
    struct err err = ERR_INIT;
    struct journal *j = open_it(*state);
    add_release(j, "r", "acme/1.0");
    assert_true(journal_set(j, "r", "wish/0/eu-west-1", "public", "me", 1, &err));
    assert_true(journal_set(j, "r", "wish/0/eu-west-1", "private", "you", 2, &err));
    char *value = journal_get(j, "r", "wish/0/eu-west-1");
    assert_string_equal(value, "private");
    free(value);
    assert_null(journal_get(j, "r", "wish/0/us-east-1"));
    journal_close(j);
}

static void facts_are_listed_by_the_beginning_of_their_keys(void **state)
{
    struct err err = ERR_INIT;
    struct journal_fact *facts = NULL;
    size_t count = 0;
    struct journal *j = open_it(*state);
    add_release(j, "r1", "acme");
    assert_true(journal_set(j, "r1", "wish/0/eu-west-1", "public", "me", 1, &err));
    assert_true(journal_set(j, "r1", "wish/0/us-east-1", "private", "me", 2, &err));
    assert_true(journal_set(j, "r1", "wish/0/eu-west-1", "private", "me", 3, &err));
    assert_true(journal_set(j, "r1", "wi", "none", "me", 4, &err));
    assert_true(journal_facts(j, "r1", "wish/", &facts, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(facts[1].key, "wish/0/eu-west-1");
    assert_string_equal(facts[1].value, "private");
    assert_int_equal(facts[1].at, 3);
    journal_facts_free(facts, count);
    assert_true(journal_facts(j, "r1", "left/", &facts, &count, &err));
    assert_int_equal(count, 0);
    journal_close(j);
}

static void a_release_that_is_anothers_is_forgotten(void **state)
{
    struct err err = ERR_INIT;
    struct journal_release *found = NULL;
    size_t count = 1;
    struct journal *j = open_it(*state);
    add_release(j, "r1", "acme");
    assert_true(journal_set(j, "r1", "lease/0/", "abc", "me", 1, &err));
    assert_true(journal_drop_release(j, "r1", &err));
    assert_true(journal_list(j, NULL, false, &found, &count, &err));
    assert_int_equal(count, 0);
    journal_releases_free(found, count);
    assert_null(journal_get(j, "r1", "lease/0/"));
    add_release(j, "r2", "acme"); /* its name is free again */
    journal_close(j);
}

static void the_files_are_private(void **state)
{
    struct place *p = *state;
    struct journal *j = open_it(p);
    struct stat st;
    char path[128];
    snprintf(path, sizeof(path), "%s/journal.db", p->dir);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(p->dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    journal_close(j);
}

/* flock is per open file: two journals in one process are two holders. */
static void one_holder_at_a_time(void **state)
{
    struct err err = ERR_INIT;
    struct journal *a = open_it(*state);
    struct journal *b = open_it(*state);
    assert_true(journal_lock(a, "r", &err));
    assert_false(journal_lock(b, "r", &err));
    assert_int_equal(err.kind, ERR_REFUSED);
    char pid[32];
    snprintf(pid, sizeof(pid), "process %d on ", (int)getpid());
    assert_non_null(strstr(err.message, pid));
    journal_unlock(a);
    assert_true(journal_lock(b, "r", &err));
    journal_close(a);
    journal_close(b);
}

static void death_releases_the_lock(void **state)
{
    struct err err = ERR_INIT;
    struct place *p = *state;
    pid_t child = fork();
    if (child == 0) {
        struct journal *theirs = journal_open(p->dir, &err);
        _exit(theirs != NULL && journal_lock(theirs, "r", &err) ? 0 : 1);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct journal *j = open_it(p);
    assert_true(journal_lock(j, "r", &err));
    journal_close(j);
}

/* Waits until the gate closes, so that all begin together. */
static void opens_and_closes(const char *dir, const int gate[2])
{
    struct err err = ERR_INIT;
    char c;
    close(gate[1]);
    if (read(gate[0], &c, 1) != 0)
        _exit(2);
    struct journal *j = journal_open(dir, &err);
    if (j == NULL)
        fprintf(stderr, "# %s\n", err.message);
    journal_close(j);
    _exit(j == NULL);
}

static void many_make_it_at_once(void **state)
{
    struct place *p = *state;
    enum { FOLDERS = 12, OPENERS = 6 };
    for (int folder = 0; folder < FOLDERS; folder++) {
        char *dir = xasprintf("%s/%d", p->root, folder);
        int gate[2];
        assert_int_equal(pipe(gate), 0);
        for (int i = 0; i < OPENERS; i++)
            if (fork() == 0)
                opens_and_closes(dir, gate);
        close(gate[0]);
        close(gate[1]);
        for (int i = 0; i < OPENERS; i++) {
            int status = 1;
            assert_true(wait(&status) > 0);
            assert_int_equal(status, 0);
        }
        free(dir);
    }
}

/* What another hand does to the file. */
static void do_sql(const struct place *p, const char *sql)
{
    char command[512];
    snprintf(command, sizeof(command), "sqlite3 '%s/journal.db' \"%s\"", p->dir, sql);
    assert_int_equal(system(command), 0);
}

static void an_older_journal_is_taken_over(void **state)
{
    size_t count = 0;
    struct journal_release *found = NULL;
    struct place *p = *state;
    struct journal *j = open_it(p);
    add_release(j, "id-1", "acme/1");
    journal_close(j);
    do_sql(p, "DROP TABLE block; DROP INDEX release_open; PRAGMA user_version = 1");
    j = open_it(p);
    assert_true(journal_list(j, "acme/1", true, &found, &count, NULL));
    assert_int_equal(count, 1);
    journal_releases_free(found, count);
    journal_close(j);
}

/* The state folder without a journal. */
static void make_empty(const struct place *p)
{
    char command[256];
    journal_close(open_it((struct place *)p));
    snprintf(command, sizeof(command), "rm -f '%s'/journal.db*", p->dir);
    assert_int_equal(system(command), 0);
}

static void another_program_s_database_stays_as_it_is(void **state)
{
    struct err err = ERR_INIT;
    struct place *p = *state;
    make_empty(p);
    do_sql(p, "CREATE TABLE release (id INTEGER, song TEXT); INSERT INTO release VALUES (1, 'x')");
    assert_null(journal_open(p->dir, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, "another program"));
    /* Nothing was added: making a table of a journal's name still works. */
    do_sql(p, "CREATE TABLE intent (x)");
}

static void what_is_no_database_is_said(void **state)
{
    struct err err = ERR_INIT;
    struct place *p = *state;
    char path[256], text[64] = "";
    make_empty(p);
    snprintf(path, sizeof(path), "%s/journal.db", p->dir);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("notes of a person, long enough to be no header of SQLite\n", f);
    fclose(f);
    assert_null(journal_open(p->dir, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, path));
    f = fopen(path, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof(text), f));
    fclose(f);
    assert_string_equal(text, "notes of a person, long enough to be no header of SQLite\n");
}

static void a_newer_journal_is_refused(void **state)
{
    struct err err = ERR_INIT;
    struct place *p = *state;
    journal_close(open_it(p));
    do_sql(p, "PRAGMA user_version = 99");
    assert_null(journal_open(p->dir, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, "newer tatami"));
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
    struct err err = ERR_INIT;
    (void)state;
    assert_null(journal_open("/proc/nowhere/state", &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.message, "/proc/nowhere"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_release_is_found_again),
        TEST(an_intent_without_answer_stays_open),
        TEST(what_was_not_committed_is_not_there),
        TEST(the_newest_fact_counts),
        TEST(facts_are_listed_by_the_beginning_of_their_keys),
        TEST(a_release_that_is_anothers_is_forgotten),
        TEST(the_files_are_private),
        TEST(one_holder_at_a_time),
        TEST(death_releases_the_lock),
        TEST(many_make_it_at_once),
        TEST(a_newer_journal_is_refused),
        TEST(an_older_journal_is_taken_over),
        TEST(another_program_s_database_stays_as_it_is),
        TEST(what_is_no_database_is_said),
        TEST(a_folder_that_cannot_be_made_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
