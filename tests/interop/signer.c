/* Signs what comes on standard input, a JSON object a line, with aws/sigv4: the value of the
 * Authorization header, or the presigned query, a line each. */
#include <stdio.h>
#include <stdlib.h>

#include "aws/json.h"
#include "aws/sigv4.h"

#define HEADERS_MAX 32

static size_t read_headers(const cJSON *list, struct sigv4_header out[HEADERS_MAX])
{
    size_t count = 0;
    const cJSON *pair;

    cJSON_ArrayForEach(pair, list)
    {
        if (count < HEADERS_MAX)
            out[count++] =
                (struct sigv4_header){.name = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 0)),
                                      .value = cJSON_GetStringValue(cJSON_GetArrayItem(pair, 1))};
    }
    return count;
}

static void sign(const cJSON *line)
{
    struct sigv4_header headers[HEADERS_MAX];
    const struct sigv4_request request = {
        .method = json_text(line, "method"),
        .path = json_text(line, "path"),
        .query = json_text(line, "query"),
        .headers = headers,
        .header_count = read_headers(cJSON_GetObjectItemCaseSensitive(line, "headers"), headers),
        .payload_hash = json_text(line, "payload_hash"),
        .service = json_text(line, "service"),
        .region = json_text(line, "region"),
        .time = json_int(line, "time", 0)};
    struct credentials keys = {.access_key_id = json_dup(line, "key"),
                               .secret_access_key = json_dup(line, "secret"),
                               .session_token = json_dup(line, "token")};
    int expires_s = (int)json_int(line, "expires_s", 0);
    struct buf out = BUF_INIT;

    if (expires_s > 0)
        sigv4_presign(&request, &keys, expires_s, &out);
    else
        sigv4_authorization(&request, &keys, &out);
    puts(buf_str(&out));
    buf_free(&out);
    credentials_free(&keys);
}

int main(void)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t length;
    struct err err = ERR_INIT;
    int status = 0;

    while (status == 0 && (length = getline(&text, &size, stdin)) > 0) {
        cJSON *line = json_parse(text, (size_t)length, &err);
        if (line != NULL)
            sign(line);
        else
            status = 1;
        cJSON_Delete(line);
    }
    if (status != 0)
        fprintf(stderr, "%s\n", err.message);
    free(text);
    return status;
}
