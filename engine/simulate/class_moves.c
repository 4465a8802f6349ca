#include "simulate/class_moves.h"

#include "base/memory.h"
#include "math/draw.h"
#include "simulate/tally.h"

enum { DRAW_OPENING, DRAW_ANEW };

size_t plim_class_cells(const plim_plan *plan)
{
    return (size_t)plan->n_scenarios * plan->n_years * plan->n_class_banks * PLIM_CLASS_PAIRS *
           PLIM_BATCHES;
}

uint64_t plim_class_moves_bytes(const plim_plan *plan)
{
    return plim_class_cells(plan) * sizeof(plim_int128);
}

plim_status plim_class_moves_create(plim_class_moves *out, const plim_plan *plan, uint64_t seed,
                                    plim_error *err)
{
    *out = (plim_class_moves){.plan = plan,
                              .seed = seed,
                              .moved = plim_alloc(plim_class_cells(plan), sizeof *out->moved)};
    return out->moved != NULL ? PLIM_OK : plim_fail_memory(err, "moves between classes");
}

void plim_class_moves_free(plim_class_moves *moves)
{
    plim_free(moves->moved);
    *moves = (plim_class_moves){0};
}

/* ---- cures ---- */

static plim_cure draw_cure(const plim_class_moves *moves, uint32_t borrower, uint32_t path,
                           uint16_t sub)
{
    double uniform[2];
    plim_draw_id id = {.purpose = PLIM_DRAW_CURE,
                       .key = moves->plan->book->borrower_key[borrower],
                       .path = path,
                       .sub = sub};
    plim_draw_uniforms(moves->seed, &id, uniform);
    return plim_cure_of(moves->plan->classes, uniform);
}

plim_class_event plim_class_event_of(const plim_class_moves *moves, uint32_t borrower,
                                     uint32_t path)
{
    plim_class_event event = {.borrower = borrower,
                              .path = path,
                              .cure = draw_cure(moves, borrower, path, DRAW_ANEW),
                              .earlier = {PLIM_NEVER, PLIM_NEVER}};
    if (moves->plan->classes->cross[borrower] != 0)
        event.earlier = draw_cure(moves, borrower, path, DRAW_OPENING);
    return event;
}

/* ---- moves ---- */

/* Where balances of one loan go: the cells of its bank in the path's batch. */
static size_t block_of(const plim_class_moves *moves, uint32_t path, uint32_t loan)
{
    size_t batch = path / PLIM_OCTET % PLIM_BATCHES;
    uint32_t bank = moves->plan->book->loan_bank[loan];
    return (batch * moves->plan->n_class_banks + bank) * PLIM_CLASS_PAIRS;
}

static inline int32_t end_of_year(uint32_t year)
{
    return (int32_t)(year + 1) * PLIM_YEAR_DAYS;
}

/* From a class to another that it would not be in otherwise. `cells` are a year apart by 1, a pair
   by `stride`. */
static inline void move(plim_int128 *cells, size_t stride, const uint8_t class[3], int64_t balance)
{
    if (class[1] == class[2])
        return;
    cells[plim_class_pair(class[0], class[1]) * stride] -= balance;
    cells[plim_class_pair(class[0], class[2]) * stride] += balance;
}

void plim_class_moves_add(plim_class_moves *moves, const plim_class_event *event, uint32_t loan,
                          int64_t loss_fen, int64_t exposure_fen)
{
    const plim_plan *plan = moves->plan;
    const plim_asset_classes *classes = plan->classes;
    uint8_t from = plan->book->loan_class[loan];
    size_t stride = (size_t)plan->n_scenarios * plan->n_years;
    if (from == PLIM_CLASS_NONE)
        return;
    plim_bad_loan bad = {.day = event->day,
                         .overdue = PLIM_DEFAULT_DAYS,
                         .least = plim_class_of_loss(&classes->policy, loss_fen, exposure_fen),
                         .cure = event->cure};
    plim_int128 *cells = moves->moved + block_of(moves, event->path, loan) * stride +
                         (size_t)event->scenario * plan->n_years;
    const plim_sound_loan sound = plim_sound_loan_of(classes, loan, event->scenario);
    uint32_t first = event->year > 0 ? event->year - 1 : 0; /* it may be overdue by then */
    for (uint32_t t = first; t < plan->n_years; t++) {
        bool crossed = end_of_year(t) < event->earlier.upgraded;
        uint8_t otherwise = plim_class_of_sound(&sound, t + 1, crossed);
        uint8_t now = plim_class_of_bad(&classes->policy, &bad, end_of_year(t), otherwise);
        const uint8_t class[3] = {from, otherwise, now};
        move(cells + t, stride, class, plan->book->balance_fen[loan]);
    }
}

/* The other loans of the debtor are no longer held down by those that were cured. */
static void lift(plim_class_moves *moves, uint32_t loan, uint32_t path, const plim_cure *cure)
{
    const plim_plan *plan = moves->plan;
    size_t stride = (size_t)plan->n_scenarios * plan->n_years;
    plim_int128 *cells = moves->moved + block_of(moves, path, loan) * stride;
    for (uint32_t t = 0; t < plan->n_years; t++) {
        if (end_of_year(t) < cure->upgraded)
            continue;
        for (uint32_t s = 0; s < plan->n_scenarios; s++) {
            const uint8_t class[3] = {plan->book->loan_class[loan],
                                      plim_class_otherwise(plan->classes, loan, s, t + 1, true),
                                      plim_class_otherwise(plan->classes, loan, s, t + 1, false)};
            move(cells + (size_t)s * plan->n_years + t, stride, class,
                 plan->book->balance_fen[loan]);
        }
    }
}

/* What a loan in default at as_of gains by the cure. Without default it would be pass, or special
   mention while its debtor is in stage 2. */
static void cure_loan(plim_class_moves *moves, uint32_t loan, uint32_t path, const plim_cure *cure)
{
    const plim_plan *plan = moves->plan;
    const plim_cure never = {PLIM_NEVER, PLIM_NEVER};
    const plim_class_policy *policy = &plan->classes->policy;
    plim_bad_loan stays = plim_opening_loan(plan->classes, loan, &never), cured = stays;
    size_t stride = (size_t)plan->n_scenarios * plan->n_years;
    plim_int128 *cells = moves->moved + block_of(moves, path, loan) * stride;
    cured.cure = *cure;
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++) {
            int32_t day = end_of_year(t);
            bool risky = plim_stage2_by_pd(plan->classes->stages, loan, s, t + 1);
            uint8_t otherwise = risky ? PLIM_CLASS_SPECIAL_MENTION : PLIM_CLASS_PASS;
            const uint8_t class[3] = {plan->book->loan_class[loan],
                                      plim_class_of_bad(policy, &stays, day, otherwise),
                                      plim_class_of_bad(policy, &cured, day, otherwise)};
            move(cells + (size_t)s * plan->n_years + t, stride, class,
                 plan->book->balance_fen[loan]);
        }
}

static void cure_borrower(plim_class_moves *moves, uint32_t borrower, uint32_t path)
{
    const plim_plan *plan = moves->plan;
    const plim_book *book = plan->book;
    plim_cure cure = draw_cure(moves, borrower, path, DRAW_OPENING);
    if (cure.wait >= end_of_year(plan->n_years - 1))
        return;
    for (uint32_t l = book->first_loan[borrower]; l < book->first_loan[borrower + 1]; l++) {
        if (book->loan_class[l] == PLIM_CLASS_NONE)
            continue;
        if (book->loan_defaulted[l])
            cure_loan(moves, l, path, &cure);
        else if (plan->classes->cross[borrower] != 0)
            lift(moves, l, path, &cure);
    }
}

void plim_class_moves_add_opening(plim_class_moves *moves, const uint32_t *path, uint32_t n_paths)
{
    const plim_asset_classes *classes = moves->plan->classes;
    for (uint32_t i = 0; i < classes->n_opening; i++)
        for (uint32_t p = 0; p < n_paths; p++)
            cure_borrower(moves, classes->opening[i], path[p]);
}

/* ---- merging ---- */

void plim_class_moves_merge(plim_int128 *total, const plim_class_moves *moves)
{
    const plim_plan *plan = moves->plan;
    size_t cells = (size_t)plan->n_scenarios * plan->n_years;
    size_t pairs = (size_t)plan->n_class_banks * PLIM_CLASS_PAIRS;
    for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
        for (size_t pair = 0; pair < pairs; pair++) {
            const plim_int128 *moved = moves->moved + (batch * pairs + pair) * cells;
            for (size_t cell = 0; cell < cells; cell++)
                total[(cell * pairs + pair) * PLIM_BATCHES + batch] += moved[cell];
        }
}
