#define _GNU_SOURCE /* memmem */
#include "target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "plan/schema.h"
#include "script/limits.h"
#include "script/map.h"
#include "script/script.h"

enum { MOST_MODULES = 32, LONGEST_NAME = 300, LONGEST_SOURCE = 1 << 16 };

/* Small enough that a text can't take long, large enough for all that is shipped. */
#define FUZZ_STEPS 3000000
#define FUZZ_BYTES ((size_t)24 << 20)
#define FUZZ_NODES 20000

static const char tiny_model[] = "return model { name = \"one\", factors = { \"macro\" },\n"
                                 "  loading = function (b) return { macro = 0.4 } end }\n";

static const char prices[] = "variable,region,unit,2026,2028\nPrice|Carbon,China,CNY/tCO2e,70,90\n"
                             "Price|Carbon,World,CNY/tCO2e,80,\nPrice|Gas,China,CNY,2,3\n";

typedef struct module {
    char name[LONGEST_NAME];
    char *text;
    size_t length;
} module;

static struct {
    module modules[MOST_MODULES];
    size_t n_modules;
    plim_schema schema;
    const char *text; /* the one that is run */
    size_t length;
} fuzz;

static void give_up(const char *what)
{
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* ---- what scripts may read ---- */

static int fetch(void *user, const char *path, const char **text, size_t *length)
{
    (void)user;
    if (strcmp(path, "s.lua") == 0) {
        *text = fuzz.text;
        *length = fuzz.length;
        return 1;
    }
    if (strcmp(path, "tiny.lua") == 0) {
        *text = tiny_model;
        *length = sizeof tiny_model - 1;
        return 1;
    }
    if (strcmp(path, "prices.csv") == 0) {
        *text = prices;
        *length = sizeof prices - 1;
        return 1;
    }
    for (size_t i = 0; i < fuzz.n_modules; i++)
        if (strcmp(path, fuzz.modules[i].name) == 0) {
            *text = fuzz.modules[i].text;
            *length = fuzz.modules[i].length;
            return 1;
        }
    return 0;
}

static bool fetch_kept(void *user, const char *path, const char **text, size_t *length)
{
    return fetch(user, path, text, length) != 0;
}

static void add_module(const char *folder, const char *file)
{
    char path[4096 + LONGEST_NAME];
    plim_error err = {0};
    module *m = &fuzz.modules[fuzz.n_modules];
    if (fuzz.n_modules >= MOST_MODULES || strlen(file) >= LONGEST_NAME)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    snprintf(m->name, sizeof m->name, "%s", file);
    if (plim_file_read(path, LONGEST_SOURCE, &m->text, &m->length, &err) != PLIM_OK)
        give_up(err.message);
    fuzz.n_modules++;
}

void fuzz_target_open(const char *source)
{
    char folder[4096];
    plim_error err = {0};
    plim_script_limits limits = PLIM_SCRIPT_LIMITS;
    snprintf(folder, sizeof folder, "%s/scenarios/lib", source);
    DIR *list = opendir(folder);
    if (!list)
        give_up("scenarios/lib can't be read");
    for (struct dirent *entry = readdir(list); entry; entry = readdir(list)) {
        size_t length = strlen(entry->d_name);
        if (length > 4 && strcmp(entry->d_name + length - 4, ".lua") == 0)
            add_module(folder, entry->d_name);
    }
    closedir(list);
    if (plim_schema_make(&fuzz.schema, NULL, &err) != PLIM_OK)
        give_up(err.message);
    limits.seconds = 1e9; /* steps end a script, the same on every machine */
    limits.steps = FUZZ_STEPS;
    limits.bytes = FUZZ_BYTES;
    limits.nodes = FUZZ_NODES;
    limits.source_bytes = LONGEST_SOURCE;
    plim_script_set_limits(&limits);
}

void fuzz_target_close(void)
{
    for (size_t i = 0; i < fuzz.n_modules; i++)
        plim_free(fuzz.modules[i].text);
    plim_schema_free(&fuzz.schema);
    plim_script_set_limits(NULL);
}

/* ---- the lock ---- */

#define NUMBER          (offsetof(struct seccomp_data, nr))
#define ARCHITECTURE    (offsetof(struct seccomp_data, arch))
#define ARGUMENT(i)     (offsetof(struct seccomp_data, args) + 8 * (i))
#define LOAD(field)     BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (field))
#define IS(value, t, f) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (t), (f))
#define END(action)     BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSE(call)    IS(SYS_##call, 0, 1), END(SECCOMP_RET_KILL_PROCESS)

int fuzz_target_lock(void)
{
    (void)fuzz_target_run("", 0); /* libcrypto reads its settings at first use */
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) /* which itself does what is refused */
    /* A misspelt module makes the room look for names to offer: folders, which it may not find. */
    struct sock_filter rules[] = {
        LOAD(ARCHITECTURE),
        IS(AUDIT_ARCH_X86_64, 1, 0),
        END(SECCOMP_RET_KILL_PROCESS),
        LOAD(NUMBER),
        REFUSE(open),
        REFUSE(creat),
        REFUSE(execve),
        REFUSE(execveat),
        REFUSE(fork),
        REFUSE(vfork),
        REFUSE(clone),
        REFUSE(socket),
        REFUSE(connect),
        REFUSE(unlink),
        REFUSE(unlinkat),
        REFUSE(rename),
        REFUSE(renameat),
        REFUSE(renameat2),
        REFUSE(mkdir),
        REFUSE(mkdirat),
        REFUSE(ptrace),
        IS(SYS_openat, 0, 5),
        LOAD(ARGUMENT(2)),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_DIRECTORY),
        IS(O_DIRECTORY, 0, 1),
        END(SECCOMP_RET_ERRNO | ENOENT),
        END(SECCOMP_RET_KILL_PROCESS),
        END(SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof *rules, .filter = rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
#else
    return 0;
#endif
}

/* ---- what must hold ---- */

/* Operands stand before their users, names and lists exist, and no formula of borrowers reads
   loans. */
static void check_graph(const plim_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        const plim_expr *e = &graph->nodes[i];
        if (e->op >= PLIM_OP_COUNT)
            give_up("a node without an operation");
        for (int k = 0; k < plim_primitive_arity(e->op); k++)
            if (e->arg[k] >= i ||
                (e->op != PLIM_OP_SUM && graph->nodes[e->arg[k]].level > e->level))
                give_up("an operand that does not stand before its user");
        bool named = e->op == PLIM_OP_COLUMN || e->op == PLIM_OP_DRIVER ||
                     e->op == PLIM_OP_REFERENCE || e->op == PLIM_OP_PREFIX ||
                     e->op == PLIM_OP_TEXT_EQ || e->op == PLIM_OP_TABLE_BY;
        bool listed = e->op == PLIM_OP_PREFIX || e->op == PLIM_OP_TEXT_EQ ||
                      e->op == PLIM_OP_TABLE_BY || e->op == PLIM_OP_INTERP;
        if ((named && e->symbol >= graph->symbols.count) || (listed && e->list >= graph->n_lists))
            give_up("a node without a name or a list");
    }
}

static void check_node(const plim_graph *graph, plim_node node, plim_level most)
{
    if (node != PLIM_NO_NODE && (node >= graph->count || graph->nodes[node].level > most))
        give_up("a formula of another level or none");
}

static void check_program(const plim_program *program)
{
    check_graph(&program->graph);
    for (size_t s = 0; s < program->n_scenarios; s++) {
        const plim_scenario *scenario = &program->scenarios[s];
        int years = scenario->last_year - scenario->first_year + 1;
        if (years < 1 || years > PLIM_MAX_YEARS)
            give_up("impossible years");
        check_node(&program->graph, scenario->applies, PLIM_LEVEL_BORROWER);
        for (int t = 0; t < PLIM_MAX_YEARS; t++) {
            check_node(&program->graph, scenario->pd[t], PLIM_LEVEL_BORROWER);
            check_node(&program->graph, scenario->fails[t], PLIM_LEVEL_BORROWER);
            check_node(&program->graph, scenario->pd_reference[t], PLIM_LEVEL_BORROWER);
            check_node(&program->graph, scenario->lgd[t], PLIM_LEVEL_LOAN);
            check_node(&program->graph, scenario->ead[t], PLIM_LEVEL_LOAN);
        }
    }
    for (size_t i = 0; i < program->model.factors.count; i++)
        check_node(&program->graph, program->model.loading[i], PLIM_LEVEL_BORROWER);
}

/* Nothing was read but what was handed over. */
static void check_inputs(const plim_program *program)
{
    const char *text = NULL;
    size_t length = 0;
    for (size_t i = 0; i < program->n_inputs; i++)
        if (!fetch(NULL, program->inputs[i].path, &text, &length) ||
            length != program->inputs[i].length)
            give_up("another file was read");
}

static bool says(const char *text, size_t length, const char *words)
{
    return memmem(text, length, words, strlen(words)) != NULL;
}

/* A map that was accepted has every column from somewhere, and only files that it declares. */
static void check_map(const plim_map *map)
{
    for (int t = 0; t < PLIM_BOOK_TABLE_COUNT; t++)
        for (size_t c = 0; c < map->tables[t].n_columns; c++) {
            const plim_map_column *column = &map->tables[t].columns[c];
            if ((column->source != NULL) + (column->value != NULL) + (column->row != NULL) != 1)
                give_up("a column from nowhere, or from several places");
            if (column->file >= map->n_files || map->tables[t].file >= map->n_files)
                give_up("a file that is not declared");
        }
}

static plim_status read_map(const plim_script_loader *loader, plim_error *err)
{
    plim_map map = {0};
    plim_status status = plim_script_read_map(&map, "s.lua", loader, err);
    if (status == PLIM_OK)
        check_map(&map);
    plim_map_free(&map);
    return status;
}

/* The first line begins "FILE.lua:". */
static bool names_file(const char *message)
{
    const char *end = strstr(message, ".lua:"), *line = strchr(message, '\n');
    return end && (!line || end < line);
}

int fuzz_target_run(const char *text, size_t length)
{
    static const char *const paths[] = {"s.lua"};
    plim_program program = {0};
    plim_error err = {0};
    plim_script_loader loader = {.lib_dir = "/nowhere", .fetch = fetch_kept};
    bool model = says(text, length, "return model");
    fuzz.text = text;
    fuzz.length = length;
    plim_status status =
        says(text, length, "return map")
            ? read_map(&loader, &err)
            : plim_script_read(&program, paths, model ? 0 : 1, model ? "s.lua" : "tiny.lua",
                               &fuzz.schema, &loader, &err);
    check_inputs(&program);
    if (status == PLIM_OK)
        check_program(&program);
    else if (status != PLIM_INPUT || !names_file(err.message) ||
             !plim_utf8_valid(err.message, strlen(err.message)))
        give_up(err.message);
    plim_program_free(&program);
    return status == PLIM_OK;
}
