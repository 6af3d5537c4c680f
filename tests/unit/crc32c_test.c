/* base/crc32c: the vectors of RFC 3720, appendix B.4, with and without the instruction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crc32c.h"
#include "base/mem.h"

static uint32_t (*const functions[])(uint32_t, const void *, size_t) = {crc32c, crc32c_portable};

static void rfc_vectors(void **state)
{
    (void)state;
    /* An iSCSI SCSI Read (10) command. */
    static const unsigned char command[48] = {[0] = 0x01,  [1] = 0xc0,  [16] = 0x14, [22] = 0x04,
                                              [27] = 0x14, [31] = 0x18, [32] = 0x28, [40] = 0x02};
    unsigned char zeros[32] = {0}, ones[32], rising[32], falling[32];

    memset(ones, 0xff, sizeof ones);
    for (int i = 0; i < 32; i++) {
        rising[i] = (unsigned char)i;
        falling[i] = (unsigned char)(31 - i);
    }
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        assert_int_equal(functions[i](0, zeros, 32), 0x8a9136aa);
        assert_int_equal(functions[i](0, ones, 32), 0x62a8ab43);
        assert_int_equal(functions[i](0, rising, 32), 0x46dd794e);
        assert_int_equal(functions[i](0, falling, 32), 0x113fdb5c);
        assert_int_equal(functions[i](0, command, 48), 0xd9963a56);
        assert_int_equal(functions[i](0, "123456789", 9), 0xe3069283);
        assert_int_equal(functions[i](0, "", 0), 0);
    }
}

static void pieces_make_the_whole(void **state)
{
    (void)state;
    unsigned char data[1001];

    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 31 + i / 7);
    uint32_t whole = crc32c_portable(0, data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut += 13)
        for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
            uint32_t crc = functions[i](0, data, cut);
            assert_int_equal(functions[i](crc, data + cut, sizeof data - cut), whole);
        }
}

static void base64_is_big_endian(void **state)
{
    (void)state;
    char text[CRC32C_BASE64_SIZE];

    crc32c_base64(crc32c(0, "hello", 5), text);
    assert_string_equal(text, "mnG7TA==");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc_vectors),
        cmocka_unit_test(pieces_make_the_whole),
        cmocka_unit_test(base64_is_big_endian),
    };
    return cmocka_run_group_tests_name("crc32c", tests, NULL, NULL);
}
