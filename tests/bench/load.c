/* How long it takes to load a loan book: opened, read, checked, sorted, with the keys of its
 * borrowers, as a run does. `confined` reads it as a run does unless it is told --trusted.
 *   bench_load BOOK trusted|confined
 * Prints the seconds. */
#include <stdio.h>
#include <string.h>

#include "book/book.h"
#include "parallel/team.h"
#include "store/store.h"

int main(int argc, char **argv)
{
    plim_source source, *sources = &source;
    plim_book book;
    plim_error err = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: bench_load BOOK trusted|confined\n");
        return 2;
    }
    double began = plim_team_seconds();
    plim_status status =
        plim_store_read_book(&source, argv[1], strcmp(argv[2], "trusted") == 0, &err);
    if (status == PLIM_OK) {
        status = plim_book_load(&book, &sources, 1, PLIM_CONFLICT_REFUSE, NULL, &err);
        printf("%.6f\n", plim_team_seconds() - began);
        source.close(&source);
    }
    if (status != PLIM_OK) {
        fprintf(stderr, "bench_load: %s\n", err.message);
        return 1;
    }
    plim_book_free(&book);
    return 0;
}
