/* Messages of the engine in the language of the screen.
 *
 * The engine speaks English only; what it says is put into another language here, line by line, by
 * matching it against the formats of messages.def. A line that is not known stays as it is. */
#ifndef PLIM_REPORT_MESSAGES_H
#define PLIM_REPORT_MESSAGES_H

#include "base/text.h"
#include "report/report.h"

/* Adds `message` to `out`. The place before a message ("file.lua:12: ") and the lines of a file
   that are shown under it stay. */
void plim_report_message(plim_text *out, const char *message, plim_lang lang);

#endif
