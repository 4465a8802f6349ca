/* What the tallies hold of classes is what each path has on its own: every loan of every path is
 * looked at once more, from who defaults on which day and who is cured when, without any of the
 * differences that the simulation adds up. Random books, models and scenarios. */
#include "../support/class_fixture.h"

#include "math/functions.h"
#include "measure/holdings.h"
#include "simulate/replay.h"

enum { PATHS = 72, SEED = 5, OCTETS = PATHS / PLIM_OCTET };

static const fixture_sizes sizes = {
    .borrowers = 60, .banks = 3, .scenarios = 2, .years = 4, .factors = 2};

/* Day since as_of of each default; -1: none. */
typedef struct world {
    fixture_world w;
    fixture_classes c;
    plim_tallies tallies;
    plim_holdings holdings;
    int32_t *day;        /* [(path * borrowers + b) * S + s] */
    plim_int128 *expect; /* as class_moves, summed over batches, with what is kept */
} world;

typedef struct replayed {
    world *to;
    plim_replay replay;
} replayed;

static void note(void *user, const plim_workspace *workspace, const plim_event *event,
                 const uint8_t *year, uint32_t octet)
{
    (void)workspace;
    const replayed *r = user;
    const plim_plan *plan = &r->to->w.plan;
    uint32_t path = octet * PLIM_OCTET + event->path % PLIM_OCTET;
    for (uint32_t s = 0; s < plan->n_scenarios; s++) {
        size_t at = ((size_t)path * plan->n_borrowers + event->borrower) * plan->n_scenarios + s;
        if (year[s] == 0)
            continue;
        /* the band of the year, from scratch */
        double factor[64], survival = 1, before = 0;
        double mixing = 1; /* Gaussian */
        plim_simulate_factors(plan, SEED, path, factor);
        size_t row = plim_plan_row(plan, event->borrower, s);
        for (uint32_t t = 0; t < year[s]; t++) {
            double index = 0;
            for (uint32_t k = plan->first_loading[event->borrower];
                 k < plan->first_loading[event->borrower + 1]; k++)
                index += plan->loading[k] * factor[t * plan->n_factors + plan->loading_factor[k]];
            before = 1 - survival;
            survival *=
                1 - plim_normal_cdf(plan->threshold[row * plan->n_years + t] * mixing - index);
        }
        double uniform = plim_draw_fate(SEED, plan->book->borrower_key[event->borrower], path);
        double place = (uniform - before) / (1 - survival - before);
        assert_true(place >= 0 && place < 1);
        r->to->day[at] = (year[s] - 1) * 365 + 1 + (int32_t)(365 * place);
    }
}

static void replay_all(world *to)
{
    const plim_plan *plan = &to->w.plan;
    plim_simulation simulation = {
        .plan = plan, .seed = SEED, .n_paths = PATHS, .isa = fixture_best_isa(), .threads = 1};
    uint32_t octet[OCTETS];
    uint8_t wanted[OCTETS];
    for (uint32_t o = 0; o < OCTETS; o++) {
        octet[o] = o;
        wanted[o] = 0xff;
    }
    replayed r = {.to = to};
    for (size_t i = 0; i < (size_t)PATHS * plan->n_borrowers * plan->n_scenarios; i++)
        to->day[i] = -1;
    MUST(plim_replay_open(&r.replay, &simulation, &(plim_replay_paths){octet, wanted, OCTETS},
                          &must_err));
    MUST(plim_replay_run(&r.replay, &(plim_replay_to){note, &r}, &must_err));
    plim_replay_close(&r.replay);
}

/* Days from default until cured and until upgraded. */
static plim_cure cure(const plim_plan *plan, uint32_t borrower, uint32_t path, uint16_t sub)
{
    const plim_class_policy *p = &fixture_class_policy;
    double u[2];
    plim_draw_uniforms(SEED,
                       &(plim_draw_id){.purpose = PLIM_DRAW_CURE,
                                       .key = plan->book->borrower_key[borrower],
                                       .path = path,
                                       .sub = sub},
                       u);
    double wait = floor(365 * plim_log(u[0]) / plim_log(1 - p->cure_rate));
    if (wait > 60 * 365)
        return (plim_cure){PLIM_NEVER, PLIM_NEVER};
    return (plim_cure){
        (int32_t)wait,
        (int32_t)(wait + (u[1] < p->restructured_share ? p->observation_days : p->upgrade_days))};
}

/* Class of a loan in default for `since` days, that was `overdue` on the first of them. */
static int class_in_default(int32_t since, int32_t overdue, int least, plim_cure cured)
{
    int32_t counted = since < cured.wait ? since : cured.wait;
    int class = overdue + counted > 360 ? 5 : overdue + counted > 270 ? 4 : 3;
    if (since < cured.upgraded)
        return class > least ? class : least;
    return since - cured.upgraded < 200 ? 2 : 1;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int by_cost(double loss, double exposure)
{
    return exposure > 0 && loss >= 0.9 * exposure   ? 5
           : exposure > 0 && loss >= 0.5 * exposure ? 4
                                                    : 3;
}

/* In stage 2 at the end of year t, by the PD of the year to come. */
static bool risky(const plim_plan *plan, uint32_t b, uint32_t s, uint32_t t)
{
    size_t row = plim_plan_row(plan, b, s);
    uint32_t next = t + 1 < plan->n_years ? t + 1 : t;
    double now = plan->pd[(size_t)plan->first_row[b] * plan->n_years];
    double then = plan->pd[row * plan->n_years + next];
    return then > 2.5 * now && then - now > 0.005;
}

static int class_of(const world *of, uint32_t path, uint32_t l, uint32_t s, uint32_t t)
{
    const plim_plan *plan = &of->w.plan;
    const plim_book *book = plan->book;
    uint32_t b = book->loan_borrower[l];
    int32_t today = 365 * ((int32_t)t + 1);
    plim_cure opening = cure(plan, b, path, 0), anew = cure(plan, b, path, 1);
    int stated = book->loan_class[l];
    if (book->loan_defaulted[l]) {
        int32_t overdue = stated == 5 ? 360 : stated == 4 ? 270 : 90;
        int least = most(
            stated, by_cost((double)plim_plan_book_loss(plan, l), (double)book->exposure_fen[l]));
        return most(class_in_default(today, overdue, least, opening), risky(plan, b, s, t) ? 2 : 1);
    }
    int otherwise = stated;
    if (risky(plan, b, s, t))
        otherwise = most(otherwise, 2);
    if (of->c.classes.cross[b] != 0 && today < opening.upgraded)
        otherwise = most(otherwise, of->c.classes.cross[b]);
    int32_t day = of->day[((size_t)path * plan->n_borrowers + b) * plan->n_scenarios + s];
    if (day < 0 || today <= day - 83)
        return otherwise;
    if (today < day)
        return most(otherwise, 2);
    size_t plane = (size_t)s * plan->n_years + (uint32_t)(day - 1) / 365;
    int least = by_cost((double)plan->loss_fen[plane][l], (double)plan->exposure_fen[plane][l]);
    int class = class_in_default(today - day, 90, least, anew);
    return class <= 2 ? most(class, otherwise) : class;
}

static void add_path(world *of, uint32_t path)
{
    const plim_plan *plan = &of->w.plan;
    for (uint32_t s = 0; s < plan->n_scenarios; s++)
        for (uint32_t t = 0; t < plan->n_years; t++)
            for (uint32_t l = 0; l < plan->n_loans; l++) {
                uint32_t from = plan->book->loan_class[l];
                if (from == 0)
                    continue;
                size_t cell =
                    ((size_t)s * plan->n_years + t) * plan->n_banks + plan->book->loan_bank[l];
                of->expect[cell * PLIM_CLASS_PAIRS +
                           plim_class_pair(from, (uint32_t)class_of(of, path, l, s, t))] +=
                    plan->book->balance_fen[l];
            }
}

static void check(uint32_t draw)
{
    world of = {0};
    fixture_random_world(&of.w, &sizes, draw);
    plim_plan *plan = &of.w.plan;
    fixture_classify(&of.c, plan, &fixture_class_policy);
    fixture_simulate(&of.tallies, plan, PATHS, SEED);
    MUST(plim_holdings_add(&of.holdings, plan, &of.tallies, &must_err));
    size_t cells = (size_t)plan->n_scenarios * plan->n_years * plan->n_banks * PLIM_CLASS_PAIRS;
    of.day = fixture_alloc((size_t)PATHS * plan->n_borrowers * plan->n_scenarios, sizeof *of.day);
    of.expect = fixture_alloc(cells, sizeof *of.expect);
    replay_all(&of);
    for (uint32_t path = 0; path < PATHS; path++)
        add_path(&of, path);
    size_t moved_cells = 0;
    for (size_t i = 0; i < cells; i++) {
        plim_int128 moved = 0;
        for (size_t batch = 0; batch < PLIM_BATCHES; batch++)
            moved += of.tallies.class_moves[i * PLIM_BATCHES + batch];
        moved_cells += moved != 0;
        if (of.expect[i] != moved + (plim_int128)of.holdings.class_kept[i] * PATHS)
            fail_msg("cell %zu (pair %zu): %lld, not %lld", i, i % PLIM_CLASS_PAIRS,
                     (long long)(moved + (plim_int128)of.holdings.class_kept[i] * PATHS),
                     (long long)of.expect[i]);
    }
    assert_true(moved_cells > cells / 4);
    plim_free(of.day);
    plim_free(of.expect);
    plim_holdings_free(&of.holdings);
    plim_tallies_free(&of.tallies);
    fixture_declassify(&of.c);
    fixture_drop(&of.w);
}

static void sums_are_those_of_every_path(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 8; i++)
        check(1000 * i);
}

/* In each batch what leaves one class arrives in another, to the fen. */
static void nothing_is_lost_on_the_way(void **state)
{
    (void)state;
    fixture_world w;
    fixture_classes c;
    plim_tallies t;
    fixture_random_world(&w, &sizes, 77);
    fixture_classify(&c, &w.plan, &fixture_class_policy);
    fixture_simulate(&t, &w.plan, PATHS, SEED);
    size_t blocks = (size_t)t.n_scenarios * t.n_years * t.n_banks * PLIM_ASSET_CLASSES;
    for (size_t block = 0; block < blocks; block++)
        for (size_t batch = 0; batch < PLIM_BATCHES; batch++) {
            plim_int128 sum = 0;
            for (size_t to = 0; to < PLIM_ASSET_CLASSES; to++)
                sum += t.class_moves[(block * PLIM_ASSET_CLASSES + to) * PLIM_BATCHES + batch];
            assert_true(sum == 0);
        }
    plim_tallies_free(&t);
    fixture_declassify(&c);
    fixture_drop(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_every_path),
        cmocka_unit_test(nothing_is_lost_on_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
