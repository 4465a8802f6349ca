/* What proxies did, by rows and balance. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "book/part.h"
#include "book/proxy_parts.h"

static const struct {
    const char *name;
    plim_origin origin;
} rules[PLIM_RULE_COUNT] = {
    [PLIM_RULE_MISSING] = {"missing", PLIM_ORIGIN_MISSING},
    [PLIM_RULE_REPORTED] = {"reported", PLIM_ORIGIN_REPORTED},
    [PLIM_RULE_LOW_DEFAULT] = {"pluto_tasche", PLIM_ORIGIN_ESTIMATED},
    [PLIM_RULE_CLASS_OVERDUE] = {"class_overdue", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_CLASS] = {"class", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_OVERDUE] = {"overdue", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_OTHERWISE] = {"otherwise", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_COLLATERAL] = {"collateral", PLIM_ORIGIN_ESTIMATED},
    [PLIM_RULE_UNSECURED] = {"unsecured", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_ENERGY] = {"energy", PLIM_ORIGIN_ESTIMATED},
    [PLIM_RULE_OUTPUT] = {"output", PLIM_ORIGIN_ESTIMATED},
    [PLIM_RULE_REVENUE] = {"revenue", PLIM_ORIGIN_PROXIED},
    [PLIM_RULE_SCORE] = {"score", PLIM_ORIGIN_REPORTED},
    [PLIM_RULE_WORD] = {"word", PLIM_ORIGIN_REPORTED},
};

static const struct {
    const char *table, *column;
} targets[PLIM_TARGET_COUNT] = {
    [PLIM_TARGET_PD] = {"borrowers", "pd"},
    [PLIM_TARGET_LGD] = {"loans", "lgd"},
    [PLIM_TARGET_SCOPE1] = {"borrowers", "scope1"},
    [PLIM_TARGET_SCOPE2] = {"borrowers", "scope2"},
    [PLIM_TARGET_ENV_CREDIT] = {"borrowers", "env_credit"},
};

const char *plim_proxy_rule_name(plim_proxy_rule rule)
{
    return rules[rule].name;
}

plim_origin plim_proxy_rule_origin(plim_proxy_rule rule)
{
    return rules[rule].origin;
}

/* ---- counting --------------------------------------------------------------------------- */

typedef struct cell {
    uint64_t rows;
    plim_int128 balance_fen;
} cell;

/* Cells of one target: by bank (the last: none), then rule. */
typedef struct tally {
    cell *cells;
    uint64_t *seen; /* by bank: the last borrower counted, from 1 */
    size_t n_banks; /* with the one that stands for none */
} tally;

static cell *cell_of(const tally *t, uint32_t bank, uint8_t rule)
{
    size_t at = bank == PLIM_NO_NAME ? t->n_banks - 1 : bank;
    return &t->cells[at * PLIM_RULE_COUNT + rule];
}

static void count_loans(tally *t, const plim_proxy_work *work, const uint8_t *rule)
{
    for (size_t l = 0; l < work->n_loans; l++) {
        cell *c = cell_of(t, work->loan_bank[l], rule[l]);
        c->rows++;
        c->balance_fen += work->balance_fen[l];
    }
}

/* A borrower counts once at each bank that it owes; one without loans at none. */
static void count_borrowers(tally *t, const plim_proxy_work *work, const uint8_t *rule)
{
    for (size_t b = 0; b < work->n_borrowers; b++) {
        uint32_t first = work->first_loan[b], end = work->first_loan[b + 1];
        for (uint32_t i = first; i < end; i++) {
            uint32_t loan = work->loan_order[i], bank = work->loan_bank[loan];
            size_t at = bank == PLIM_NO_NAME ? t->n_banks - 1 : bank;
            cell *c = cell_of(t, bank, rule[b]);
            c->rows += t->seen[at] != b + 1;
            c->balance_fen += work->balance_fen[loan];
            t->seen[at] = b + 1;
        }
        if (first == end)
            cell_of(t, PLIM_NO_NAME, rule[b])->rows++;
    }
}

static plim_status take_cells(plim_proxy_counts *out, const tally *t, plim_proxy_target target,
                              plim_error *err)
{
    for (size_t i = 0; i < t->n_banks * PLIM_RULE_COUNT; i++) {
        const cell *c = &t->cells[i];
        if (c->rows == 0)
            continue;
        if (c->balance_fen > INT64_MAX || c->balance_fen < INT64_MIN)
            return plim_fail(err, PLIM_INPUT,
                             "table loans: the balances of one bank together are beyond what whole "
                             "fen hold (9.2e16 CNY)");
        void *items = out->items;
        if (plim_grow(&items, &out->capacity, out->count + 1, sizeof *out->items) != 0)
            return plim_fail_memory(err, "the counts of proxies");
        out->items = items;
        out->items[out->count++] =
            (plim_proxy_count){.target = target,
                               .rule = (plim_proxy_rule)(i % PLIM_RULE_COUNT),
                               .bank = (uint32_t)(i / PLIM_RULE_COUNT),
                               .rows = c->rows,
                               .balance_fen = (int64_t)c->balance_fen};
    }
    return PLIM_OK;
}

/* Banks by row; ids that are missing or twice get a text of their own, so that rows are indices. */
static plim_status take_banks(plim_proxy_counts *out, const plim_proxy_work *work, plim_error *err)
{
    char number[64];
    for (size_t k = 0; k < work->n_banks; k++) {
        const char *id = plim_frame_id(&work->tables->banks, k);
        bool usable =
            id != NULL && id[0] != '\0' && plim_names_find(&out->banks, id) == PLIM_NO_NAME;
        (void)snprintf(number, sizeof number, "row %zu of banks", k);
        PLIM_TRY(plim_names_add(&out->banks, usable ? id : number, NULL, err));
    }
    return plim_names_add(&out->banks, "", NULL, err);
}

static plim_status count_target(plim_proxy_counts *out, tally *t, const plim_proxy_work *work,
                                plim_proxy_target target, plim_error *err)
{
    memset(t->cells, 0, t->n_banks * PLIM_RULE_COUNT * sizeof *t->cells);
    memset(t->seen, 0, t->n_banks * sizeof *t->seen);
    if (target == PLIM_TARGET_LGD)
        count_loans(t, work, work->rule[target]);
    else
        count_borrowers(t, work, work->rule[target]);
    return take_cells(out, t, target, err);
}

plim_status plim_proxy_count_all(plim_proxy_counts *counts, const plim_proxy_work *work,
                                 plim_error *err)
{
    tally t = {.n_banks = work->n_banks + 1};
    PLIM_TRY(take_banks(counts, work, err));
    t.cells = plim_alloc(t.n_banks * PLIM_RULE_COUNT, sizeof *t.cells);
    t.seen = plim_alloc(t.n_banks, sizeof *t.seen);
    plim_status status = t.cells != NULL && t.seen != NULL
                             ? PLIM_OK
                             : plim_fail_memory(err, "the counts of proxies");
    for (int target = 0; target < PLIM_TARGET_COUNT && status == PLIM_OK; target++)
        if (work->rule[target] != NULL)
            status = count_target(counts, &t, work, (plim_proxy_target)target, err);
    plim_free(t.cells);
    plim_free(t.seen);
    return status;
}

void plim_proxy_counts_free(plim_proxy_counts *counts)
{
    plim_names_free(&counts->banks);
    plim_free(counts->items);
    *counts = (plim_proxy_counts){0};
}

/* ---- as a table ------------------------------------------------------------------------- */

static const plim_field fields[] = {
    {"bank", PLIM_CELL_TEXT, "id of the bank; empty: of none that is there"},
    {"table", PLIM_CELL_TEXT, "table of the book"},
    {"column", PLIM_CELL_TEXT, "column"},
    {"rule", PLIM_CELL_TEXT, "rule that gave the values"},
    {"source", PLIM_CELL_TEXT, "reported, estimated, proxied or missing"},
    {"rows", PLIM_CELL_INT, "loans, or borrowers with a loan of the bank"},
    {"balance", PLIM_CELL_FEN, "balance of these loans"},
};
enum { BANK, TABLE, COLUMN, RULE, SOURCE, ROWS, BALANCE };

const plim_table_spec plim_proxy_counts_spec = {
    .name = "proxies",
    .doc = "values of a book by the rule that gave them",
    .fields = fields,
    .n_fields = sizeof fields / sizeof *fields,
};

plim_status plim_proxy_counts_table(plim_table *out, const plim_proxy_counts *counts,
                                    plim_error *err)
{
    PLIM_TRY(plim_table_init(out, &plim_proxy_counts_spec, err));
    for (size_t i = 0; i < counts->count; i++) {
        const plim_proxy_count *c = &counts->items[i];
        PLIM_TRY(plim_table_add_row(out, err));
        PLIM_TRY(plim_table_set_text(out, BANK, counts->banks.text[c->bank], err));
        PLIM_TRY(plim_table_set_text(out, TABLE, targets[c->target].table, err));
        PLIM_TRY(plim_table_set_text(out, COLUMN, targets[c->target].column, err));
        PLIM_TRY(plim_table_set_text(out, RULE, rules[c->rule].name, err));
        PLIM_TRY(plim_table_set_text(out, SOURCE, plim_origin_word(rules[c->rule].origin), err));
        plim_table_set_int(out, ROWS, (int64_t)c->rows);
        plim_table_set_fen(out, BALANCE, c->balance_fen);
    }
    return PLIM_OK;
}
