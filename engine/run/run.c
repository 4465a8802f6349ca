#include <plimsoll/run.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/isa.h"
#include "base/text.h"
#include "parallel/team.h"
#include "simulate/tail.h"
#include "measure/tables.h"
#include "warn/warn.h"
#include "run/stages.h"

void plim_run_say(const run *r, int is_warning, const char *format, ...)
{
    if (!r->watch || !r->watch->message)
        return;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    r->watch->message(r->watch->user, is_warning, text);
}

/* ---- before anything is read ---- */

static plim_status check_config(const plim_run_config *config, plim_error *err)
{
    if (config->n_scenarios == 0 && config->baseline_years == 0)
        return plim_fail(err, PLIM_USAGE, "no scenario given");
    if (config->n_scenarios > 0 && config->baseline_years > 0)
        return plim_fail(err, PLIM_USAGE,
                         "the years are those of the scenarios: baseline years go without any");
    if (config->n_books == 0)
        return plim_fail(err, PLIM_USAGE, "no loan book given");
    if (config->paths > 0 && config->precision > 0)
        return plim_fail(err, PLIM_USAGE, "either paths or a precision can be asked for, not both");
    if (config->precision < 0 || config->precision >= 1)
        return plim_fail(err, PLIM_USAGE,
                         "the precision is a share above 0 and below 1, such as 1%%");
    if (!config->lib_dir)
        return plim_fail(err, PLIM_USAGE, "no folder of the library given");
    return PLIM_OK;
}

/* Around whatever makes a file, even for a moment. */
void plim_run_publishing(const run *r, int begins)
{
    if (r->watch && r->watch->publishing)
        r->watch->publishing(r->watch->user, begins);
}

/* Asked before the work, so that a long run does not end at a place that can't be written. */
static plim_status check_output(const run *r, plim_error *err)
{
    plim_file_kind kind = plim_store_file_kind(r->out);
    if (kind != PLIM_FILE_ABSENT && kind != PLIM_FILE_RESULT)
        return plim_fail(err, PLIM_USAGE,
                         "%s: stands there already and is not a result of Plimsoll, so it is never "
                         "replaced; choose another name",
                         r->out);
    if (r->config->dry_run)
        return PLIM_OK;
    plim_run_publishing(r, 1);
    plim_status status = plim_file_writable(r->out, err);
    plim_run_publishing(r, 0);
    return status;
}

static plim_status set_output(run *r, const char *path, plim_error *err)
{
    int n = snprintf(r->out, sizeof r->out, "%s", path);
    if (n < 0 || (size_t)n >= sizeof r->out)
        return plim_fail(err, PLIM_USAGE, "%s: the name of the result is too long", path);
    return check_output(r, err);
}

/* results/NAME.result.h5, by the names of up to three scenarios. */
static plim_status set_default_output(run *r, plim_error *err)
{
    const plim_program *program = &r->session.program;
    plim_text path = {0};
    plim_text_add(&path, program->n_scenarios == 0 ? "results/baseline" : "results/");
    for (size_t s = 0; s < program->n_scenarios && s < 3; s++)
        plim_text_format(&path, "%s%s", s ? "+" : "", program->scenarios[s].name);
    if (program->n_scenarios > 3)
        plim_text_format(&path, "+%zu_more", program->n_scenarios - 3);
    plim_text_add(&path, ".result.h5");
    plim_status status = path.failed ? plim_fail_memory(err, "the name of the result")
                                     : set_output(r, plim_text_get(&path), err);
    plim_text_free(&path);
    return status;
}

/* ---- inputs ---- */

static void say_unfiltered(const run *r)
{
    for (size_t i = 0; i < r->session.n_sources; i++)
        if (r->session.sources[i].is_unfiltered) {
            plim_run_say(r, 0, "%s", PLIM_STORE_UNFILTERED);
            return;
        }
}

static plim_status read_scripts(run *r, plim_error *err)
{
    const plim_run_config *config = r->config;
    plim_session_scripts scripts = {.scenarios = config->scenarios,
                                    .n_scenarios = config->n_scenarios,
                                    .model = config->model,
                                    .loader = r->loader};
    r->session.trusted = config->trusted;
    PLIM_TRY(plim_session_open(&r->session, config->books, config->n_books, err));
    say_unfiltered(r);
    PLIM_TRY(plim_session_trace(&r->session, &scripts, err));
    r->session.program.baseline_years = config->baseline_years;
    if (!config->out)
        PLIM_TRY(set_default_output(r, err));
    PLIM_TRY(plim_run_capital_open(&r->capital, &r->loader, config->balance_sheets, err));
    PLIM_TRY(plim_run_classes_open(&r->classes, &r->session, &r->loader, err));
    PLIM_TRY(plim_run_read_previous(r, err));
    return plim_rules_open(&r->rules, "warning", &r->loader, err);
}

plim_status plim_run_bind_more(run *r, plim_error *err)
{
    PLIM_TRY(plim_run_capital_bind(&r->capital, &r->session, err));
    return plim_run_classes_bind(&r->classes, &r->session, &r->capital.stages, err);
}

plim_simulation plim_run_simulation(const run *r)
{
    const plim_run_config *config = r->config;
    return (plim_simulation){.plan = &r->session.plan,
                             .seed = config->seed,
                             .n_paths = r->paths,
                             .slab = config->slab,
                             .block = config->block,
                             .isa = r->isa,
                             .threads = r->threads,
                             .tail = config->tail,
                             .progress = r->watch ? r->watch->progress : NULL,
                             .progress_user = r->watch ? r->watch->user : NULL};
}

plim_conflict plim_run_conflict(const run *r)
{
    return r->config->conflict_weighted ? PLIM_CONFLICT_WEIGHTED : PLIM_CONFLICT_REFUSE;
}

void plim_run_set_paths(run *r, uint64_t n_borrowers)
{
    uint32_t years = (uint32_t)plim_session_years(&r->session);
    if (r->config->paths > 0)
        r->paths = r->config->paths;
    else
        r->paths = r->config->precision > 0 ? plim_paths_first_look()
                                            : plim_paths_default(years, n_borrowers);
}

/* Into how many slabs the books are parted: as wished, or as memory asks. Paths that are added
   while looking at what there is need the whole book in memory. */
static plim_status choose_slabs(run *r, plim_error *err)
{
    const plim_run_config *config = r->config;
    const plim_program *program = &r->session.program;
    bool whole = config->precision > 0 || config->tail > 0;
    plim_slab_forecast *f = &r->slabs;
    if (whole && config->book_slabs > 1)
        return plim_fail(err, PLIM_USAGE,
                         "a precision or further paths for the tail need the whole book in memory: "
                         "they go without --book-slabs");
    PLIM_TRY(plim_book_size_of(&f->size, r->session.list, r->session.n_sources, err));
    plim_run_set_paths(r, f->size.borrowers);
    f->numbers = (plim_plan){.program = program,
                             .n_banks = (uint32_t)f->size.banks,
                             .n_scenarios = (uint32_t)program->n_scenarios + 1,
                             .n_years = (uint32_t)plim_session_years(&r->session),
                             .n_factors = (uint32_t)program->model.factors.count,
                             .severity = program->model.severity};
    PLIM_TRY(
        plim_run_capital_most(&r->capital, &r->session, f->size.banks, &f->numbers.n_sheets, err));
    f->numbers.n_class_banks = r->classes.are_stated ? f->numbers.n_banks : 0;
    f->simulation = plim_run_simulation(r);
    f->memory = r->memory;
    PLIM_TRY(plim_session_columns(&r->session, &f->kept_of_borrowers, &f->kept_of_loans, err));
    if (!whole && config->book_slabs == 0)
        return plim_slab_forecast_make(f, err);
    f->n_slabs = config->book_slabs > 0 ? config->book_slabs : 1;
    f->bytes = plim_slab_forecast_bytes(f, f->n_slabs);
    return PLIM_OK;
}

/* ---- what is said before the work ---- */

void plim_run_warn_conflicts(const run *r, uint64_t n_conflicts)
{
    if (n_conflicts > 0)
        plim_run_say(r, 1,
                     "%llu borrower values differ between the books and were averaged by exposure",
                     (unsigned long long)n_conflicts);
}

void plim_run_warn_years(const run *r)
{
    const plim_book *book = &r->session.book;
    const plim_plan *plan = &r->session.plan;
    int book_year = 0;
    if (sscanf(book->as_of, "%4d", &book_year) == 1 &&
        (plan->first_year < book_year || plan->first_year > book_year + 1))
        plim_run_say(
            r, 1,
            "the book is of %s but the scenarios begin in %d: the first scenario year labels the "
            "twelve months after the book's date",
            book->as_of, plan->first_year);
}

void plim_run_warn_hazards(const run *r)
{
    const plim_plan *plan = &r->session.plan;
    for (uint32_t i = 0; i < plan->randoms.count; i++) {
        const plim_random *random = &plan->randoms.of[i];
        if (random->driver->hazard != NULL && random->n_places == 0)
            plim_run_say(r, 1,
                         "scenario %s: hazard %s reaches nothing: no borrower, site or collateral "
                         "of the book stands at any of its places, such as %s",
                         plim_measure_scenario(plan, random->scenario), random->driver->name,
                         random->driver->hazard->place[0]);
    }
}

plim_status plim_run_warn_compounds(const run *r, plim_error *err)
{
    const plim_program *program = &r->session.program;
    plim_status status = PLIM_OK;
    for (size_t s = 0; s < program->n_scenarios && status == PLIM_OK; s++) {
        plim_text lacks = {0};
        status = plim_program_lacks(program, &program->scenarios[s], &lacks, err);
        if (lacks.length > 0)
            plim_run_say(r, 1, "%s", plim_text_get(&lacks));
        plim_text_free(&lacks);
    }
    return status;
}

void plim_run_announce(const run *r, uint64_t n_borrowers, uint64_t n_loans)
{
    const plim_plan *plan = &r->session.plan;
    char limit[32], need[32];
    uint32_t n_slabs = r->session.slabs.n_slabs, others = plan->n_scenarios - 1;
    int last_year = plan->first_year + (int)plan->n_years - 1;
    plim_forecast_format_bytes(r->memory, limit);
    plim_forecast_format_bytes(r->forecast.bytes, need);
    plim_run_say(r, 0,
                 others == 1
                     ? "%u banks, %llu borrowers, %llu loans as of %s; %u scenario beside the "
                       "baseline, %d to %d"
                     : "%u banks, %llu borrowers, %llu loans as of %s; %u scenarios beside the "
                       "baseline, %d to %d",
                 plan->n_banks, (unsigned long long)n_borrowers, (unsigned long long)n_loans,
                 r->session.book.as_of, others, plan->first_year, last_year);
    if (n_slabs > 1)
        plim_run_say(r, 0, "the book is gone through in %u slabs", n_slabs);
    plim_run_say(r, 0,
                 "%u paths on %d threads: about %.1f s of simulation and %s of memory (may use %s)",
                 r->paths, r->threads, r->forecast.seconds, need, limit);
}

void plim_run_say_dry(const run *r)
{
    plim_run_say(r, 0,
                 "dry run: everything was read, checked, traced and bound; %s was not written",
                 r->out);
}

/* ---- the work ---- */

static const char *scenario_name(const run *r, uint32_t scenario)
{
    return plim_measure_scenario(&r->session.plan, scenario);
}

/* Refused as soon as it is known, not when memory ends. */
static plim_status check_more(const run *r, double needed_paths, plim_error *err)
{
    plim_simulation simulation = plim_run_simulation(r);
    uint32_t n_paths = r->tallies.n_paths;
    if (needed_paths > PLIM_PATHS_MOST)
        return plim_fail(err, PLIM_USAGE,
                         "%u paths give ES 99.9 to %.2f %%; the precision asked for needs about "
                         "%.0f, and a run has at most %d",
                         n_paths, 100 * r->precision.half_width, needed_paths, PLIM_PATHS_MOST);
    uint64_t need = plim_forecast_bytes(&simulation, (uint32_t)needed_paths);
    if (need <= r->memory)
        return PLIM_OK;
    char needed[32], limit[32];
    plim_forecast_format_bytes(need, needed);
    plim_forecast_format_bytes(r->memory, limit);
    return plim_fail(
        err, PLIM_USAGE,
        "%u paths give ES 99.9 to %.2f %%; the precision asked for needs about %.0f paths "
        "and %s of memory but may use %s: give --memory %lluM, or --paths",
        n_paths, 100 * r->precision.half_width, needed_paths, needed, limit,
        (unsigned long long)(need / 1048576 + 1));
}

/* Adds paths until the precision is reached. */
static plim_status run_to_precision(run *r, plim_simulator *simulator, plim_error *err)
{
    for (;;) {
        PLIM_TRY(plim_precision_of(&r->precision, &r->tallies, err));
        double ratio = r->precision.half_width / r->config->precision;
        uint32_t n_paths = r->tallies.n_paths;
        if (ratio <= 1)
            return PLIM_OK;
        plim_run_say(r, 0,
                     "%u paths: ES 99.9 is known to %.2f %% (scenario %s); about %.0f are needed",
                     n_paths, 100 * r->precision.half_width,
                     scenario_name(r, r->precision.scenario), n_paths * ratio * ratio);
        PLIM_TRY(check_more(r, n_paths * ratio * ratio, err));
        PLIM_TRY(plim_simulator_run(simulator, plim_paths_next_look(n_paths), err));
    }
}

static plim_status run_simulator(run *r, plim_simulator *simulator, plim_error *err)
{
    PLIM_TRY(plim_simulator_run(simulator, r->paths, err));
    if (r->config->precision > 0)
        PLIM_TRY(run_to_precision(r, simulator, err));
    plim_simulator_finish(simulator);
    return PLIM_OK;
}

plim_status plim_run_look(run *r, plim_error *err)
{
    PLIM_TRY(plim_precision_of(&r->precision, &r->tallies, err));
    if (isnan(r->precision.half_width))
        plim_run_say(r, 0,
                     "%u paths are too few to say how well ES 99.9 is known; %d are the least",
                     r->tallies.n_paths, PLIM_PATHS_LEAST);
    return PLIM_OK;
}

plim_status plim_run_look_at_pds(run *r, plim_error *err)
{
    plim_path_pd_work work = {.plan = &r->session.plan,
                              .seed = r->config->seed,
                              .n_borrowers = r->slabs.size.borrowers,
                              .threads = r->threads};
    return plim_path_pd_add(&r->path_pd, &work, err);
}

static plim_status simulate(run *r, plim_error *err)
{
    plim_simulation simulation = plim_run_simulation(r);
    plim_simulator *simulator = NULL;
    double started = plim_team_seconds();
    PLIM_TRY(plim_tallies_create(&r->tallies, simulation.plan, simulation.n_paths, err));
    PLIM_TRY(plim_simulator_create(&simulator, &simulation, &r->tallies, err));
    plim_status status = run_simulator(r, simulator, err);
    plim_simulator_destroy(simulator);
    r->simulate_seconds = plim_team_seconds() - started;
    PLIM_TRY(status);
    return plim_run_look(r, err);
}

plim_measured plim_run_measured(const run *r)
{
    return (plim_measured){&r->session.plan, &r->tallies, &r->holdings, r->config->seed};
}

static plim_status contribute(run *r, plim_error *err)
{
    plim_simulation simulation = plim_run_simulation(r);
    simulation.n_paths = r->tallies.n_paths;
    plim_tail tail;
    PLIM_TRY(plim_tail_make(&tail, &simulation, &r->tallies, err));
    plim_measured of = plim_run_measured(r);
    plim_status status =
        plim_measure_contributors(plim_record_table(&r->result, "contributors"), &of, &tail, err);
    plim_tail_free(&tail);
    return status;
}

/* Further paths for the tail alone, if they were asked for. */
static plim_status boost(run *r, plim_error *err)
{
    plim_simulation simulation = plim_run_simulation(r);
    plim_boost more = {0};
    double started = plim_team_seconds();
    if (simulation.tail > 0)
        PLIM_TRY(plim_boost_make(&more, &simulation, &r->tallies, PLIM_BOOST_SHARE, err));
    if (simulation.tail > 0)
        plim_run_say(r, 0,
                     "tail: %u of %u further paths lie above the cut and were simulated in %.1f s",
                     more.n_further, more.n_all - more.n_plain, plim_team_seconds() - started);
    plim_status status = plim_measure_tail(plim_record_table(&r->result, "tail"), &r->session.plan,
                                           &r->tallies, simulation.tail > 0 ? &more : NULL, err);
    plim_boost_free(&more);
    return status;
}

plim_status plim_run_record(run *r, plim_error *err)
{
    plim_run_facts facts = {.config = r->config,
                            .session = &r->session,
                            .tallies = &r->tallies,
                            .holdings = &r->holdings,
                            .path_pd = &r->path_pd,
                            .rules = {r->rules, r->capital.rules, r->classes.rules},
                            .previous = r->config->previous != NULL ? &r->previous : NULL,
                            .previous_sha256 = r->previous_sha256,
                            .isa = r->isa,
                            .threads = r->threads,
                            .memory = r->memory,
                            .precision = r->precision,
                            .simulate_seconds = r->simulate_seconds,
                            .wall_seconds = plim_team_seconds() - r->started};
    return plim_record(&r->result, &facts, err);
}

static plim_status follow_capital(run *r, plim_error *err)
{
    plim_measured of = plim_run_measured(r);
    plim_simulation simulation = plim_run_simulation(r);
    simulation.n_paths = r->tallies.n_paths;
    PLIM_TRY(plim_run_capital_add(&r->capital, err));
    PLIM_TRY(plim_run_capital_measure(&r->capital, of.tallies, r->threads, err));
    PLIM_TRY(plim_run_capital_replay(&r->capital, &simulation, err));
    return plim_run_capital_tables(&r->capital, &of, &r->result, err);
}

static plim_status make_result(run *r, plim_error *err)
{
    plim_measured of = plim_run_measured(r);
    PLIM_TRY(plim_result_init(&r->result, err));
    PLIM_TRY(plim_holdings_add(&r->holdings, of.plan, of.tallies, err));
    PLIM_TRY(plim_measure_tables(r->result.tables, &of, err));
    PLIM_TRY(contribute(r, err));
    PLIM_TRY(boost(r, err));
    PLIM_TRY(follow_capital(r, err));
    plim_warn_config warning = plim_run_warning(r);
    PLIM_TRY(plim_warn_tables(r->result.tables, of.plan, &warning, err));
    plim_run_say_gone(r);
    return plim_run_record(r, err);
}

static plim_status publish(run *r, plim_error *err)
{
    const plim_run_watch *watch = r->watch;
    plim_run_publishing(r, 1);
    plim_status status = plim_store_write_result(&r->result, r->out, err);
    plim_run_publishing(r, 0);
    if (status == PLIM_OK && watch && watch->finished)
        watch->finished(watch->user, r->out);
    return status;
}

/* A run that holds the whole book in memory. */
static plim_status work_whole(run *r, plim_error *err)
{
    PLIM_TRY(plim_session_load(&r->session, plim_run_conflict(r), err));
    PLIM_TRY(plim_session_bind(&r->session, err));
    PLIM_TRY(plim_run_bind_more(r, err));
    plim_run_set_paths(r, r->session.plan.n_borrowers);
    plim_simulation simulation = plim_run_simulation(r);
    PLIM_TRY(plim_boost_check(&simulation, err));
    PLIM_TRY(plim_forecast_make(&r->forecast, &simulation, r->memory, err));
    plim_run_announce(r, r->session.plan.n_borrowers, r->session.plan.n_loans);
    plim_run_warn_conflicts(r, r->session.book.n_conflicts);
    plim_run_warn_years(r);
    PLIM_TRY(plim_run_warn_compounds(r, err));
    plim_run_warn_hazards(r);
    if (r->config->dry_run) {
        plim_run_say_dry(r);
        return PLIM_OK;
    }
    PLIM_TRY(plim_run_look_at_pds(r, err));
    PLIM_TRY(simulate(r, err));
    PLIM_TRY(make_result(r, err));
    return publish(r, err);
}

static plim_status work(run *r, plim_error *err)
{
    const plim_run_config *config = r->config;
    PLIM_TRY(check_config(config, err));
    PLIM_TRY(plim_isa_choose(&r->isa, err));
    r->threads = config->threads > 0 ? config->threads : plim_team_default_threads();
    r->session.threads = r->threads;
    r->memory = config->memory > 0 ? config->memory : plim_team_default_memory();
    r->loader.lib_dir = config->lib_dir;
    if (config->out)
        PLIM_TRY(set_output(r, config->out, err));
    PLIM_TRY(read_scripts(r, err));
    PLIM_TRY(choose_slabs(r, err));
    return r->slabs.n_slabs > 1 ? plim_run_slabwise(r, err) : work_whole(r, err);
}

plim_status plim_run(const plim_run_config *config, const plim_run_watch *watch, plim_error *err)
{
    run r = {.config = config, .watch = watch, .started = plim_team_seconds()};
    plim_status status = work(&r, err);
    plim_result_free(&r.result);
    plim_tallies_free(&r.tallies);
    plim_holdings_free(&r.holdings);
    plim_path_pd_free(&r.path_pd);
    plim_run_capital_free(&r.capital);
    plim_run_classes_free(&r.classes);
    plim_rules_close(r.rules);
    plim_previous_free(&r.previous);
    plim_session_free(&r.session);
    return status;
}
