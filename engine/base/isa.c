#include "base/isa.h"

#include <stdlib.h>
#include <string.h>

static const char *const isa_names[PLIM_ISA_COUNT] = {
    [PLIM_ISA_BASE] = "base", [PLIM_ISA_AVX2] = "avx2", [PLIM_ISA_AVX512] = "avx512"};

const char *plim_isa_name(plim_isa isa)
{
    return isa_names[isa];
}

/* The flags of cmake/Kernels.cmake; the compiler's builtin also asks whether the system saves the
   registers. */
static bool has(plim_isa isa)
{
    switch (isa) {
    case PLIM_ISA_AVX2:
        return __builtin_cpu_supports("avx2");
    case PLIM_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
    default:
        return true;
    }
}

bool plim_isa_present(plim_isa isa)
{
    __builtin_cpu_init();
    return has(isa);
}

plim_status plim_isa_choose(plim_isa *out, plim_error *err)
{
    const char *forced = getenv("PLIMSOLL_ISA");
    __builtin_cpu_init();
    if (forced == NULL || *forced == '\0') {
        *out = has(PLIM_ISA_AVX512) ? PLIM_ISA_AVX512
               : has(PLIM_ISA_AVX2) ? PLIM_ISA_AVX2
                                    : PLIM_ISA_BASE;
        return PLIM_OK;
    }
    for (int i = 0; i < PLIM_ISA_COUNT; i++) {
        if (strcmp(forced, isa_names[i]) != 0)
            continue;
        if (!has((plim_isa)i))
            return plim_fail(err, PLIM_USAGE, "PLIMSOLL_ISA=%s: this processor does not have it",
                             forced);
        *out = (plim_isa)i;
        return PLIM_OK;
    }
    return plim_fail(err, PLIM_USAGE, "PLIMSOLL_ISA=%s is not known; use base, avx2 or avx512",
                     forced);
}
