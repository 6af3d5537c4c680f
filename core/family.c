/* Names without their versions, and versions in order. */
#include "core/family.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/system_name.h"

#define HASH_DIGITS 7 /* as git shortens them */

/* Words that make a version an earlier one, in their order. */
static const char *const early_words[] = {"dev", "alpha", "beta", "pre", "rc"};

/* A stretch of a name. */
struct stretch {
    size_t at, end;
};

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '.';
}

/* Units that hold a digit and are no version. */
static size_t unit_length(const char *p)
{
    static const char *const units[] = {"x86_64", "x86-64"};
    for (size_t i = 0; i < ARRAY_LEN(units); i++)
        if (strncasecmp(p, units[i], strlen(units[i])) == 0 && !is_word_char(p[strlen(units[i])]))
            return strlen(units[i]);
    return 0;
}

/* The next word from `at` on; false at the end. A unit is a word of its own kind and passed over.
 */
static bool next_word(const char *name, size_t end, size_t at, struct stretch *out)
{
    for (; at < end; at++) {
        bool begins = at == 0 || !is_word_char(name[at - 1]);
        size_t unit = begins ? unit_length(name + at) : 0;
        if (unit > 0) {
            at += unit - 1;
            continue;
        }
        if (!is_word_char(name[at]))
            continue;
        out->at = at;
        while (at < end && is_word_char(name[at]))
            at++;
        out->end = at;
        return true;
    }
    return false;
}

static size_t count_digits(const char *name, struct stretch s)
{
    size_t digits = 0;
    for (size_t i = s.at; i < s.end; i++)
        digits += isdigit((unsigned char)name[i]) != 0;
    return digits;
}

static bool is_hash(const char *name, struct stretch s)
{
    for (size_t i = s.at; i < s.end; i++)
        if (!isxdigit((unsigned char)name[i]))
            return false;
    return s.end - s.at >= HASH_DIGITS && count_digits(name, s) > 0;
}

static bool is_version_word(const char *name, struct stretch s)
{
    const char *p = name + s.at;
    if ((p[0] == 'v' || p[0] == 'V') && s.end - s.at > 1)
        p++;
    return isdigit((unsigned char)p[0]) || is_hash(name, s);
}

/* "rc1", "beta", "pre-2": 0 when it is none, else its place from 1 on. */
static int early_rank(const char *p, size_t length)
{
    for (size_t i = 0; i < ARRAY_LEN(early_words); i++) {
        size_t n = strlen(early_words[i]);
        if (length >= n && strncasecmp(p, early_words[i], n) == 0 &&
            (length == n || !isalpha((unsigned char)p[n])))
            return (int)i + 1;
    }
    return 0;
}

static bool is_day(const char *name, struct stretch s)
{
    const char *p = name + s.at;
    if (s.end - s.at < 8 || (strncmp(p, "20", 2) != 0 && strncmp(p, "19", 2) != 0))
        return false;
    for (size_t i = 0; i < 8; i++)
        if (!isdigit((unsigned char)p[i]))
            return false;
    int month = (p[4] - '0') * 10 + p[5] - '0', day = (p[6] - '0') * 10 + p[7] - '0';
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && (s.end - s.at == 8 || p[8] == '.');
}

static size_t count_dots(const char *name, struct stretch s)
{
    size_t dots = 0;
    for (size_t i = s.at; i < s.end; i++)
        dots += name[i] == '.';
    return dots;
}

/* True when the word goes on with the run that ended before it. */
static bool joins(const char *name, struct stretch run, struct stretch word)
{
    char between = name[run.end];
    if (word.at != run.end + 1 || (between != '-' && between != '_'))
        return false;
    if (is_day(name, word) && !is_day(name, run))
        return count_dots(name, run) >= 2;
    return is_version_word(name, word) || early_rank(name + word.at, word.end - word.at) > 0;
}

/* The version's place; empty when there is none. */
static struct stretch find_version(const char *name, size_t end)
{
    struct stretch best = {0, 0}, run = {0, 0}, word;
    for (size_t at = 0; next_word(name, end, at, &word); at = word.end) {
        if (run.end > 0 && joins(name, run, word))
            run.end = word.end;
        else if (is_version_word(name, word))
            run = word;
        else
            continue;
        if (count_digits(name, run) >= count_digits(name, best))
            best = run;
    }
    return best;
}

void family_split(const char *name, char **family, char **version)
{
    struct buf left = BUF_INIT, found = BUF_INIT;
    size_t length = strlen(name);
    struct system_place system = system_in_name(name);
    size_t end = system.length > 0 ? system.at + system.length : length;
    struct stretch v = find_version(name, end);
    buf_add(&left, name, v.at);
    if (v.end > v.at) {
        buf_add_char(&left, '*');
        buf_add(&found, name + v.at, v.end - v.at);
    }
    buf_add(&left, name + v.end, end - v.end);
    buf_add(&found, name + end, length - end);
    *family = buf_take(&left);
    *version = buf_take(&found);
}

/* A part of a version: a number or a word. */
struct part {
    const char *at;
    size_t length; /* 0: there is no further one */
    bool number;
};

static struct part next_part(const char **p)
{
    while (**p != '\0' && !isalnum((unsigned char)**p))
        (*p)++;
    struct part part = {.at = *p, .number = isdigit((unsigned char)**p) != 0};
    while (isalnum((unsigned char)**p) && (isdigit((unsigned char)**p) != 0) == part.number)
        (*p)++;
    part.length = (size_t)(*p - part.at);
    return part;
}

static int compare_numbers(struct part a, struct part b)
{
    for (; a.length > 1 && *a.at == '0'; a.at++)
        a.length--;
    for (; b.length > 1 && *b.at == '0'; b.at++)
        b.length--;
    if (a.length != b.length)
        return a.length < b.length ? -1 : 1;
    return strncmp(a.at, b.at, a.length);
}

/* Words and ends in order: a pre-release, the end, any other word, a number. */
static int part_class(struct part p)
{
    if (p.length == 0)
        return 1;
    if (p.number)
        return 3;
    return early_rank(p.at, p.length) > 0 ? 0 : 2;
}

static int compare_words(struct part a, struct part b)
{
    int early = early_rank(a.at, a.length) - early_rank(b.at, b.length);
    if (early != 0)
        return early;
    int order = strncasecmp(a.at, b.at, a.length < b.length ? a.length : b.length);
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

int family_compare_versions(const char *a, const char *b)
{
    a += (*a == 'v' || *a == 'V') && isdigit((unsigned char)a[1]);
    b += (*b == 'v' || *b == 'V') && isdigit((unsigned char)b[1]);
    for (;;) {
        struct part x = next_part(&a), y = next_part(&b);
        int order = part_class(x) - part_class(y);
        if (order != 0)
            return order;
        if (x.length == 0)
            return 0;
        order = x.number ? compare_numbers(x, y) : compare_words(x, y);
        if (order != 0)
            return order;
    }
}
