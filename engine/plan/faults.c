#include "plan/faults.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void plim_plan_faults_add(plim_plan_faults *faults, const char *format, ...)
{
    if (faults->count++ >= PLIM_PLAN_FAULTS_SHOWN)
        return;
    char line[700];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    size_t kept = length < 0 ? 0 : (size_t)length;
    if (kept >= sizeof line)
        kept = plim_utf8_cut(line, sizeof line - 1);
    if (faults->text.length > 0)
        plim_text_add(&faults->text, "\n");
    plim_text_add_bytes(&faults->text, line, kept);
}

plim_status plim_plan_faults_end(plim_plan_faults *faults, plim_error *err)
{
    plim_status status = PLIM_OK;
    if (faults->count > PLIM_PLAN_FAULTS_SHOWN)
        plim_text_format(&faults->text, "\nand %" PRIu64 " more of this kind",
                         faults->count - PLIM_PLAN_FAULTS_SHOWN);
    if (faults->text.failed)
        status = plim_fail_memory(err, "list of faults");
    else if (faults->count > 0)
        status = plim_fail(err, PLIM_INPUT, "%s", plim_text_get(&faults->text));
    plim_text_free(&faults->text);
    *faults = (plim_plan_faults){0};
    return status;
}
