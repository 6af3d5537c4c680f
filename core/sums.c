/* Plain SHA-256 of files. */
#include "core/sums.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "core/bytes.h"

enum { WINDOW_BYTES = 1 << 20, HEX_LENGTH = SUMS_HEX_SIZE - 1 };

static bool add_all(EVP_MD_CTX *hash, int fd, const char *path, const atomic_bool *cancel,
                    struct err *err)
{
    unsigned char *window = xmalloc(WINDOW_BYTES);
    size_t got = WINDOW_BYTES;
    bool ok = true;

    for (uint64_t at = 0; ok && got == WINDOW_BYTES; at += got) {
        if (cancel != NULL && atomic_load(cancel))
            ok = err_set(err, ERR_CANCELLED, "stopped while reading %s", path);
        else
            ok = bytes_read(fd, at, window, WINDOW_BYTES, &got, err) &&
                 (EVP_DigestUpdate(hash, window, got) == 1 ||
                  err_set(err, ERR_IO, "no SHA-256 of %s", path));
    }
    free(window);
    return ok;
}

bool sums_file(const char *path, const atomic_bool *cancel, char hex[SUMS_HEX_SIZE],
               struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    unsigned char sum[EVP_MAX_MD_SIZE];
    struct buf text = BUF_INIT;
    bool ok = false;

    if (fd < 0) {
        err_set_errno(err, ERR_INPUT, "cannot open %s", path);
        goto out;
    }
    ok = (hash != NULL && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1) ||
         err_set(err, ERR_IO, "no SHA-256 of %s", path);
    ok = ok && add_all(hash, fd, path, cancel, err) &&
         (EVP_DigestFinal_ex(hash, sum, NULL) == 1 ||
          err_set(err, ERR_IO, "no SHA-256 of %s", path));
    if (ok) {
        buf_add_hex(&text, sum, HEX_LENGTH / 2);
        memcpy(hex, buf_str(&text), SUMS_HEX_SIZE);
    }
out:
    EVP_MD_CTX_free(hash);
    buf_free(&text);
    if (fd >= 0)
        close(fd);
    return ok;
}

/* Lower case, or false when it is no sum. */
static bool take_hex(const char *text, size_t length, char hex[SUMS_HEX_SIZE])
{
    if (length != HEX_LENGTH)
        return false;
    for (size_t i = 0; i < HEX_LENGTH; i++) {
        bool upper = text[i] >= 'A' && text[i] <= 'F';
        hex[i] = upper ? (char)(text[i] - 'A' + 'a') : text[i];
        if (memchr("0123456789abcdef", hex[i], 16) == NULL)
            return false;
    }
    hex[HEX_LENGTH] = '\0';
    return true;
}

bool sums_line(const char *line, size_t length, char hex[SUMS_HEX_SIZE], const char **name,
               size_t *name_length)
{
    static const char front[] = "SHA256 (", middle[] = ") = ";
    const size_t front_length = sizeof front - 1, middle_length = sizeof middle - 1;

    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == '\n'))
        length--;
    if (length > HEX_LENGTH + 2 && line[HEX_LENGTH] == ' ' &&
        (line[HEX_LENGTH + 1] == ' ' || line[HEX_LENGTH + 1] == '*')) {
        *name = line + HEX_LENGTH + 2;
        *name_length = length - HEX_LENGTH - 2;
        return take_hex(line, HEX_LENGTH, hex);
    }
    if (length <= front_length + middle_length + HEX_LENGTH ||
        memcmp(line, front, front_length) != 0)
        return false;
    const char *sum = line + length - HEX_LENGTH;
    *name = line + front_length;
    *name_length = length - front_length - middle_length - HEX_LENGTH;
    return memcmp(sum - middle_length, middle, middle_length) == 0 &&
           take_hex(sum, HEX_LENGTH, hex);
}

/* True when the name is the path, or its last parts. */
static bool names_it(const char *path, const char *name, size_t length)
{
    size_t whole = strlen(path);

    if (length > 2 && name[0] == '.' && name[1] == '/') {
        name += 2;
        length -= 2;
    }
    return length > 0 && length <= whole && memcmp(path + whole - length, name, length) == 0 &&
           (length == whole || path[whole - length - 1] == '/' || name[0] == '/');
}

/* The best line so far. */
struct match {
    size_t length; /* of its name; 0: none */
    bool differs;  /* two as good ones say different sums */
    char hex[SUMS_HEX_SIZE];
};

static void consider(struct match *m, const char *path, const char *line, size_t line_length)
{
    char hex[SUMS_HEX_SIZE];
    const char *name;
    size_t length;

    if (!sums_line(line, line_length, hex, &name, &length) || !names_it(path, name, length) ||
        length < m->length)
        return;
    m->differs = length == m->length && (m->differs || strcmp(m->hex, hex) != 0);
    m->length = length;
    memcpy(m->hex, hex, sizeof hex);
}

static bool judge(const struct match *m, const char *list_path, const char *path, const char *hex,
                  struct err *err)
{
    if (m->length == 0 || m->differs) {
        err_set(err, ERR_REFUSED,
                m->differs ? "%s says two different sums for %s" : "%s has no line for %s",
                list_path, path);
        return err_advise(err, "name the list that belongs to this image");
    }
    if (strcmp(m->hex, hex) == 0)
        return true;
    err_set(err, ERR_REFUSED, "%s has the SHA-256 %s, but %s says %s", path, hex, list_path,
            m->hex);
    return err_advise(err, "it is not the file that was listed: fetch or build it again");
}

bool sums_agree(const char *list_path, const char *path, const char *hex, struct err *err)
{
    FILE *list = fopen(list_path, "re");
    struct match match = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t length;

    if (list == NULL)
        return err_set_errno(err, ERR_INPUT, "cannot open %s", list_path);
    while ((length = getline(&line, &room, list)) > 0)
        consider(&match, path, line, (size_t)length);
    bool ok = ferror(list) == 0 || err_set_errno(err, ERR_IO, "cannot read %s", list_path);
    free(line);
    fclose(list);
    return ok && judge(&match, list_path, path, hex, err);
}
