/* Instruction sets: which kernel build runs. */
#ifndef PLIM_BASE_ISA_H
#define PLIM_BASE_ISA_H

#include <stdbool.h>

#include "base/status.h"

typedef enum plim_isa { PLIM_ISA_BASE, PLIM_ISA_AVX2, PLIM_ISA_AVX512, PLIM_ISA_COUNT } plim_isa;

/* In a kernel file (compiled with -DPLIM_ISA=base|avx2|avx512): PLIM_ISA_NAME(f) is f_base, ... */
#define PLIM_ISA_JOIN_(f, isa) f##_##isa
#define PLIM_ISA_JOIN(f, isa)  PLIM_ISA_JOIN_(f, isa)
#define PLIM_ISA_NAME(f)       PLIM_ISA_JOIN(f, PLIM_ISA)

/* The best set that this processor has, or the one that the environment variable PLIMSOLL_ISA
   forces. A value that is unknown, or that the processor lacks, is PLIM_USAGE. */
PLIM_NODISCARD plim_status plim_isa_choose(plim_isa *out, plim_error *err);
/* Does this processor have the set? Whatever PLIMSOLL_ISA says. */
bool plim_isa_present(plim_isa isa);
const char *plim_isa_name(plim_isa isa); /* "base", "avx2", "avx512" */

#endif
