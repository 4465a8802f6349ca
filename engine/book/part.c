#include "book/part.h"

#include <string.h>

#include "base/memory.h"
#include "parallel/team.h"

const char *plim_frame_id(const plim_frame *frame, size_t row)
{
    const plim_column *id = plim_frame_find(frame, "id");
    return id != NULL && id->kind == PLIM_COLUMN_TEXT ? plim_column_text(id, row) : NULL;
}

bool plim_book_keeps(const plim_book_keep *keep, int table, const char *column)
{
    const plim_names *names = keep->of[table];
    const char *sorts = table == PLIM_BOOK_COLLATERAL ? "value"
                        : table == PLIM_BOOK_SITES    ? "collateral"
                                                      : "id";
    return names == NULL || strcmp(column, "id") == 0 || strcmp(column, sorts) == 0 ||
           plim_names_find(names, column) != PLIM_NO_NAME;
}

typedef struct plim_kept_of {
    const plim_book_keep *keep;
    int table;
} plim_kept_of;

static bool keeps(void *user, const plim_column *column)
{
    const plim_kept_of *of = user;
    return plim_book_keeps(of->keep, of->table, column->name);
}

void plim_book_part_slim(plim_book_part *part, const plim_book_keep *keep)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_frame_keep(&part->table[t], keeps, &(plim_kept_of){keep, t});
}

enum { MANY_ROWS = 1 << 16 }; /* of all tables: below, a team takes longer to gather than to work */

typedef struct plim_column_job {
    const plim_book_part *part;
    plim_column_work work;
    void *user;
} plim_column_job;

static plim_status work_on_column(void *user, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    const plim_column_job *job = user;
    int table = 0;
    for (; task >= job->part->table[table].n_columns; table++)
        task -= job->part->table[table].n_columns;
    return job->work(job->user, table, (size_t)task, err);
}

plim_status plim_book_part_each_column(const plim_book_part *part, plim_column_work work,
                                       void *user, plim_error *err)
{
    plim_column_job job = {part, work, user};
    size_t n_columns = 0, n_rows = 0;
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++) {
        n_columns += part->table[t].n_columns;
        n_rows += part->table[t].n_rows;
    }
    plim_team team = {.threads = n_rows > MANY_ROWS ? plim_team_default_threads() : 1};
    return plim_team_run(&team, work_on_column, &job, n_columns, err);
}

void plim_book_part_free(plim_book_part *part)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        plim_frame_free(&part->table[t]);
    plim_free(part->borrower_key);
    plim_free(part->loan_borrower);
    plim_free(part->loan_bank);
    plim_free(part->balance_fen);
    plim_free(part->exposure_fen);
    plim_free(part->collateral_loan);
    plim_free(part->collateral_site);
    plim_free(part->collateral_share);
    plim_free(part->site_borrower);
    plim_free(part->policy_borrower);
    plim_free(part->excluded_bank);
    *part = (plim_book_part){0};
}
