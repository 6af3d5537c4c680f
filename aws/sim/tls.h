/* A certificate authority of the simulator's own, made anew at each start. */
#ifndef AWS_SIM_TLS_H
#define AWS_SIM_TLS_H

#include <stdbool.h>

struct tls {
    char *certificate_pem, *key_pem; /* the server's, for 127.0.0.1 and localhost */
    char *ca_path;                   /* the authority's certificate, in a file under TMPDIR */
};

/* Makes authority, key and certificate, and writes the file. False with errno set when the file
 * cannot be written. Thread: main. */
bool tls_make(struct tls *tls);

/* Removes the file and frees. Thread: main. */
void tls_free(struct tls *tls);

#endif
