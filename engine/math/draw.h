/* Counter-based random numbers (Philox4x32-7, Salmon et al. 2011, "Parallel random numbers: as easy
 * as 1, 2, 3"; Random123). Every number is a pure function of what it is for: seed, purpose, key
 * (borrower or factor), path, year. Nothing depends on order, threads or on who else is drawn for.
 *
 * Layout (stream version 1): Philox key = seed (low word, high word); counter = {key low, key high,
 * path word, purpose << 24 | year << 16 | sub}. */
#ifndef PLIM_MATH_DRAW_H
#define PLIM_MATH_DRAW_H

#include <stdint.h>

typedef enum plim_purpose {
    PLIM_DRAW_DEFAULT = 1,     /* upper 16 bits of a borrower's uniform; eight paths a call */
    PLIM_DRAW_DEFAULT_LOW = 2, /* its lower 36 bits */
    PLIM_DRAW_FACTOR = 3,      /* innovation of a systematic factor */
    PLIM_DRAW_SYNTHETIC = 4,   /* the synthetic book */
    /* The mixing variable of a t copula in a year, common to all borrowers: key 0; sub k gives the
       uniforms of the normals 4 k + 1 to 4 k + 4, two a uniform (simulate/mixing.h). */
    PLIM_DRAW_MIXING = 5,
    /* The latent recovery of a loan: the key is made of those of borrower, bank and loan
       (simulate/severity.h); one draw a path for all years and scenarios. */
    PLIM_DRAW_LGD = 6,
    /* A random driver: the key is that of its stream; sub 0 its shock of the year, 1 the number of
       jumps, 2 their sum (simulate/drivers.h). */
    PLIM_DRAW_DRIVER = 7,
    /* A hazard: the key is that of its stream; sub 0 the number of events of the year, sub k the
       k-th of them; of return periods sub 0 what all places share, and under a key made of stream
       and reach what they do not (simulate/hazards.h). */
    PLIM_DRAW_HAZARD = 8,
    /* When a borrower in default is cured and how: its key; sub 0 of loans in default at as_of, 1
       of those that default on the path (plan/asset_classes.h). The same in all scenarios. */
    PLIM_DRAW_CURE = 9,
} plim_purpose;

typedef struct plim_draw_id {
    plim_purpose purpose;
    uint64_t key; /* of the borrower or factor: plim_digest_key of its id or name */
    uint32_t path;
    uint8_t year; /* 0-based period, 0 where it has no meaning */
    uint16_t sub; /* number of the draw within its purpose */
} plim_draw_id;

/* Four 32-bit words. */
void plim_draw_words(uint64_t seed, const plim_draw_id *id, uint32_t out[4]);

/* Uniform in the open interval (0, 1), (k + 1/2) 2^-52 with k from the first 52 bits. */
double plim_draw_uniform(uint64_t seed, const plim_draw_id *id);

/* Two such uniforms from one call: the first is that of plim_draw_uniform, the second comes in the
   same way from words 2 and 3. */
void plim_draw_uniforms(uint64_t seed, const plim_draw_id *id, double out[2]);

/* Standard normal: plim_normal_inv of the uniform. */
double plim_draw_normal(uint64_t seed, const plim_draw_id *id);

/* The uniform that decides a borrower's fate on a path, (k + 1/2) 2^-52. The upper 16 bits of k
   come from lane path % 8 of the call for path / 8 (so that a screen can test eight paths with one
   call), the lower 36 bits from a call for the path alone. */
double plim_draw_fate(uint64_t seed, uint64_t borrower_key, uint32_t path);

#endif
