/* A certificate authority of the simulator's own, made anew at each start. */
#ifndef AWS_SIM_TLS_H
#define AWS_SIM_TLS_H

#include <stdbool.h>

struct tls {
    char *certificate_pem, *key_pem; /* the server's */
    char *ca_path;                   /* the authority's certificate, in a file under TMPDIR */
};

/* Makes authority, key and certificate, and writes the file. The certificate is good for this
 * machine and for AWS's own names, where a test leads them here; with a flaw "name" it is for
 * another machine, with "expired" it has ended; NULL: none. False with errno set when the file
 * cannot be written. Thread: main. */
bool tls_make(struct tls *tls, const char *flaw);
/* Thread: any. */
bool tls_has_flaw(const char *flaw);

/* Removes the file and frees. Thread: main. */
void tls_free(struct tls *tls);

#endif
