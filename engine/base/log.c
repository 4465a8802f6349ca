#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/status.h"
#include "base/text.h"

void plim_log_message(const plim_log *log, plim_log_level level, const char *format, ...)
{
    if (log == NULL || log->message == NULL)
        return;
    char text[PLIM_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < 0)
        return;
    if ((size_t)length >= sizeof text)
        text[plim_utf8_cut(text, sizeof text - 1)] = '\0';
    log->message(log->user, level, text);
}
