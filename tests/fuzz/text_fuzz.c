/* Any bytes made safe: no control comes out, and making it safe again changes nothing. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct safe_text text = text_safe_bytes((const char *)data, size);
    struct safe_text again = text_safe(text.utf8);
    const char *at = text.utf8, *end = at + strlen(at);
    int columns = 0;

    while (at < end) {
        bool ok;
        wchar_t c = text_next_char(&at, end, &ok);
        if (!ok || c < 0x20 || (c >= 0x7f && c < 0xa0))
            abort();
        columns += text_char_columns(c);
    }
    if (columns != text.columns || strcmp(text.utf8, again.utf8) != 0)
        abort();

    struct buf base64 = BUF_INIT;
    unsigned char *back = NULL;
    size_t length = 0;
    buf_add_base64(&base64, data, size);
    if (!base64_decode(buf_str(&base64), &back, &length) || length != size ||
        (size > 0 && memcmp(back, data, size) != 0))
        abort();
    free(back);
    buf_free(&base64);
    text_free(&again);
    text_free(&text);
    return 0;
}
