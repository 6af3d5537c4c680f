/* What came back: freed, and asked for a header. */
#include <stdlib.h>
#include <string.h>

#include "aws/http.h"

void http_answer_free(struct http_answer *answer)
{
    for (size_t i = 0; i < answer->header_count; i++) {
        free((void *)answer->headers[i].name);
        free((void *)answer->headers[i].value);
    }
    free(answer->headers);
    buf_wipe_free(&answer->body); /* it may hold keys */
    *answer = (struct http_answer){0};
}

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++)
        if (strcmp(answer->headers[i].name, name) == 0)
            return answer->headers[i].value;
    return NULL;
}
