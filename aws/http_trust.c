/* The certificates that TLS trusts, read once for all connections. */
#include "aws/http_trust.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

struct trust {
    char *path;
    X509_STORE *store; /* NULL: it cannot be read */
    struct trust *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct trust *trusts; /* under the lock; its rows do not change */

static X509_STORE *read_store(const char *path)
{
    X509_STORE *store = X509_STORE_new();

    if (store == NULL || X509_STORE_load_file(store, path) != 1) {
        X509_STORE_free(store);
        return NULL;
    }
    /* As libcurl does: a certificate in the file is trusted, also one that is no root. */
    X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
    return store;
}

static X509_STORE *store_of(const char *path)
{
    pthread_mutex_lock(&lock);
    struct trust *t = trusts;
    while (t != NULL && strcmp(t->path, path) != 0)
        t = t->next;
    if (t == NULL) {
        t = xcalloc(1, sizeof *t);
        *t = (struct trust){.path = xstrdup(path), .store = read_store(path), .next = trusts};
        trusts = t;
    }
    pthread_mutex_unlock(&lock);
    return t->store;
}

static CURLcode give_store(CURL *easy, void *ctx, void *store)
{
    (void)easy;
    SSL_CTX_set1_cert_store(ctx, store);
    return CURLE_OK;
}

void http_trust(CURL *easy, const char *ca_bundle)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    const char *path = ca_bundle != NULL ? ca_bundle : curl->cainfo;
    bool same_library =
        curl->ssl_version != NULL && strncmp(curl->ssl_version, "OpenSSL/3", 9) == 0;
    X509_STORE *store = path != NULL && same_library ? store_of(path) : NULL;

    if (store == NULL) {
        if (ca_bundle != NULL)
            curl_easy_setopt(easy, CURLOPT_CAINFO, ca_bundle);
        return;
    }
    curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
    curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, store);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, give_store);
}
