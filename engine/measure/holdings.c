#include "measure/holdings.h"

#include "base/memory.h"

static plim_status allocate(plim_holdings *h, const plim_plan *plan, plim_error *err)
{
    size_t s = plan->n_scenarios;
    if (h->bank_exposure != NULL)
        return PLIM_OK;
    h->bank_exposure = plim_alloc(plan->n_banks, sizeof *h->bank_exposure);
    h->class_balance =
        plim_alloc((size_t)plan->n_banks * PLIM_ASSET_CLASSES, sizeof *h->class_balance);
    h->n_applies = plim_alloc(s, sizeof *h->n_applies);
    h->n_fails_at_reference = plim_alloc(s, sizeof *h->n_fails_at_reference);
    h->n_defaults = plim_alloc(s, sizeof *h->n_defaults);
    h->analytic_el = plim_alloc(s, sizeof *h->analytic_el);
    h->cumulative_pd = plim_alloc(s, sizeof *h->cumulative_pd);
    if (h->bank_exposure == NULL || h->class_balance == NULL || h->n_applies == NULL ||
        h->n_fails_at_reference == NULL || h->n_defaults == NULL || h->analytic_el == NULL ||
        h->cumulative_pd == NULL)
        return plim_fail_memory(err, "what the book holds");
    return PLIM_OK;
}

static void add_loans(plim_holdings *h, const plim_plan *plan)
{
    const plim_book *book = plan->book;
    for (uint32_t l = 0; l < plan->n_loans; l++) {
        uint32_t class = book->loan_class[l], bank = book->loan_bank[l];
        int64_t exposure = book->exposure_fen[l];
        h->exposure += exposure;
        h->npl += book->loan_defaulted[l] ? exposure : 0;
        h->bank_exposure[bank] += exposure;
        h->any_class = h->any_class || class != PLIM_CLASS_NONE;
        if (class != PLIM_CLASS_NONE)
            h->class_balance[bank * PLIM_ASSET_CLASSES + class - 1] += book->balance_fen[l];
    }
}

/* Where a loan stands at the end of each year if nothing happens to it. */
static void keep_class(plim_holdings *h, const plim_plan *plan, uint32_t loan)
{
    const plim_cure never = {PLIM_NEVER, PLIM_NEVER};
    const plim_asset_classes *classes = plan->classes;
    const plim_book *book = plan->book;
    plim_bad_loan bad = plim_opening_loan(classes, loan, &never);
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++) {
            uint8_t class =
                book->loan_defaulted[loan]
                    ? plim_class_of_bad(&classes->policy, &bad, (int32_t)(t + 1) * PLIM_YEAR_DAYS,
                                        PLIM_CLASS_PASS)
                    : plim_class_otherwise(classes, loan, s, t + 1, true);
            size_t block = ((size_t)s * plan->n_years + t) * plan->n_banks + book->loan_bank[loan];
            h->class_kept[block * PLIM_CLASS_PAIRS +
                          plim_class_pair(book->loan_class[loan], class)] +=
                book->balance_fen[loan];
        }
}

static plim_status keep_classes(plim_holdings *h, const plim_plan *plan, plim_error *err)
{
    size_t blocks = (size_t)plan->n_scenarios * plan->n_years * plan->n_banks;
    if (plan->classes == NULL)
        return PLIM_OK;
    if (h->class_kept == NULL)
        h->class_kept = plim_alloc(blocks * PLIM_CLASS_PAIRS, sizeof *h->class_kept);
    if (h->class_kept == NULL)
        return plim_fail_memory(err, "classes of loans");
    for (uint32_t l = 0; l < plan->n_loans; l++)
        if (plan->book->loan_class[l] != PLIM_CLASS_NONE)
            keep_class(h, plan, l);
    return PLIM_OK;
}

/* `name` as a key of the holdings. */
static plim_status find_key(plim_key_exposures *keys, const char *name, uint32_t *index,
                            plim_error *err)
{
    PLIM_TRY(plim_names_add(&keys->names, name, index, err));
    void *fen = keys->fen;
    size_t before = keys->capacity;
    if (plim_grow(&fen, &keys->capacity, keys->names.count, sizeof *keys->fen) != 0)
        return plim_fail_memory(err, "what the book holds");
    keys->fen = fen;
    for (size_t i = before; i < keys->capacity; i++)
        keys->fen[i] = 0;
    return PLIM_OK;
}

static plim_status add_keys(plim_key_exposures *to, const plim_key_set *keys, const plim_plan *plan,
                            plim_error *err)
{
    const plim_book *book = plan->book;
    uint32_t *index = plim_alloc(keys->names.count, sizeof *index);
    plim_status status = index == NULL ? plim_fail_memory(err, "what the book holds") : PLIM_OK;
    for (size_t k = 0; k < keys->names.count && status == PLIM_OK; k++)
        status = find_key(to, keys->names.text[k], &index[k], err);
    for (uint32_t l = 0; l < plan->n_loans && status == PLIM_OK; l++)
        to->fen[index[keys->of_borrower[book->loan_borrower[l]]]] += book->exposure_fen[l];
    plim_free(index);
    return status;
}

static void add_scenario(plim_holdings *h, const plim_plan *plan, const plim_tallies *tallies,
                         uint32_t s)
{
    h->n_applies[s] += plan->n_applies[s];
    h->n_fails_at_reference[s] += plan->n_fails_at_reference[s];
    plim_plan_add_analytic_el(plan, s, &h->analytic_el[s]);
    plim_plan_add_cumulative_pd(plan, s, &h->cumulative_pd[s]);
    for (size_t b = 0; b < plan->n_borrowers; b++) {
        const uint32_t *count =
            tallies->borrower_defaults + (b * plan->n_scenarios + s) * plan->n_years;
        for (uint32_t t = 0; t < plan->n_years; t++)
            h->n_defaults[s] += count[t];
    }
}

plim_status plim_holdings_add(plim_holdings *h, const plim_plan *plan, const plim_tallies *tallies,
                              plim_error *err)
{
    PLIM_TRY(allocate(h, plan, err));
    PLIM_TRY(add_keys(&h->sectors, &tallies->sectors, plan, err));
    PLIM_TRY(add_keys(&h->regions, &tallies->regions, plan, err));
    PLIM_TRY(plim_ledger_add(&h->ledger, plan, err));
    h->n_borrowers += plan->n_borrowers;
    h->n_loans += plan->n_loans;
    h->n_conflicts += plan->book->n_conflicts;
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        h->n_alive += plan->alive[b] != 0;
    add_loans(h, plan);
    PLIM_TRY(keep_classes(h, plan, err));
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        add_scenario(h, plan, tallies, s);
    return PLIM_OK;
}

int64_t plim_holdings_of(const plim_key_exposures *keys, const char *name)
{
    uint32_t index = plim_names_find(&keys->names, name);
    return index == PLIM_NO_NAME ? 0 : keys->fen[index];
}

static void free_keys(plim_key_exposures *keys)
{
    plim_names_free(&keys->names);
    plim_free(keys->fen);
}

void plim_holdings_free(plim_holdings *h)
{
    plim_free(h->bank_exposure);
    free_keys(&h->sectors);
    free_keys(&h->regions);
    plim_free(h->class_balance);
    plim_free(h->class_kept);
    plim_ledger_free(&h->ledger);
    plim_free(h->n_applies);
    plim_free(h->n_fails_at_reference);
    plim_free(h->n_defaults);
    plim_free(h->analytic_el);
    plim_free(h->cumulative_pd);
    *h = (plim_holdings){0};
}
