/* Chance that depends on the seed and on what it is drawn for, never on the order of requests. */
#ifndef AWS_SIM_RNG_H
#define AWS_SIM_RNG_H

#include <stdint.h>

/* 64 bits, a pure function of its arguments (NULL counts as ""). Thread: any. */
uint64_t rng_draw(uint64_t seed, const char *kind, const char *region, const char *name,
                  uint64_t n);

/* A draw spread evenly over [low, high]. Thread: any. */
int64_t rng_range(uint64_t seed, const char *kind, const char *region, const char *name, uint64_t n,
                  int64_t low, int64_t high);

#endif
