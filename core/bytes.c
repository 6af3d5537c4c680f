/* Numbers and ranges out of files. */
#include "core/bytes.h"

#include <errno.h>
#include <unistd.h>

static uint64_t little(const unsigned char *p, int count)
{
    uint64_t n = 0;
    while (count-- > 0)
        n = n << 8 | p[count];
    return n;
}

static uint64_t big(const unsigned char *p, int count)
{
    uint64_t n = 0;
    for (int i = 0; i < count; i++)
        n = n << 8 | p[i];
    return n;
}

uint16_t bytes_le16(const void *p)
{
    return (uint16_t)little(p, 2);
}

uint32_t bytes_le32(const void *p)
{
    return (uint32_t)little(p, 4);
}

uint64_t bytes_le64(const void *p)
{
    return little(p, 8);
}

uint32_t bytes_be32(const void *p)
{
    return (uint32_t)big(p, 4);
}

uint64_t bytes_be64(const void *p)
{
    return big(p, 8);
}

bool bytes_read(int fd, uint64_t offset, void *out, size_t length, size_t *got, struct err *err)
{
    *got = 0;
    if (offset > INT64_MAX - length)
        return true;
    while (*got < length) {
        ssize_t n = pread(fd, (unsigned char *)out + *got, length - *got, (off_t)(offset + *got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_set_errno(err, ERR_IO, "cannot read");
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return true;
}
