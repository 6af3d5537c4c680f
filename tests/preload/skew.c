/* Loaded before the C library: the wall clock is TATAMI_SKEW_S seconds wrong. */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static time_t skew_s(void)
{
    const char *text = getenv("TATAMI_SKEW_S");
    return text == NULL ? 0 : atol(text);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    int (*real)(clockid_t, struct timespec *) =
        (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(id, out);
    if (result == 0 && id == CLOCK_REALTIME)
        out->tv_sec += skew_s();
    return result;
}

time_t time(time_t *out)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
