#include "run/publish_book.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "book/import.h"
#include "book/slabs.h"
#include "store/store.h"

/* Rows of a slab: about 100 MB while it is checked. */
enum { SLAB_ROWS = 500000, MOST_SLABS = 200 };

static plim_status check_slabs(plim_source *source, plim_error *err)
{
    plim_book_size size = {0};
    plim_slabs slabs = {0};
    plim_tie tie = {0};
    plim_source *list[] = {source};
    const plim_book_use all = {.agreed = NULL}; /* every column is checked */
    PLIM_TRY(plim_book_size_of(&size, list, 1, err));
    size_t n = (size.borrowers + size.loans) / SLAB_ROWS + 1;
    plim_slab_rule rule = {.on_conflict = PLIM_CONFLICT_REFUSE,
                           .use = &all,
                           .n_slabs = (uint32_t)(n < MOST_SLABS ? n : MOST_SLABS)};
    plim_status status = plim_slabs_open(&slabs, list, 1, &rule, err);
    for (uint32_t k = 0; k < slabs.n_slabs && status == PLIM_OK; k++) {
        plim_book book = {0};
        status = plim_slabs_load(&slabs, k, &book, err);
        if (status == PLIM_OK)
            status = plim_tie_add(&tie, &book, err);
        if (status == PLIM_OK && k + 1 == slabs.n_slabs)
            status = plim_tie_check(&tie, &book, err);
        plim_book_free(&book);
    }
    plim_tie_free(&tie);
    plim_slabs_free(&slabs);
    return status;
}

static plim_status check_file(const char *path, plim_error *err)
{
    plim_source source;
    PLIM_TRY(plim_store_attach_book(&source, path, err));
    plim_status status = check_slabs(&source, err);
    source.close(&source);
    return status;
}

/* A name beside `path` that is this process's own. */
static plim_status name_beside(const char *path, plim_text *out, plim_error *err)
{
    const char *slash = strrchr(path, '/');
    if (slash != NULL)
        plim_text_add_bytes(out, path, (size_t)(slash - path) + 1);
    plim_text_format(out, ".%s.%ld.unchecked", slash != NULL ? slash + 1 : path, (long)getpid());
    return out->failed ? plim_fail_memory(err, path) : PLIM_OK;
}

static plim_status publish_large(plim_book_tables_data *tables, const char *path, plim_error *err)
{
    plim_text unchecked = {0};
    plim_status status = name_beside(path, &unchecked, err);
    if (status == PLIM_OK)
        status = plim_store_write_large_book(tables, unchecked.data, err);
    if (status == PLIM_OK) {
        plim_book_tables_data_free(tables);
        status = check_file(unchecked.data, err);
        if (status == PLIM_OK)
            status = plim_file_move(unchecked.data, path, err);
        if (status != PLIM_OK)
            (void)unlink(unchecked.data);
    }
    plim_text_free(&unchecked);
    return status;
}

plim_status plim_publish_book(plim_book_tables_data *tables, const char *path, size_t in_memory,
                              plim_error *err)
{
    if (tables->loans.n_rows + tables->borrowers.n_rows > in_memory)
        return publish_large(tables, path, err);
    PLIM_TRY(plim_book_tables_check(tables, NULL, err));
    return plim_store_write_book(tables, path, err);
}
