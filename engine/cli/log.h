/* What goes to stderr: messages, progress, errors and the end, for people or as JSON lines; and
 * what an interrupt does. */
#ifndef PLIM_CLI_LOG_H
#define PLIM_CLI_LOG_H

#include "cli/command.h"

/* `user` is the plim_cli. */
void plim_cli_message(void *user, int is_warning, const char *text);
/* A line that is rewritten, with the time left, on a terminal; JSON lines, one a second. */
void plim_cli_progress(void *user, uint64_t done, uint64_t total);
/* "plimsoll: what and where". */
void plim_cli_error(const plim_cli *cli, const plim_error *error);
/* The last line of a JSON log. */
void plim_cli_end(const plim_cli *cli, int exit_code);

/* SIGINT, SIGTERM and SIGHUP end the program with exit code 1, but never while a file is being
   published (between begins = 1 and begins = 0): then they wait until it is whole or gone. SIGPIPE
   and SIGXFSZ become errors of the write that met them. */
void plim_cli_catch_signals(const plim_cli *cli);
void plim_cli_publishing(void *user, int begins);

#endif
