/* Loaded before the C library: leads AWS's host names to simulators on loopback, or to nobody.
 *
 *   TATAMI_NAMES=PATH   rows `PART ANSWER`; the first whose PART is in the name decides: a port of
 *                       127.0.0.1, `-` (no such name) or `?` (the name server does not answer)
 */
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN ".amazonaws.com"

static int find(const char *name, char port[8])
{
    char part[128], answer[8];
    const char *path = getenv("TATAMI_NAMES");
    FILE *file = path == NULL ? NULL : fopen(path, "re");
    int result = EAI_NONAME;
    while (file != NULL && fscanf(file, "%127s %7s", part, answer) == 2) {
        if (strstr(name, part) == NULL)
            continue;
        result = strcmp(answer, "-") == 0 ? EAI_NONAME : strcmp(answer, "?") == 0 ? EAI_AGAIN : 0;
        strcpy(port, answer);
        break;
    }
    if (file != NULL)
        fclose(file);
    return result;
}

int getaddrinfo(const char *restrict name, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) =
        dlsym(RTLD_NEXT, "getaddrinfo");
    char port[8] = "";
    if (name == NULL || strstr(name, DOMAIN) == NULL)
        return real(name, service, hints, out);
    int failed = find(name, port);
    return failed != 0 ? failed : real("127.0.0.1", port, hints, out);
}
