#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char cut_mark[] = " ...";

plim_status plim_fail(plim_error *err, plim_status status, const char *format, ...)
{
    if (err == NULL || err->status != PLIM_OK)
        return status;
    err->status = status;

    va_list args;
    va_start(args, format);
    int length = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);

    if (length < 0) {
        (void)snprintf(err->message, sizeof err->message, "%s", format);
    } else if ((size_t)length >= sizeof err->message) {
        size_t at = plim_utf8_cut(err->message, sizeof err->message - sizeof cut_mark);
        memcpy(err->message + at, cut_mark, sizeof cut_mark);
    }
    return status;
}

plim_status plim_fail_memory(plim_error *err, const char *what)
{
    return plim_fail(err, PLIM_MACHINE, "out of memory: %s", what);
}
