/* plim_script_read: scenario files and the model into one program. */
#include <string.h>

#include "base/memory.h"
#include "script/read.h"

/* ---- inputs ---- */

static bool same_input(const plim_script_input *a, const plim_script_input *b)
{
    return strcmp(a->kind, b->kind) == 0 && strcmp(a->path, b->path) == 0 &&
           strcmp(a->sha256, b->sha256) == 0;
}

/* Moves what the sandbox has read to the program; a library that several scripts use is kept once.
 */
static plim_status take_inputs(plim_program *program, plim_sandbox *sandbox, plim_error *err)
{
    for (size_t i = 0; i < sandbox->n_inputs; i++) {
        bool known = false;
        for (size_t k = 0; k < program->n_inputs && !known; k++)
            known = same_input(&program->inputs[k], &sandbox->inputs[i]);
        if (known)
            continue;
        size_t room = program->n_inputs;
        if (plim_grow((void **)&program->inputs, &room, program->n_inputs + 1,
                      sizeof *program->inputs) != 0)
            return plim_fail_memory(err, "the texts of scripts");
        program->inputs[program->n_inputs++] = sandbox->inputs[i];
        sandbox->inputs[i] = (plim_script_input){0};
    }
    return PLIM_OK;
}

/* ---- one file ---- */

static int open_trace(lua_State *L)
{
    plim_trace_open(L);
    lua_getfield(L, LUA_REGISTRYINDEX, PLIM_BUILTINS);
    plim_declare_open(L, lua_gettop(L));
    return 0;
}

char *plim_script_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return plim_strdup("");
    char *folder = plim_strdup(path);
    if (folder)
        folder[slash == path ? 1 : slash - path] = '\0';
    return folder;
}

static plim_status read_file(plim_reading *reading, const plim_script_loader *loader,
                             plim_script_faults *faults, lua_CFunction body, plim_error *err)
{
    plim_error failure = {0};
    plim_sandbox sandbox = {.faults = faults, .loader = loader, .failure = &failure};
    plim_tracer *tracer = reading->tracer;
    tracer->sandbox = &sandbox;
    tracer->program = reading->program;
    sandbox.tracer = tracer;
    sandbox.folder = plim_script_folder(reading->file);
    if (!sandbox.folder) {
        return plim_fail_memory(err, "a script");
    }
    if (plim_sandbox_open(&sandbox) && plim_sandbox_protect(&sandbox, open_trace, NULL))
        (void)plim_sandbox_protect(&sandbox, body, reading); /* its faults are recorded */
    plim_status status = failure.status;
    if (status == PLIM_OK)
        status = take_inputs(reading->program, &sandbox, &failure);
    if (status != PLIM_OK && err)
        *err = failure;
    plim_sandbox_close(&sandbox);
    return status;
}

/* ---- scenarios ---- */

static plim_status init_scenario(plim_scenario *scenario, const char *path, plim_error *err)
{
    *scenario = (plim_scenario){.applies = PLIM_NO_NODE};
    for (int t = 0; t < PLIM_MAX_YEARS; t++) {
        scenario->pd[t] = scenario->pd_reference[t] = PLIM_NO_NODE;
        scenario->fails[t] = scenario->fails_reference[t] = PLIM_NO_NODE;
        scenario->cover[t] = PLIM_NO_NODE;
        scenario->lgd[t] = scenario->ead[t] = PLIM_NO_NODE;
    }
    scenario->path = plim_strdup(path);
    scenario->name = plim_strdup("");
    scenario->title_en = plim_strdup("");
    scenario->title_zh = plim_strdup("");
    scenario->source_en = plim_strdup("");
    scenario->source_zh = plim_strdup("");
    scenario->note_en = plim_strdup("");
    scenario->note_zh = plim_strdup("");
    if (!scenario->path || !scenario->name || !scenario->title_en || !scenario->title_zh ||
        !scenario->source_en || !scenario->source_zh || !scenario->note_en || !scenario->note_zh)
        return plim_fail_memory(err, "a scenario");
    return PLIM_OK;
}

static plim_status read_scenarios(plim_program *out, const char *const *paths, size_t n_paths,
                                  plim_reading *reading, const plim_script_loader *loader,
                                  plim_script_faults *faults, plim_error *err)
{
    out->scenarios = plim_alloc(n_paths, sizeof *out->scenarios);
    if (!out->scenarios)
        return plim_fail_memory(err, "the scenarios");
    for (size_t i = 0; i < n_paths; i++) {
        plim_tracer tracer = {.schema = reading->tracer->schema, .scenario_index = (uint16_t)i};
        out->n_scenarios = i + 1;
        PLIM_TRY(init_scenario(&out->scenarios[i], paths[i], err));
        out->scenarios[i].graph_id = (uint16_t)i;
        tracer.scenario = &out->scenarios[i];
        plim_reading one = {.tracer = &tracer,
                            .program = out,
                            .scenario = &out->scenarios[i],
                            .n_before = i,
                            .kind = "scenario",
                            .path = paths[i],
                            .file = paths[i]};
        plim_status status = read_file(&one, loader, faults, plim_read_scenario, err);
        plim_tracer_free(&tracer);
        if (status != PLIM_OK)
            return status;
    }
    return PLIM_OK;
}

static plim_status read_model(plim_program *out, const char *model_path, const plim_schema *schema,
                              const plim_script_loader *loader, plim_script_faults *faults,
                              plim_error *err)
{
    plim_tracer tracer = {.schema = schema};
    plim_text file = {0};
    if (!model_path) {
        plim_text_add(&file, loader->lib_dir ? loader->lib_dir : "");
        plim_text_add(&file, "/model.lua");
    }
    if (file.failed) {
        plim_text_free(&file);
        return plim_fail_memory(err, "the model");
    }
    plim_reading reading = {.tracer = &tracer,
                            .program = out,
                            .kind = "model",
                            .path = model_path ? model_path : "model.lua",
                            .file = model_path ? model_path : plim_text_get(&file)};
    plim_status status = read_file(&reading, loader, faults, plim_read_model, err);
    plim_text_free(&file);
    plim_tracer_free(&tracer);
    return status;
}

plim_status plim_script_read(plim_program *out, const char *const *paths, size_t n_paths,
                             const char *model_path, const plim_schema *schema,
                             const plim_script_loader *loader, plim_error *err)
{
    plim_script_faults faults = {0};
    plim_tracer tracer = {.schema = schema};
    plim_reading reading = {.tracer = &tracer};
    plim_status status = PLIM_OK;
    if (n_paths > UINT16_MAX)
        return plim_fail(err, PLIM_INPUT, "%zu scenarios are more than a run can hold", n_paths);
    status = read_scenarios(out, paths, n_paths, &reading, loader, &faults, err);
    if (status == PLIM_OK)
        status = read_model(out, model_path, schema, loader, &faults, err);
    if (status == PLIM_OK)
        status = plim_script_faults_report(&faults, err);
    plim_script_faults_free(&faults);
    return status;
}
