/* A certificate authority of the simulator's own: an elliptic key, and one certificate by it. */
#include "aws/sim/tls.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aws/sim/mem.h"
#include "aws/sim/region.h"
#include "aws/sim/str.h"

enum { DAY_S = 24 * 3600, LIFE_DAYS = 30 };

static void add_extension(X509 *certificate, X509 *issuer, int kind, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/* A certificate for `key` that is not signed yet; without an issuer it is its own. */
static X509 *make_certificate(const char *name, EVP_PKEY *key, X509 *issuer)
{
    X509 *certificate = X509_new();
    uint32_t serial;
    RAND_bytes((unsigned char *)&serial, sizeof(serial));
    X509_set_version(certificate, 2); /* X.509 v3 */
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial >> 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY_S);
    X509_gmtime_adj(X509_getm_notAfter(certificate), LIFE_DAYS * DAY_S);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer != NULL ? issuer : certificate));
    X509_set_pubkey(certificate, key);
    add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
    return certificate;
}

static X509 *make_authority(EVP_PKEY *key)
{
    X509 *authority = make_certificate("tatami-sim", key, NULL);
    add_extension(authority, authority, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(authority, authority, NID_key_usage, "critical,keyCertSign,cRLSign");
    X509_sign(authority, key, EVP_sha256());
    return authority;
}

/* Whom the certificate is for, as X509V3_EXT_conf_nid() reads it; malloc'd. */
static char *server_names(void)
{
    struct str names = {0};
    str_add(&names, "IP:127.0.0.1,DNS:localhost,DNS:*.amazonaws.com");
    for (size_t i = 0; i < region_count; i++)
        str_addf(&names, ",DNS:*.%s.amazonaws.com,DNS:*.s3.%s.amazonaws.com", regions[i].name,
                 regions[i].name);
    return str_take(&names);
}

static bool is_flaw(const char *flaw, const char *name)
{
    return flaw != NULL && strcmp(flaw, name) == 0;
}

bool tls_has_flaw(const char *flaw)
{
    return is_flaw(flaw, "name") || is_flaw(flaw, "expired");
}

static X509 *make_server(EVP_PKEY *key, X509 *authority, EVP_PKEY *authority_key, const char *flaw)
{
    X509 *server = make_certificate("127.0.0.1", key, authority);
    char *names = is_flaw(flaw, "name") ? xstrdup("DNS:elsewhere.example") : server_names();
    if (is_flaw(flaw, "expired"))
        X509_gmtime_adj(X509_getm_notAfter(server), -DAY_S / 2);
    add_extension(server, authority, NID_authority_key_identifier, "keyid");
    add_extension(server, authority, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(server, authority, NID_key_usage, "critical,digitalSignature");
    add_extension(server, authority, NID_ext_key_usage, "serverAuth");
    add_extension(server, authority, NID_subject_alt_name, names);
    free(names);
    X509_sign(server, authority_key, EVP_sha256());
    return server;
}

/* What was written to a memory BIO, malloc'd; frees the BIO. */
static char *take_text(BIO *bio)
{
    char *bytes;
    long len = BIO_get_mem_data(bio, &bytes);
    char *text = xasprintf("%.*s", (int)len, bytes);
    BIO_free(bio);
    return text;
}

static char *certificate_text(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(bio, certificate);
    return take_text(bio);
}

static char *key_text(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
    return take_text(bio);
}

/* Writes the text to a new file; its path, or NULL with errno set. */
static char *write_file(const char *text)
{
    static const char END[] = ".pem";
    const char *folder = getenv("TMPDIR");
    char *path = xasprintf("%s/tatami-sim-ca.XXXXXX%s",
                           folder != NULL && *folder != '\0' ? folder : "/tmp", END);
    int fd = mkstemps(path, (int)strlen(END));
    ssize_t written = fd >= 0 ? write(fd, text, strlen(text)) : -1;
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (written == (ssize_t)strlen(text))
        return path;
    if (fd >= 0)
        unlink(path);
    free(path);
    errno = why;
    return NULL;
}

bool tls_make(struct tls *tls, const char *flaw)
{
    EVP_PKEY *authority_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    X509 *authority = make_authority(authority_key);
    X509 *server = make_server(key, authority, authority_key, flaw);
    char *ca_text = certificate_text(authority);
    *tls = (struct tls){.certificate_pem = certificate_text(server),
                        .key_pem = key_text(key),
                        .ca_path = write_file(ca_text)};
    int why = errno;
    free(ca_text);
    X509_free(server);
    X509_free(authority);
    EVP_PKEY_free(key);
    EVP_PKEY_free(authority_key);
    errno = why;
    return tls->ca_path != NULL;
}

void tls_free(struct tls *tls)
{
    if (tls->ca_path != NULL)
        unlink(tls->ca_path);
    free(tls->certificate_pem);
    free(tls->key_pem);
    free(tls->ca_path);
    *tls = (struct tls){0};
}
