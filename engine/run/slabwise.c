/* A run that goes through its books slab by slab. Twice: first every slab is simulated on all
 * paths, and its borrowers are measured and judged; then, since only all slabs together tell which
 * paths make the tail, each is loaded again and those paths are replayed. What has a row a borrower
 * goes to a spool; everything else is added up. The result is that of the whole book, bit for bit.
 */
#include "run/stages.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "measure/tables.h"
#include "warn/warn.h"

/* A piece of a table in the spool whose rows come part by part: by scenario, or by scenario and
   kind of contributor. */
typedef struct piece {
    uint32_t number;
    size_t *first; /* where the rows of each part begin, and the end of the last */
} piece;

typedef struct slabwise {
    run *r;
    uint32_t n_slabs, n_scenarios;
    uint32_t slab; /* under way */
    plim_tie tie;
    plim_warn *warn;
    plim_spool *spool;
    piece *borrowers, *warnings, *states, *contributors; /* one a slab */
    piece groups, group_states; /* warnings of sectors, regions, cells, banks, district */
    piece parts;                /* contributors: banks, regions, sectors */
} slabwise;

enum { PART_KINDS = 3 };
static const plim_part_kind part_kinds[PART_KINDS] = {PLIM_PART_BANK, PLIM_PART_REGION,
                                                      PLIM_PART_SECTOR};

/* ---- set up ---- */

static plim_status make_pieces(piece **out, uint32_t n, size_t n_parts, plim_error *err)
{
    *out = plim_alloc(n, sizeof **out);
    if (*out == NULL)
        return plim_fail_memory(err, "pieces of tables");
    for (uint32_t k = 0; k < n; k++) {
        (*out)[k].first = plim_alloc(n_parts + 1, sizeof(size_t));
        if ((*out)[k].first == NULL)
            return plim_fail_memory(err, "pieces of tables");
    }
    return PLIM_OK;
}

static void free_pieces(piece *pieces, uint32_t n)
{
    for (uint32_t k = 0; pieces != NULL && k < n; k++)
        plim_free(pieces[k].first);
    plim_free(pieces);
}

static plim_status prepare(slabwise *w, plim_error *err)
{
    size_t s = w->n_scenarios;
    w->groups.first = plim_alloc(s + 1, sizeof(size_t));
    w->group_states.first = plim_alloc(s + 1, sizeof(size_t));
    w->parts.first = plim_alloc(s * PART_KINDS + 1, sizeof(size_t));
    if (w->groups.first == NULL || w->group_states.first == NULL || w->parts.first == NULL)
        return plim_fail_memory(err, "pieces of tables");
    PLIM_TRY(make_pieces(&w->borrowers, w->n_slabs, s, err));
    PLIM_TRY(make_pieces(&w->warnings, w->n_slabs, s, err));
    PLIM_TRY(make_pieces(&w->states, w->n_slabs, s, err));
    PLIM_TRY(make_pieces(&w->contributors, w->n_slabs, s, err));
    plim_warn_config warning = plim_run_warning(w->r);
    PLIM_TRY(plim_warn_begin(&w->warn, &warning, err));
    PLIM_TRY(plim_result_init(&w->r->result, err));
    plim_run_publishing(w->r, 1);
    plim_status status = plim_spool_open(&w->spool, w->r->out, err);
    plim_run_publishing(w->r, 0);
    return status;
}

static void tear_down(slabwise *w)
{
    plim_tie_free(&w->tie);
    plim_warn_end(w->warn);
    plim_spool_close(w->spool);
    free_pieces(w->borrowers, w->n_slabs);
    free_pieces(w->warnings, w->n_slabs);
    free_pieces(w->states, w->n_slabs);
    free_pieces(w->contributors, w->n_slabs);
    plim_free(w->groups.first);
    plim_free(w->group_states.first);
    plim_free(w->parts.first);
}

/* ---- opening ---- */

/* Slabs may come out larger than planned, where a few borrowers have most of the loans. */
static plim_status open_slabs(run *r, plim_error *err)
{
    uint32_t n = r->slabs.n_slabs;
    for (;;) {
        PLIM_TRY(plim_session_part(&r->session, plim_run_conflict(r), n, err));
        uint64_t bytes = plim_slab_forecast_opened(&r->slabs, &r->session.slabs.largest);
        if (bytes <= r->memory || r->config->book_slabs > 0)
            return PLIM_OK;
        if (n == PLIM_SLABS_MOST)
            return plim_slab_forecast_refuse(&r->slabs, bytes, err);
        n = n + n / 2 + 1 < PLIM_SLABS_MOST ? n + n / 2 + 1 : PLIM_SLABS_MOST;
        plim_slabs_free(&r->session.slabs);
    }
}

/* A borrower of several books is one: how many there are is known when slabs have been pooled. */
static plim_status set_paths(run *r, plim_error *err)
{
    uint64_t n_borrowers = r->slabs.size.borrowers;
    if (r->session.n_sources > 1 && r->config->paths == 0) {
        n_borrowers = 0;
        for (uint32_t k = 0; k < r->session.slabs.n_slabs; k++) {
            PLIM_TRY(plim_session_turn(&r->session, k, err));
            n_borrowers += r->session.book.borrowers.n_rows;
        }
    }
    plim_run_set_paths(r, n_borrowers);
    return PLIM_OK;
}

static plim_status announce(slabwise *w, plim_error *err)
{
    run *r = w->r;
    const plim_book_size *size = &r->slabs.size;
    plim_simulation simulation = plim_run_simulation(r);
    double share = (double)size->borrowers / (double)r->session.plan.n_borrowers;
    PLIM_TRY(plim_simulation_time(&r->forecast.seconds, &simulation, err));
    r->forecast.seconds *= share;
    r->forecast.bytes = r->slabs.bytes;
    plim_run_announce(r, size->borrowers, size->loans);
    return PLIM_OK;
}

/* ---- first: simulate, measure, judge ---- */

static void on_progress(void *user, uint64_t done, uint64_t total)
{
    const slabwise *w = user;
    const plim_run_watch *watch = w->r->watch;
    watch->progress(watch->user, w->slab * total + done, w->n_slabs * total);
}

static plim_status run_simulator(const plim_simulation *simulation, plim_tallies *tallies,
                                 plim_error *err)
{
    plim_simulator *simulator = NULL;
    PLIM_TRY(plim_tallies_keep_cells(tallies, err));
    PLIM_TRY(plim_simulator_create(&simulator, simulation, tallies, err));
    plim_status status = plim_simulator_run(simulator, simulation->n_paths, err);
    if (status == PLIM_OK)
        plim_simulator_finish(simulator);
    plim_simulator_destroy(simulator);
    return status;
}

static plim_status simulate(slabwise *w, plim_tallies *tallies, plim_error *err)
{
    run *r = w->r;
    plim_simulation simulation = plim_run_simulation(r);
    if (simulation.progress != NULL)
        simulation.progress = on_progress;
    simulation.progress_user = w;
    double started = plim_team_seconds();
    PLIM_TRY(plim_tallies_create(tallies, simulation.plan, simulation.n_paths, err));
    plim_status status = run_simulator(&simulation, tallies, err);
    if (status != PLIM_OK)
        plim_tallies_free(tallies);
    r->simulate_seconds += plim_team_seconds() - started;
    return status;
}

static plim_status fill_borrowers(slabwise *w, const plim_tallies *tallies,
                                  const plim_warn_rows *rows, plim_error *err)
{
    plim_table *borrowers = rows->borrowers;
    const plim_plan *plan = &w->r->session.plan;
    size_t *first = w->borrowers[w->slab].first;
    for (uint32_t s = 0; s < w->n_scenarios; s++) {
        first[s] = borrowers->n_rows;
        PLIM_TRY(plim_measure_borrowers(borrowers, plan, tallies, s, err));
    }
    first[w->n_scenarios] = borrowers->n_rows;
    PLIM_TRY(plim_warn_slab(w->warn, plan, rows, err));
    PLIM_TRY(plim_spool_add(w->spool, borrowers, &w->borrowers[w->slab].number, err));
    PLIM_TRY(plim_spool_add(w->spool, rows->warnings, &w->warnings[w->slab].number, err));
    return plim_spool_add(w->spool, rows->states, &w->states[w->slab].number, err);
}

static plim_status measure_borrowers(slabwise *w, const plim_tallies *tallies, plim_error *err)
{
    plim_table borrowers = {0}, warnings = {0}, states = {0};
    plim_warn_rows rows = {&borrowers, &warnings, &states, w->warnings[w->slab].first,
                           w->states[w->slab].first};
    plim_status status = plim_table_init(&borrowers, plim_table_spec_find("borrowers"), err);
    if (status == PLIM_OK)
        status = plim_table_init(&warnings, plim_table_spec_find("warnings"), err);
    if (status == PLIM_OK)
        status = plim_table_init(&states, plim_table_spec_find("warning_state"), err);
    if (status == PLIM_OK)
        status = fill_borrowers(w, tallies, &rows, err);
    plim_table_free(&borrowers);
    plim_table_free(&warnings);
    plim_table_free(&states);
    return status;
}

static plim_status add_up(slabwise *w, const plim_tallies *tallies, plim_error *err)
{
    run *r = w->r;
    PLIM_TRY(plim_holdings_add(&r->holdings, &r->session.plan, tallies, err));
    PLIM_TRY(measure_borrowers(w, tallies, err));
    PLIM_TRY(plim_run_capital_add(&r->capital, err));
    return plim_tallies_merge(&r->tallies, tallies, err);
}

static plim_status take_slab(slabwise *w, plim_error *err)
{
    run *r = w->r;
    PLIM_TRY(plim_session_turn(&r->session, w->slab, err));
    PLIM_TRY(plim_tie_add(&w->tie, &r->session.book, err));
    PLIM_TRY(plim_session_bind(&r->session, err));
    PLIM_TRY(plim_run_bind_more(r, err));
    if (w->slab == 0) {
        PLIM_TRY(announce(w, err));
        plim_run_warn_years(r);
        PLIM_TRY(plim_run_warn_compounds(r, err));
    }
    if (r->config->dry_run)
        return PLIM_OK;
    plim_tallies tallies;
    PLIM_TRY(plim_run_look_at_pds(r, err));
    PLIM_TRY(simulate(w, &tallies, err));
    plim_status status = add_up(w, &tallies, err);
    plim_tallies_free(&tallies);
    return status;
}

static plim_status simulate_all(slabwise *w, plim_error *err)
{
    run *r = w->r;
    for (w->slab = 0; w->slab < w->n_slabs; w->slab++)
        PLIM_TRY(take_slab(w, err));
    PLIM_TRY(plim_tie_check(&w->tie, &r->session.book, err));
    PLIM_TRY(plim_session_digests(&r->session, err));
    if (r->config->dry_run)
        return PLIM_OK;
    plim_run_warn_conflicts(r, r->holdings.n_conflicts);
    PLIM_TRY(plim_tallies_close(&r->tallies, r->holdings.n_alive, err));
    PLIM_TRY(plim_run_capital_measure(&r->capital, &r->tallies, r->threads, err));
    return plim_run_look(r, err);
}

/* ---- then: replay the tail ---- */

/* Contributors among the slab's borrowers; their expected losses are in the spool by now. */
static plim_status fill_contributors(slabwise *w, const plim_tail *tail, plim_table *table,
                                     plim_error *err)
{
    const plim_table_spec *spec = plim_table_spec_find("borrowers");
    const piece *known = &w->borrowers[w->slab];
    piece *here = &w->contributors[w->slab];
    plim_tail_borrowers of = {&w->r->session.plan, tail, w->r->tallies.n_paths};
    plim_table_column el;
    PLIM_TRY(
        plim_spool_column(w->spool, known->number, plim_table_spec_field(spec, "el"), &el, err));
    plim_status status = PLIM_OK;
    for (uint32_t s = 0; s < w->n_scenarios && status == PLIM_OK; s++) {
        here->first[s] = table->n_rows;
        status = plim_measure_tail_borrowers(table, &of, s, el.number + known->first[s], err);
    }
    here->first[w->n_scenarios] = table->n_rows;
    plim_spool_column_free(&el);
    return status == PLIM_OK ? plim_spool_add(w->spool, table, &here->number, err) : status;
}

static plim_status replay_slab(slabwise *w, plim_tail *tail, plim_error *err)
{
    run *r = w->r;
    plim_table table = {0};
    if (w->slab + 1 < w->n_slabs) { /* the last one is still there */
        PLIM_TRY(plim_session_turn(&r->session, w->slab, err));
        PLIM_TRY(plim_session_bind(&r->session, err));
    }
    plim_simulation simulation = plim_run_simulation(r);
    PLIM_TRY(plim_tail_slab(tail, &simulation, err));
    PLIM_TRY(plim_run_capital_replay(&r->capital, &simulation, err));
    plim_status status = plim_table_init(&table, plim_table_spec_find("contributors"), err);
    if (status == PLIM_OK)
        status = fill_contributors(w, tail, &table, err);
    plim_table_free(&table);
    return status;
}

static plim_status fill_parts(slabwise *w, const plim_tail *tail, plim_error *err)
{
    plim_table *table = plim_record_table(&w->r->result, "contributors");
    plim_measured of = plim_run_measured(w->r);
    for (uint32_t s = 0; s < w->n_scenarios; s++)
        for (uint32_t i = 0; i < PART_KINDS; i++) {
            w->parts.first[s * PART_KINDS + i] = table->n_rows;
            PLIM_TRY(plim_measure_parts(table, &of, tail, part_kinds[i], s, err));
        }
    w->parts.first[(size_t)w->n_scenarios * PART_KINDS] = table->n_rows;
    return plim_spool_add(w->spool, table, &w->parts.number, err);
}

static plim_status replay_tail(slabwise *w, plim_error *err)
{
    plim_tail tail;
    PLIM_TRY(plim_tail_begin(&tail, &w->r->tallies, err));
    plim_status status = PLIM_OK;
    for (w->slab = w->n_slabs; w->slab-- > 0 && status == PLIM_OK;)
        status = replay_slab(w, &tail, err);
    if (status == PLIM_OK) {
        plim_tail_end(&tail);
        status = fill_parts(w, &tail, err);
    }
    plim_tail_free(&tail);
    return status;
}

/* ---- the result ---- */

/* The rows of part `part` of a piece. */
static plim_table_run run_of(const piece *of, size_t part)
{
    return (plim_table_run){of->number, of->first[part], of->first[part + 1] - of->first[part]};
}

/* By scenario: what stands before the slabs' rows, these, and what stands after them; `others` has
   n_others parts a scenario, of which the first n_before come first. */
typedef struct layout {
    const char *table;
    const piece *slabs, *others;
    size_t n_before, n_others;
} layout;

static void fill_runs(const slabwise *w, const layout *of, plim_table_run *runs)
{
    for (uint32_t s = 0; s < w->n_scenarios; s++) {
        for (size_t i = 0; i < of->n_before; i++)
            *runs++ = run_of(of->others, s * of->n_others + i);
        for (uint32_t k = 0; k < w->n_slabs; k++)
            *runs++ = run_of(&of->slabs[k], s);
        for (size_t i = of->n_before; i < of->n_others; i++)
            *runs++ = run_of(of->others, s * of->n_others + i);
    }
}

enum { LONG_TABLES = 4 };

static plim_status publish(slabwise *w, plim_error *err)
{
    const run *r = w->r;
    const layout layouts[LONG_TABLES] = {{"borrowers", w->borrowers, NULL, 0, 0},
                                         {"warnings", w->warnings, &w->groups, 0, 1},
                                         {"warning_state", w->states, &w->group_states, 0, 1},
                                         {"contributors", w->contributors, &w->parts, 1, 3}};
    plim_long_table longs[LONG_TABLES];
    plim_table_run *runs[LONG_TABLES] = {NULL};
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < LONG_TABLES && status == PLIM_OK; i++) {
        size_t n = (size_t)w->n_scenarios * (w->n_slabs + layouts[i].n_others);
        runs[i] = plim_alloc(n, sizeof **runs);
        if (runs[i] == NULL)
            status = plim_fail_memory(err, "pieces of tables");
        else
            fill_runs(w, &layouts[i], runs[i]);
        longs[i] = (plim_long_table){plim_table_spec_find(layouts[i].table), w->spool, runs[i], n};
    }
    plim_run_publishing(r, 1);
    if (status == PLIM_OK)
        status = plim_store_write_long_result(&r->result, longs, LONG_TABLES, r->out, err);
    plim_run_publishing(r, 0);
    for (size_t i = 0; i < LONG_TABLES; i++)
        plim_free(runs[i]);
    if (status == PLIM_OK && r->watch && r->watch->finished)
        r->watch->finished(r->watch->user, r->out);
    return status;
}

static plim_status work(slabwise *w, plim_error *err)
{
    run *r = w->r;
    PLIM_TRY(prepare(w, err));
    PLIM_TRY(simulate_all(w, err));
    if (r->config->dry_run) {
        plim_run_say_dry(r);
        return PLIM_OK;
    }
    PLIM_TRY(replay_tail(w, err));
    plim_measured of = plim_run_measured(r);
    plim_table *tables = r->result.tables;
    PLIM_TRY(plim_measure_totals(tables, &of, err));
    PLIM_TRY(
        plim_measure_tail(plim_record_table(&r->result, "tail"), of.plan, of.tallies, NULL, err));
    PLIM_TRY(plim_run_capital_tables(&r->capital, &of, &r->result, err));
    plim_warn_rows first = {.first_row = w->groups.first, .first_state = w->group_states.first};
    PLIM_TRY(plim_warn_totals(w->warn, of.plan, tables, &first, err));
    plim_run_say_gone(r);
    PLIM_TRY(plim_spool_add(w->spool, plim_record_table(&r->result, "warnings"), &w->groups.number,
                            err));
    PLIM_TRY(plim_spool_add(w->spool, plim_record_table(&r->result, "warning_state"),
                            &w->group_states.number, err));
    PLIM_TRY(plim_run_record(r, err));
    return publish(w, err);
}

plim_status plim_run_slabwise(run *r, plim_error *err)
{
    PLIM_TRY(open_slabs(r, err));
    PLIM_TRY(set_paths(r, err));
    slabwise w = {.r = r,
                  .n_slabs = r->session.slabs.n_slabs,
                  .n_scenarios = (uint32_t)r->session.program.n_scenarios + 1};
    plim_status status = work(&w, err);
    tear_down(&w);
    return status;
}
