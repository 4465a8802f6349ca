/* Random numbers of the synthetic book: each a pure function of seed, whose it is and what it is
 * for, so that a borrower is the same however many others the book has. */
#ifndef PLIM_BOOK_SYNTHETIC_DICE_H
#define PLIM_BOOK_SYNTHETIC_DICE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

typedef struct plim_dice {
    uint64_t seed;
    uint64_t key; /* plim_digest_key of the borrower's id */
} plim_dice;

PLIM_NODISCARD plim_status plim_dice_make(plim_dice *dice, uint64_t seed, const char *id,
                                          plim_error *err);

/* `what` numbers the draws of one borrower. */
double plim_dice_uniform(const plim_dice *dice, unsigned what); /* in (0, 1) */
double plim_dice_between(const plim_dice *dice, unsigned what, double low, double high);
/* Standard normal, cut at 2.5 either way: no single draw may carry the district. */
double plim_dice_normal(const plim_dice *dice, unsigned what);
/* median x exp(sigma_ln x normal) */
double plim_dice_lognormal(const plim_dice *dice, unsigned what, double median, double sigma_ln);
/* Index 0 .. n-1 whose part of the weights (not all zero) holds the fraction u of their sum. */
size_t plim_dice_pick(double u, const int *weight, size_t n);
/* The same with u drawn. */
size_t plim_dice_choose(const plim_dice *dice, unsigned what, const int *weight, size_t n);

#endif
