/* How long it takes to load a loan book: opened, read, checked, sorted, with the keys of its
 * borrowers. `whole` keeps every column, as `book check` does; `run` keeps those that a run of the
 * baseline uses and takes the SHA-256 of the file, as a run does. `confined` reads it as commands
 * do unless they are told --trusted.
 *   bench_load BOOK whole|run trusted|confined
 * Prints the seconds. */
#include <stdio.h>
#include <string.h>

#include "book/book.h"
#include "parallel/team.h"
#include "run/session.h"
#include "store/store.h"

static plim_status load_whole(const char *path, bool trusted, plim_error *err)
{
    plim_source source, *sources = &source;
    plim_book book = {0};
    PLIM_TRY(plim_store_read_book(&source, path, trusted, err));
    plim_status status = plim_book_load(&book, &sources, 1, PLIM_CONFLICT_REFUSE, NULL, err);
    source.close(&source);
    return status; /* what was loaded goes with the process */
}

static plim_session session; /* let go of when the time has been taken */

static plim_status load_as_run(const char *path, bool trusted, plim_error *err)
{
    const plim_session_scripts scripts = {.loader = {.lib_dir = PLIM_SOURCE_DIR "/scenarios/lib"}};
    session.trusted = trusted;
    PLIM_TRY(plim_session_open(&session, &path, 1, err));
    PLIM_TRY(plim_session_trace(&session, &scripts, err));
    return plim_session_load(&session, PLIM_CONFLICT_REFUSE, err);
}

int main(int argc, char **argv)
{
    plim_error err = {0};
    if (argc != 4) {
        fprintf(stderr, "usage: bench_load BOOK whole|run trusted|confined\n");
        return 2;
    }
    bool trusted = strcmp(argv[3], "trusted") == 0;
    double began = plim_team_seconds();
    plim_status status = strcmp(argv[2], "run") == 0 ? load_as_run(argv[1], trusted, &err)
                                                     : load_whole(argv[1], trusted, &err);
    printf("%.6f\n", plim_team_seconds() - began);
    plim_session_free(&session);
    if (status != PLIM_OK)
        fprintf(stderr, "bench_load: %s\n", err.message);
    return status != PLIM_OK;
}
