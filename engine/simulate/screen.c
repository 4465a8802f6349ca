#include "simulate/screen.h"

#include "base/memory.h"
#include "parallel/team.h"
#include "simulate/kernel.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    GRAIN = 16,   /* borrowers of a chunk come in multiples of the widest vector */
    RANGE = 16384 /* borrowers of a task */
};

/* A borrower with what it is sorted by: in the upper half of the order a hash of its kind
   (borrowers that may share a chunk: factors, loadings, number of rows), in the lower its
   cumulative PD over all years in the worst scenario, as the bits of a float, which ascend with it.
 */
typedef struct entry {
    uint64_t order;
    uint32_t borrower;
} entry;

/* ---- which borrowers are alike ---- */

static uint64_t stir(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 29;
}

static uint32_t rows_of(const plim_plan *plan, uint32_t borrower)
{
    return plan->first_row[borrower + 1] - plan->first_row[borrower];
}

/* Loadings are alike to a sixteenth: what a chunk loses by the width of its range of loadings is
   then less than what it loses by the range of its PDs. */
static uint64_t kind_of(const plim_plan *plan, uint32_t borrower)
{
    uint64_t kind = stir(1, rows_of(plan, borrower) > 1);
    for (uint32_t k = plan->first_loading[borrower]; k < plan->first_loading[borrower + 1]; k++) {
        kind = stir(kind, plan->loading_factor[k]);
        kind = stir(kind, (uint64_t)(int64_t)fmax(fmin(floor(plan->loading[k] * 16), 1e6), -1e6));
    }
    return kind;
}

static bool same_factors(const plim_plan *plan, uint32_t a, uint32_t b)
{
    uint32_t first_a = plan->first_loading[a], first_b = plan->first_loading[b];
    uint32_t n = plan->first_loading[a + 1] - first_a;
    if (plan->first_loading[b + 1] - first_b != n)
        return false;
    return n == 0 || memcmp(plan->loading_factor + first_a, plan->loading_factor + first_b,
                            n * sizeof *plan->loading_factor) == 0;
}

static double worst_pd(const plim_plan *plan, uint32_t borrower)
{
    double worst = 0;
    for (uint32_t row = plan->first_row[borrower]; row < plan->first_row[borrower + 1]; row++) {
        double survival = 1;
        for (uint32_t t = 0; t < plan->n_years; t++)
            survival *= 1 - plan->pd[(size_t)row * plan->n_years + t];
        worst = fmax(worst, 1 - survival);
    }
    return worst;
}

static entry entry_of(const plim_screen *screen, uint32_t borrower)
{
    float worst = (float)worst_pd(screen->plan, borrower);
    uint64_t kind = kind_of(screen->plan, borrower);
    uint32_t bits;
    if (screen->boxes != NULL) {
        float varying = plim_boxes_worst(screen->boxes, borrower);
        kind = stir(kind, plim_boxes_class(screen->boxes, borrower) != PLIM_NO_CLASS);
        worst = varying > worst ? varying : worst;
    }
    memcpy(&bits, &worst, sizeof bits);
    return (entry){kind << 32 | bits, borrower};
}

/* Radix sort by the order, least digit first, so that equal ones keep their order; half of the time
   of comparing, and it matters: nothing else runs beside it. */
static void sort_entries(entry *list, entry *scratch, uint32_t n)
{
    enum { BITS = 11, BUCKETS = 1 << BITS };
    for (uint32_t shift = 0; shift < 64; shift += BITS) {
        uint32_t start[BUCKETS + 1] = {0};
        for (uint32_t i = 0; i < n; i++)
            start[(list[i].order >> shift & (BUCKETS - 1)) + 1]++;
        for (uint32_t k = 0; k < BUCKETS; k++)
            start[k + 1] += start[k];
        for (uint32_t i = 0; i < n; i++)
            scratch[start[list[i].order >> shift & (BUCKETS - 1)]++] = list[i];
        entry *swap = list;
        list = scratch;
        scratch = swap;
    }
}

/* Entries of a range of borrowers; a team's task. */
typedef struct ordering {
    const plim_screen *screen;
    entry *list; /* one a borrower */
} ordering;

static plim_status order_range(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    (void)err;
    const ordering *o = job;
    const plim_plan *plan = o->screen->plan;
    uint64_t first = task * RANGE, end = first + RANGE;
    for (uint64_t b = first; b < end && b < plan->n_borrowers; b++)
        if (plan->alive[b])
            o->list[b] = entry_of(o->screen, (uint32_t)b);
    return PLIM_OK;
}

static plim_status fill_list(entry *list, uint32_t *count, const plim_screen *screen, int threads,
                             plim_error *err)
{
    const plim_plan *plan = screen->plan;
    ordering job = {screen, list};
    plim_team team = {.threads = threads};
    uint64_t tasks = ((uint64_t)plan->n_borrowers + RANGE - 1) / RANGE;
    PLIM_TRY(plim_team_run(&team, order_range, &job, tasks, err));
    uint32_t n = 0;
    for (uint32_t b = 0; b < plan->n_borrowers; b++)
        if (plan->alive[b])
            list[n++] = list[b];
    *count = n;
    return PLIM_OK;
}

static plim_status sort_borrowers(entry **out, uint32_t *count, const plim_screen *screen,
                                  int threads, plim_error *err)
{
    entry *list = plim_alloc(screen->plan->n_borrowers, sizeof *list);
    entry *scratch = plim_alloc(screen->plan->n_borrowers, sizeof *scratch);
    plim_status status = list == NULL || scratch == NULL
                             ? plim_fail_memory(err, "the order of borrowers")
                             : fill_list(list, count, screen, threads, err);
    if (status == PLIM_OK) {
        sort_entries(list, scratch, *count); /* six passes: the result is in `list` again */
        *out = list;
    } else {
        plim_free(list);
    }
    plim_free(scratch);
    return status;
}

/* ---- cutting chunks ---- */

static uint32_t run_length(const plim_plan *plan, const entry *list, uint32_t n)
{
    uint32_t length = 1;
    while (length < n && list[length].order >> 32 == list[0].order >> 32 &&
           same_factors(plan, list[0].borrower, list[length].borrower))
        length++;
    return length;
}

/* Some tens of chunks for borrowers that are alike, so that PDs within a chunk stay close. */
static uint32_t chunk_size(uint32_t alike, uint32_t most)
{
    uint32_t size = alike / 48 / GRAIN * GRAIN;
    size = size < 2 * GRAIN ? 2 * GRAIN : size;
    size = size > PLIM_CHUNK_MOST ? PLIM_CHUNK_MOST : size;
    return most > 0 && most < size ? most : size;
}

static uint32_t padded_rows(const plim_plan *plan, const entry *list, uint32_t n)
{
    uint32_t most = 1, rows = 1;
    for (uint32_t i = 0; i < n; i++)
        most = rows_of(plan, list[i].borrower) > most ? rows_of(plan, list[i].borrower) : most;
    while (rows < most)
        rows *= 2;
    return rows;
}

/* Growing arrays of chunks. */
typedef struct cutter {
    plim_screen *screen;
    const entry *list;
    uint32_t most_borrowers;
    size_t chunk_capacity;
    size_t n_cells, n_weights, n_factors, n_most;
} cutter;

/* Classes of the borrowers whose PDs vary, a bit each. */
static uint32_t classes_of(const plim_screen *screen, const entry *list, uint32_t n)
{
    uint32_t classes = 0;
    for (uint32_t i = 0; i < n && screen->boxes != NULL; i++) {
        uint32_t class = plim_boxes_class(screen->boxes, list[i].borrower);
        classes |= class == PLIM_NO_CLASS ? 0 : UINT32_C(1) << class;
    }
    return classes;
}

static plim_status cut_one(cutter *c, uint32_t first, uint32_t n, plim_error *err)
{
    plim_screen *screen = c->screen;
    const plim_plan *plan = screen->plan;
    uint32_t borrower = c->list[first].borrower;
    uint32_t padded = (n + GRAIN - 1) / GRAIN * GRAIN;
    if (plim_grow((void **)&screen->chunk, &c->chunk_capacity, screen->n_chunks + 1,
                  sizeof *screen->chunk) != 0)
        return plim_fail_memory(err, "chunks of borrowers");
    plim_chunk chunk = {.first = screen->n_positions,
                        .n = padded,
                        .first_entry = first,
                        .n_borrowers = n,
                        .first_factor = (uint32_t)c->n_factors,
                        .n_factors =
                            plan->first_loading[borrower + 1] - plan->first_loading[borrower],
                        .n_rows = padded_rows(plan, c->list + first, n),
                        .first_cell = c->n_cells,
                        .classes = classes_of(screen, c->list + first, n),
                        .first_most = c->n_most,
                        .first_weight = c->n_weights};
    c->n_cells += (size_t)padded * plan->n_years * chunk.n_rows;
    c->n_weights += (size_t)padded * chunk.n_factors;
    c->n_factors += chunk.n_factors;
    c->n_most += (uint32_t)__builtin_popcount(chunk.classes);
    screen->most_rows = chunk.n_rows > screen->most_rows ? chunk.n_rows : screen->most_rows;
    screen->most_positions = padded > screen->most_positions ? padded : screen->most_positions;
    screen->n_positions += padded;
    screen->chunk[screen->n_chunks++] = chunk;
    return PLIM_OK;
}

static plim_status cut(cutter *c, uint32_t n, plim_error *err)
{
    for (uint32_t first = 0; first < n;) {
        uint32_t alike = run_length(c->screen->plan, c->list + first, n - first);
        uint32_t size = chunk_size(alike, c->most_borrowers);
        for (uint32_t done = 0; done < alike; done += size)
            PLIM_TRY(cut_one(c, first + done, alike - done < size ? alike - done : size, err));
        first += alike;
    }
    return PLIM_OK;
}

/* ---- filling them ---- */

static void fill_loadings(plim_screen *screen, plim_chunk *chunk, const uint32_t *borrower)
{
    const plim_plan *plan = screen->plan;
    chunk->same_loadings = true;
    for (uint32_t i = 0; i < chunk->n && borrower[i] != PLIM_NO_BORROWER; i++) {
        const double *loading = plan->loading + plan->first_loading[borrower[i]];
        float *weight = screen->weight + chunk->first_weight + (size_t)i * chunk->n_factors;
        for (uint32_t k = 0; k < chunk->n_factors; k++) {
            size_t at = chunk->first_factor + k;
            float w = (float)loading[k];
            weight[k] = w;
            screen->factor[at] = plan->loading_factor[plan->first_loading[borrower[i]] + k];
            if (i > 0 && (w != screen->low[at] || w != screen->high[at]))
                chunk->same_loadings = false;
            screen->low[at] = i == 0 || w < screen->low[at] ? w : screen->low[at];
            screen->high[at] = i == 0 || w > screen->high[at] ? w : screen->high[at];
        }
    }
}

/* The larger of `reach` and the magnitude of a threshold that is finite. */
static float reach_with(float reach, float threshold)
{
    float size = fabsf(threshold);
    return size > reach && size <= FLT_MAX ? size : reach;
}

/* The thresholds of one borrower into cells[t * n_rows + row]; rows that it has not: -infinity. */
static void fill_borrower(const plim_plan *plan, plim_chunk *chunk, uint32_t borrower, float *cells,
                          float *most)
{
    uint32_t rows = borrower == PLIM_NO_BORROWER ? 0 : rows_of(plan, borrower);
    float reach = chunk->reach;
    for (uint32_t r = 0; r < rows; r++) {
        const double *threshold =
            plan->threshold + (size_t)(plan->first_row[borrower] + r) * plan->n_years;
        for (uint32_t t = 0; t < plan->n_years; t++) {
            float value = (float)threshold[t];
            cells[t * chunk->n_rows + r] = value;
            most[t] = value > most[t] ? value : most[t];
            reach = reach_with(reach, value);
        }
    }
    for (uint32_t t = 0; t < plan->n_years; t++)
        for (uint32_t r = rows; r < chunk->n_rows; r++)
            cells[t * chunk->n_rows + r] = -INFINITY;
    chunk->reach = reach;
}

static void fill_cells(plim_screen *screen, plim_chunk *chunk, const uint32_t *borrower,
                       float *most)
{
    const plim_plan *plan = screen->plan;
    size_t a_borrower = (size_t)plan->n_years * chunk->n_rows;
    for (uint32_t t = 0; t < plan->n_years; t++)
        most[t] = -INFINITY;
    for (uint32_t i = 0; i < chunk->n; i++)
        fill_borrower(plan, chunk, borrower[i], screen->cell + chunk->first_cell + i * a_borrower,
                      most);
}

/* Adds the thresholds of a borrower, by cell of a family, to the largest of its class in the chunk.
 */
static void take_thresholds(plim_chunk *chunk, const plim_box_threshold *at, uint32_t n_cells,
                            float *most)
{
    for (uint32_t c = 0; c < n_cells; c++) {
        most[c] = at[c].high > most[c] ? at[c].high : most[c];
        chunk->reach = reach_with(reach_with(chunk->reach, at[c].low), at[c].high);
    }
}

/* Largest thresholds of a chunk by class and cell, where PDs vary. */
static void fill_varying(plim_screen *screen, plim_chunk *chunk, const uint32_t *borrower)
{
    const plim_boxes *boxes = screen->boxes;
    uint32_t n_cells = plim_boxes_cells(boxes), years = screen->plan->n_years;
    size_t n = (size_t)plim_boxes_count(boxes) * years;
    float *first = screen->most_varying + chunk->first_most * n * n_cells;
    size_t all = (size_t)__builtin_popcount(chunk->classes) * n * n_cells;
    for (size_t i = 0; i < all; i++)
        first[i] = -INFINITY;
    for (uint32_t i = 0; i < chunk->n_borrowers; i++) {
        uint32_t class = plim_boxes_class(boxes, borrower[i]);
        if (class == PLIM_NO_CLASS)
            continue;
        uint32_t bit = UINT32_C(1) << class;
        size_t place = (size_t)__builtin_popcount(chunk->classes & (bit - 1));
        for (size_t f = 0; f < n; f++)
            take_thresholds(
                chunk,
                plim_boxes_at(boxes, borrower[i], (uint32_t)(f / years), (uint32_t)(f % years)),
                n_cells, first + (place * n + f) * n_cells);
    }
}

static void compare_rows(const plim_screen *screen, plim_chunk *chunk, const uint32_t *borrower)
{
    uint32_t n = screen->plan->n_scenarios;
    chunk->rows_are_scenarios = chunk->n_rows >= n;
    for (uint32_t i = 0; i < chunk->n_borrowers && chunk->rows_are_scenarios; i++)
        for (uint32_t s = 0; s < n; s++)
            if (screen->plan->row_of[(size_t)borrower[i] * n + s] != s)
                chunk->rows_are_scenarios = false;
}

/* One chunk; a team's task. `job` is the cutter. */
static plim_status fill_chunk(void *job, uint64_t task, int worker, plim_error *err)
{
    (void)worker;
    (void)err;
    const cutter *c = job;
    plim_screen *screen = c->screen;
    plim_chunk *chunk = &screen->chunk[task];
    uint32_t *borrower = screen->borrower + chunk->first;
    for (uint32_t i = 0; i < chunk->n; i++) {
        bool here = i < chunk->n_borrowers;
        borrower[i] = here ? c->list[chunk->first_entry + i].borrower : PLIM_NO_BORROWER;
        uint64_t key = here ? screen->plan->book->borrower_key[borrower[i]] : 0;
        screen->key_low[chunk->first + i] = (uint32_t)key;
        screen->key_high[chunk->first + i] = (uint32_t)(key >> 32);
    }
    compare_rows(screen, chunk, borrower);
    fill_loadings(screen, chunk, borrower);
    fill_cells(screen, chunk, borrower, screen->most + task * screen->plan->n_years);
    if (screen->boxes != NULL)
        fill_varying(screen, chunk, borrower);
    return PLIM_OK;
}

static plim_status allocate(plim_screen *s, const cutter *c, plim_error *err)
{
    s->borrower = plim_alloc(s->n_positions, sizeof *s->borrower);
    s->key_low = plim_alloc(s->n_positions, sizeof *s->key_low);
    s->key_high = plim_alloc(s->n_positions, sizeof *s->key_high);
    s->factor = plim_alloc(c->n_factors, sizeof *s->factor);
    s->low = plim_alloc(c->n_factors, sizeof *s->low);
    s->high = plim_alloc(c->n_factors, sizeof *s->high);
    s->most = plim_alloc((size_t)s->n_chunks * s->plan->n_years, sizeof *s->most);
    s->cell = plim_alloc(c->n_cells + PLIM_JUDGE_MARGIN, sizeof *s->cell);
    s->weight = plim_alloc(c->n_weights, sizeof *s->weight);
    size_t varying = s->boxes == NULL ? 0
                                      : c->n_most * plim_boxes_count(s->boxes) * s->plan->n_years *
                                            plim_boxes_cells(s->boxes);
    s->most_varying = plim_alloc(varying, sizeof *s->most_varying);
    if (s->most_varying == NULL || s->borrower == NULL || s->key_low == NULL ||
        s->key_high == NULL || s->factor == NULL || s->low == NULL || s->high == NULL ||
        s->most == NULL || s->cell == NULL || s->weight == NULL)
        return plim_fail_memory(err, "chunks of borrowers");
    return PLIM_OK;
}

static plim_status make_boxes(plim_screen *screen, plim_error *err)
{
    const plim_screen_config *c = &screen->config;
    plim_boxes_config config = {.plan = c->plan,
                                .seed = c->seed,
                                .first_path = c->first_path,
                                .n_paths = c->n_paths,
                                .octet = c->octet,
                                .threads = c->threads};
    return plim_boxes_make(&screen->boxes, &config, err);
}

plim_status plim_screen_cover(plim_screen *screen, uint32_t n_paths, plim_error *err)
{
    if (screen->boxes == NULL || n_paths <= screen->config.n_paths)
        return PLIM_OK;
    plim_boxes_free(screen->boxes);
    screen->config.n_paths = n_paths;
    PLIM_TRY(make_boxes(screen, err));
    for (uint32_t c = 0; c < screen->n_chunks; c++)
        fill_varying(screen, &screen->chunk[c], screen->borrower + screen->chunk[c].first);
    return PLIM_OK;
}

plim_status plim_screen_make(plim_screen *out, const plim_screen_config *config, plim_error *err)
{
    const plim_plan *plan = config->plan;
    *out = (plim_screen){.plan = plan, .config = *config, .most_rows = 1, .most_positions = GRAIN};
    entry *list = NULL;
    uint32_t n = 0;
    PLIM_TRY(make_boxes(out, err));
    plim_status status = sort_borrowers(&list, &n, out, config->threads, err);
    cutter c = {.screen = out, .list = list, .most_borrowers = config->most_borrowers};
    plim_team team = {.threads = config->threads};
    if (status == PLIM_OK)
        status = cut(&c, n, err);
    if (status == PLIM_OK)
        status = allocate(out, &c, err);
    if (status == PLIM_OK)
        status = plim_team_run(&team, fill_chunk, &c, out->n_chunks, err);
    if (status != PLIM_OK)
        plim_screen_free(out);
    plim_free(list);
    return status;
}

void plim_screen_free(plim_screen *screen)
{
    plim_free(screen->chunk);
    plim_free(screen->borrower);
    plim_free(screen->key_low);
    plim_free(screen->key_high);
    plim_free(screen->factor);
    plim_free(screen->low);
    plim_free(screen->high);
    plim_free(screen->most);
    plim_free(screen->cell);
    plim_free(screen->weight);
    plim_free(screen->most_varying);
    plim_boxes_free(screen->boxes);
    *screen = (plim_screen){0};
}

uint64_t plim_screen_bytes(const plim_plan *plan)
{
    uint64_t rows = plan->first_row[plan->n_borrowers], borrowers = plan->n_borrowers;
    uint64_t loadings = plan->first_loading[plan->n_borrowers];
    /* Rows are padded to a power of two, the order is sorted in a list of its own. */
    return 2 * rows * plan->n_years * sizeof(float) + loadings * sizeof(float) +
           borrowers * (3 * sizeof(uint32_t) + 2 * sizeof(entry)) + plim_boxes_bytes(plan);
}
