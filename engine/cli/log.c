#include "cli/log.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "parallel/team.h"
#include "report/messages.h"

/* One call a line, so that lines of a log that several processes share stay whole. */
static void write_all(const char *text, size_t length)
{
    while (length > 0) {
        ssize_t n = write(STDERR_FILENO, text, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* stderr itself is gone: nobody is left to tell */
        text += n;
        length -= (size_t)n;
    }
}

/* Takes over `event`. */
static void write_event(json_t *event)
{
    char *line = event ? json_dumps(event, JSON_COMPACT) : NULL;
    json_decref(event);
    if (!line)
        return;
    size_t length = strlen(line);
    line[length] = '\n'; /* in place of the terminator: one write */
    write_all(line, length + 1);
    free(line);
}

static void write_human(const char *before, const char *text)
{
    plim_text line = {0};
    plim_text_format(&line, "plimsoll: %s%s\n", before, text);
    write_all(plim_text_get(&line), line.length);
    plim_text_free(&line);
}

/* A copy for JSON, which holds valid UTF-8 only: bytes of a file name that are none become '?'.
   NULL when out of memory; release with plim_free. */
static char *json_safe(const char *text)
{
    char *copy = plim_strdup(text);
    size_t length = copy ? strlen(copy) : 0;
    for (size_t at = 0; at < length;) {
        size_t n = 1;
        while (n < 4 && at + n < length && !plim_utf8_valid(copy + at, n))
            n++;
        if (!plim_utf8_valid(copy + at, n)) {
            copy[at] = '?';
            n = 1;
        }
        at += n;
    }
    return copy;
}

void plim_cli_message(void *user, int is_warning, const char *text)
{
    const plim_cli *cli = user;
    if (!cli->log_json) {
        plim_text shown = {0};
        plim_report_message(&shown, text, cli->lang);
        bool zh = cli->lang == PLIM_LANG_ZH;
        write_human(!is_warning ? ""
                    : zh        ? "警告："
                                : "warning: ",
                    shown.failed ? text : plim_text_get(&shown));
        plim_text_free(&shown);
        return;
    }
    char *safe = json_safe(text);
    write_event(json_pack("{s:s, s:s, s:s}", "event", "message", "level",
                          is_warning ? "warning" : "info", "text", safe ? safe : ""));
    plim_free(safe);
}

void plim_cli_error(const plim_cli *cli, const plim_error *error)
{
    if (!cli->log_json) {
        plim_text text = {0};
        plim_report_message(&text, error->message, cli->lang);
        write_human("", text.failed ? error->message : plim_text_get(&text));
        plim_text_free(&text);
        return;
    }
    char *safe = json_safe(error->message);
    write_event(json_pack("{s:s, s:i, s:s}", "event", "error", "exit", (int)error->status, "text",
                          safe ? safe : ""));
    plim_free(safe);
}

void plim_cli_end(const plim_cli *cli, int exit_code)
{
    if (cli->log_json)
        write_event(json_pack("{s:s, s:i}", "event", "end", "exit", exit_code));
}

/* ---- progress ---- */

/* Progress of the one simulation that a process runs. */
static struct {
    double started, last;
    uint64_t first;
} progress = {.started = -1};

static void format_left(double seconds, char *out, size_t size)
{
    if (seconds < 60)
        snprintf(out, size, "%.0f s", seconds);
    else if (seconds < 3600)
        snprintf(out, size, "%.0f min %02.0f s", (double)((int)seconds / 60),
                 (double)((int)seconds % 60));
    else
        snprintf(out, size, "%d h %02d min", (int)(seconds / 3600), (int)(seconds / 60) % 60);
}

void plim_cli_progress(void *user, uint64_t done, uint64_t total)
{
    const plim_cli *cli = user;
    double now = plim_team_seconds();
    if (progress.started < 0) {
        progress.started = now;
        progress.first = done;
    }
    bool last = done == total;
    if (total == 0 || (!cli->log_json && !cli->terminal))
        return;
    if (cli->log_json && !last && now - progress.last < 1)
        return;
    progress.last = now;
    double rate =
        done > progress.first ? (double)(done - progress.first) / (now - progress.started) : 0;
    double left = rate > 0 ? (double)(total - done) / rate : 0;
    if (cli->log_json) {
        write_event(json_pack("{s:s, s:I, s:I, s:f}", "event", "progress", "done", (json_int_t)done,
                              "total", (json_int_t)total, "seconds_left", left));
        return;
    }
    char line[128], time_left[64];
    format_left(left, time_left, sizeof time_left);
    /* \033[K clears the rest of the line; the last call clears all of it. */
    int n = last ? snprintf(line, sizeof line, "\r\033[K")
                 : snprintf(line, sizeof line, "\r%3.0f %%  %s left\033[K",
                            100 * (double)done / (double)total, time_left);
    if (n > 0)
        write_all(line, (size_t)n);
}

/* ---- signals ---- */

static volatile sig_atomic_t publishing, pending, json_log;

static void stop_now(void)
{
    static const char human[] = "plimsoll: interrupted; no file was left half written\n";
    static const char json[] =
        "{\"event\":\"error\",\"exit\":1,\"text\":\"interrupted; no file was left half written\"}\n"
        "{\"event\":\"end\",\"exit\":1}\n";
    if (json_log)
        write_all(json, sizeof json - 1);
    else
        write_all(human, sizeof human - 1);
    _exit(PLIM_MACHINE);
}

static void on_signal(int number)
{
    (void)number;
    pending = 1;
    if (!publishing)
        stop_now();
}

void plim_cli_publishing(void *user, int begins)
{
    (void)user;
    publishing = begins;
    if (!begins && pending)
        stop_now();
}

void plim_cli_catch_signals(const plim_cli *cli)
{
    json_log = cli->log_json;
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    static const int stops[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        /* What the caller ignores (nohup, background jobs) stays ignored. */
        struct sigaction before;
        if (sigaction(stops[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(stops[i], &action, NULL);
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}
