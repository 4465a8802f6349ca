#include "run/stages.h"

plim_status plim_run_slabwise(run *r, plim_error *err)
{
    (void)r;
    return plim_fail(err, PLIM_BUG, "not yet");
}
