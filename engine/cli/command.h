/* One file a command; this is what they share. */
#ifndef PLIM_CLI_COMMAND_H
#define PLIM_CLI_COMMAND_H

#include <stdbool.h>

#include "base/source.h"
#include "base/status.h"
#include "book/tables.h"
#include "report/report.h"

/* One option of a command: parsed, bounded, documented from this table. */
typedef enum plim_option_kind {
    PLIM_OPTION_FLAG,   /* bool */
    PLIM_OPTION_TEXT,   /* const char * */
    PLIM_OPTION_TEXTS,  /* plim_words: may be given more than once */
    PLIM_OPTION_UINT64, /* uint64_t within [low, high] */
    PLIM_OPTION_UINT32, /* uint32_t within [low, high] */
    PLIM_OPTION_INT,    /* int within [low, high] */
    PLIM_OPTION_BYTES,  /* uint64_t: 8G, 512M, 100000 */
    PLIM_OPTION_CHOICE, /* int: index into choices "text|csv|json" */
} plim_option_kind;

typedef struct plim_option {
    const char *name; /* long name without dashes */
    char letter;      /* 0: none */
    plim_option_kind kind;
    void *target;
    const char *value; /* "N", "FILE", ... for help */
    const char *choices;
    uint64_t low, high;
    const char *doc;
} plim_option;

typedef struct plim_words {
    const char *word[256];
    size_t count;
} plim_words;

/* The option of every command that reads loan books. */
#define PLIM_TRUSTED_OPTION(target)                                                                \
    {                                                                                              \
        "trusted", 0, PLIM_OPTION_FLAG, (target), NULL, NULL, 0, 0,                                \
            "loan books are sound: read them without the confined process"                         \
    }

/* Parses argv[1..]: options in any place, `--name=value` or `--name value`, `--` ends them. What is
   left goes to `rest`. An unknown option names the nearest one; values are checked. PLIM_USAGE. */
PLIM_NODISCARD plim_status plim_options_parse(const plim_option *options, size_t n_options,
                                              int argc, char **argv, plim_words *rest,
                                              plim_error *err);

/* What every command gets besides its own options: --help, --lang, --log. */
typedef struct plim_cli {
    plim_lang lang;
    bool log_json;
    bool terminal;      /* stderr is one */
    bool screen;        /* stdout is one */
    char lib_dir[4096]; /* "" when it was not found */
} plim_cli;

typedef struct plim_command {
    const char *name;    /* "run", "book check" */
    const char *usage;   /* "SCENARIO.lua ... --book FILE ... [-o OUT]" */
    const char *doc;     /* one line */
    const char *details; /* paragraphs for --help */
    plim_status (*run)(plim_cli *cli, int argc, char **argv, plim_error *err);
} plim_command;

/* All commands, in the order in which help lists them. */
extern const plim_command *const plim_commands[];
extern const size_t plim_command_count;
extern const plim_command plim_command_run, plim_command_show, plim_command_compare,
    plim_command_explain, plim_command_book_check, plim_command_book_coverage,
    plim_command_book_describe, plim_command_book_dictionary, plim_command_book_export,
    plim_command_book_import, plim_command_book_map, plim_command_book_synth,
    plim_command_book_reconcile, plim_command_book_diff, plim_command_scenario_check,
    plim_command_scenario_import, plim_command_scenario_diff, plim_command_scenario_list,
    plim_command_scenario_new, plim_command_scenario_plan, plim_command_scenario_stubs,
    plim_command_scenario_test, plim_command_scenario_try, plim_command_selfcheck;

/* What `scenario import` imports: commands of their own, named by a third word. */
extern const plim_command plim_import_ngfs, plim_import_climada, plim_import_oasis;

/* Prints `--help` of a command from its table of options; called by plim_options_parse's callers
   when the words contain --help: true when it did. */
bool plim_command_help(const plim_command *command, const plim_option *options, size_t n_options,
                       int argc, char **argv);

/* The form of a table that was asked for (`chosen`: index of plim_format, -1 when not said): text
   on a terminal, else CSV. */
plim_format plim_cli_format(const plim_cli *cli, int chosen);
#define PLIM_FORMAT_CHOICES "text|csv|json"

/* Folder of the library of scenarios: `given` or the one found beside the program. PLIM_USAGE when
   there is none. */
PLIM_NODISCARD plim_status plim_cli_library(const plim_cli *cli, const char *given,
                                            const char **out, plim_error *err);

/* Refuses (PLIM_USAGE) to replace at `path` what is of another kind than `kind`; then asks whether
   a file can be written there at all. */
PLIM_NODISCARD plim_status plim_cli_check_output(plim_cli *cli, const char *path,
                                                 plim_file_kind kind, plim_error *err);

/* Writes a book to a place that plim_cli_check_output has seen, and says what it wrote. */
PLIM_NODISCARD plim_status plim_cli_write_book(plim_cli *cli, plim_book_tables_data *tables,
                                               const char *path, plim_error *err);

/* The same after a check of the tables as a book; large ones are emptied (run/publish_book.h). */
PLIM_NODISCARD plim_status plim_cli_publish_book(plim_cli *cli, plim_book_tables_data *tables,
                                                 const char *path, plim_error *err);

/* The same for a CSV file of an import: what stands at `path` is only replaced if it begins with
   `header`, by which our own files are known. */
PLIM_NODISCARD plim_status plim_cli_check_csv(plim_cli *cli, const char *path, const char *header,
                                              plim_error *err);
/* Writes it, whole or not at all, to a place that plim_cli_check_csv has seen, and says so. */
PLIM_NODISCARD plim_status plim_cli_write_csv(plim_cli *cli, const char *path, const plim_text *csv,
                                              plim_error *err);

/* Says once, where it is so, that books are read by a process whose system calls are not filtered.
 */
void plim_cli_say_unfiltered(plim_cli *cli, const plim_source *sources, size_t n_sources);

/* Writes out what stdout still holds. A full disk is PLIM_MACHINE; a pipe that its reader has
   closed is the end of what is wanted, and no failure. */
PLIM_NODISCARD plim_status plim_cli_flush(plim_error *err);

/* Writes text to stdout and flushes it. */
PLIM_NODISCARD plim_status plim_cli_print(const plim_text *text, plim_error *err);

#endif
