/* Borrowers by the random numbers of a path that their PDs hang on: the price that some pay, the
 * water of one town or another. Boxes of paths are made for each class by itself, since a box that
 * is small in what counts is a tight bound. */
#ifndef PLIM_SIMULATE_CLASSES_H
#define PLIM_SIMULATE_CLASSES_H

#include "plan/varying.h"

#define PLIM_CLASSES_MOST 32
#define PLIM_NO_CLASS     UINT8_MAX

typedef struct plim_classes {
    uint32_t n;      /* at least one */
    uint8_t *of;     /* [borrower]; PLIM_NO_CLASS where no PD varies */
    bool *uses;      /* [class * n_slots + slot]: every slot that a PD of the class hangs on */
    uint32_t *order; /* borrowers whose PDs vary, by class, ascending within one */
    uint32_t *first; /* [n + 1]: where a class begins in `order` */
} plim_classes;

/* At most `most` (1 to PLIM_CLASSES_MOST): the largest by number of borrowers; the rest share class
   0. */
PLIM_NODISCARD plim_status plim_classes_make(plim_classes *out, const plim_plan *plan,
                                             uint32_t most, plim_error *err);
void plim_classes_free(plim_classes *classes);

#endif
