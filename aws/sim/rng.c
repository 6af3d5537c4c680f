/* Chance that depends on the seed and on what it is drawn for: FNV-1a, finished by splitmix64. */
#include "aws/sim/rng.h"
#include <stddef.h>

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (const char *p = text != NULL ? text : ""; *p != '\0'; p++)
        hash = (hash ^ (unsigned char)*p) * 0x100000001b3ULL;
    /* A separator that UTF-8 cannot hold, so that "a","b" is not "ab","". */
    return (hash ^ 0xffULL) * 0x100000001b3ULL;
}

static uint64_t finish(uint64_t z)
{
    z += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

uint64_t rng_draw(uint64_t seed, const char *kind, const char *region, const char *name, uint64_t n)
{
    uint64_t hash = 0xcbf29ce484222325ULL ^ finish(seed);
    hash = mix_text(mix_text(mix_text(hash, kind), region), name);
    return finish(hash ^ finish(n));
}

int64_t rng_range(uint64_t seed, const char *kind, const char *region, const char *name, uint64_t n,
                  int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)(high - low) + 1;
    return low + (int64_t)(rng_draw(seed, kind, region, name, n) % span);
}
