/* The files that sign-in keeps, as botocore's JSONFileCache does. */
#include "aws/signin_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aws/config.h"
#include "aws/signin_json.h"
#include "base/mem.h"

enum { FILE_BYTES_MAX = 64 << 10 };

char *signin_file_key(const char *text)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    struct buf hex = BUF_INIT;

    if (EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL) != 1)
        abort();
    buf_add_hex(&hex, digest, length);
    return buf_take(&hex);
}

/* False with errno set when it cannot be read, or is too long (EFBIG). */
static bool read_all(int fd, struct buf *out)
{
    char chunk[4096];
    ssize_t n = -1;

    while (out->length <= FILE_BYTES_MAX && (n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        buf_add(out, chunk, (size_t)n);
    }
    if (n > 0)
        errno = EFBIG;
    mem_wipe(chunk, sizeof chunk);
    return n == 0;
}

/* The folder below ~/.aws, itself no link; made when it is not there. -1 when it cannot be had. */
static int open_folder(const char *folder, bool make)
{
    char *path = aws_config_home_path(folder);

    for (char *at = path + 1; make && *at != '\0'; at++)
        if (*at == '/') {
            *at = '\0';
            mkdir(path, 0700);
            *at = '/';
        }
    if (make)
        mkdir(path, 0700);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    free(path);
    return fd;
}

cJSON *signin_file_read(const char *folder, const char *key)
{
    int where = open_folder(folder, false), fd = -1;
    struct buf text = BUF_INIT;
    cJSON *json = NULL;
    struct stat info;
    char *name = xasprintf("%s.json", key);

    if (where >= 0)
        fd = openat(where, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && read_all(fd, &text))
        json = signin_json_parse(buf_str(&text), text.length, name, NULL);
    if (fd >= 0)
        close(fd);
    if (where >= 0)
        close(where);
    buf_wipe_free(&text);
    free(name);
    return json;
}

static bool write_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        text += n;
        left -= (size_t)n;
    }
    return fsync(fd) == 0;
}

/* Behind a name of its own first: a reader sees the old file or the new one. */
static bool replace(int where, const char *name, const char *text)
{
    char *made = xasprintf(".%s.%d.tmp", name, (int)getpid());

    unlinkat(where, made, 0);
    int fd = openat(where, made, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, text);
    if (fd >= 0)
        close(fd);
    ok = ok && renameat(where, made, where, name) == 0;
    if (fd >= 0 && !ok)
        unlinkat(where, made, 0);
    free(made);
    return ok;
}

bool signin_file_write(const char *folder, const char *key, const cJSON *json)
{
    char *text = cJSON_PrintUnformatted(json);
    char *name = xasprintf("%s.json", key);
    int where = open_folder(folder, true);
    bool ok = text != NULL && where >= 0 && replace(where, name, text);

    if (where >= 0)
        close(where);
    str_wipe_free(text);
    free(name);
    return ok;
}

bool signin_file_token(const char *path, struct buf *out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool ok = fd >= 0 && read_all(fd, out);

    if (!ok)
        err_set_errno(err, ERR_CREDENTIALS, "cannot read the token in %s", path);
    if (fd >= 0)
        close(fd);
    while (ok && out->length > 0 && strchr(" \t\r\n", out->data[out->length - 1]) != NULL)
        out->data[--out->length] = '\0';
    for (size_t i = 0; ok && i < out->length; i++)
        if ((unsigned char)out->data[i] < ' ' || out->data[i] == '\x7f')
            ok = err_set(err, ERR_CREDENTIALS, "what is in %s is no token", path);
    if (ok && out->length == 0)
        ok = err_set(err, ERR_CREDENTIALS, "%s is empty where a token should be", path);
    return ok;
}
