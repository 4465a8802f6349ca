/* Money as whole fen (0.01 of the book's currency) in int64_t: sums are exact and free of order. */
#ifndef PLIM_BASE_MONEY_H
#define PLIM_BASE_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#define PLIM_FEN_PER_UNIT 100
#define PLIM_FEN_EMPTY    INT64_MIN /* an amount that is not defined (empty cell) */

__extension__ typedef __int128 plim_int128; /* sums over paths: 64 bits overflow for large books */

/* Amount in currency units -> fen, the exact value of the double rounded half to even.
   False if not finite or beyond int64. */
bool plim_fen_from_amount(double amount, int64_t *fen);

/* rate x fen rounded once to the fen, half to even. The caller has checked that rate is in [0, 1.5]
   and fen in range. Exact product, integer arithmetic: free of the rounding mode. */
int64_t plim_fen_times(double rate, int64_t fen);

/* An amount in currency units -> fen, not rounded; but what lies within floating-point error of a
   whole fen is that fen (0.29 x 100 is not 29 otherwise). */
double plim_fen_unrounded(double amount);

/* The loss of a loan: rate x EAD, rounded once to the fen, half to even; EAD as plim_fen_unrounded
   gives it, so that half a fen is decided as in decimals. The caller has checked that the product
   is within int64; needs the default rounding mode. */
int64_t plim_fen_loss(double rate, double ead_fen);

/* "-1234.05", "" for PLIM_FEN_EMPTY; `out` holds at least 32 bytes. */
void plim_fen_format(int64_t fen, char *out);

#endif
