/* The certificates that TLS trusts, read once for all connections: libcurl by itself reads and
 * keeps a hundred and more for each. */
#ifndef AWS_HTTP_TRUST_H
#define AWS_HTTP_TRUST_H

#include <curl/curl.h>

/* Lets the handle's connections trust what stands in this file (NULL: libcurl's own default). Where
 * libcurl speaks TLS by another library, or the file cannot be read, libcurl reads it itself and
 * says what is wrong. The certificates live as long as the program. Thread: any. */
void http_trust(CURL *easy, const char *ca_bundle);

#endif
