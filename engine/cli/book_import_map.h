/* `book import --map`: what book_import.c hands on. */
#ifndef PLIM_CLI_BOOK_IMPORT_MAP_H
#define PLIM_CLI_BOOK_IMPORT_MAP_H

#include "cli/command.h"

typedef struct plim_map_job {
    const char *map, *out, *lib;
    const char *rejects;     /* CSV file of what is refused */
    uint64_t max_rows;       /* refused rows that are accepted; UINT64_MAX: not said */
    const char *max_balance; /* size of their balances that is accepted, in currency units; NULL:
                                not said. Rows without a known balance then count as rows alone */
    const plim_words *files; /* in the place of the map's, by name */
} plim_map_job;

PLIM_NODISCARD plim_status plim_cli_import_by_map(plim_cli *cli, const plim_map_job *job,
                                                  plim_error *err);

#endif
