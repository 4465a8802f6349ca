/* Loan books as a source of tables, read by a child process that nothing is believed of. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/confined.h"
#include "store/confined_parts.h"
#include "store/store_open.h"

enum {
    MESSAGE_MOST = 1 << 16,
    NAMES_MOST = 1 << 20,  /* tables of a file, columns of a table, attributes */
    ROWS_A_SECOND = 50000, /* slower than any reading that was measured by a factor 20 */
};

/* ---- a child that is gone, or lies ------------------------------------------------------ */

/* What became of the child; it is gone afterwards. */
static void reap(plim_confined_book *book, bool by_force, int *status)
{
    pid_t child = book->child;
    *status = 0;
    if (child > 0 && by_force)
        (void)kill(child, SIGKILL);
    while (child > 0 && waitpid(child, status, 0) < 0 && errno == EINTR)
        continue;
    if (child > 0)
        (void)close(book->wire.socket);
    book->child = 0;
    book->wire.broken = true;
}

/* Seconds for which a child may be silent without working: a file system may well stand still. */
static unsigned silence(const plim_store_limits *limits)
{
    return 3 + 10 * limits->seconds;
}

static plim_status say_gone(plim_confined_book *book, const char *what, plim_error *err)
{
    book->why = (plim_error){0};
    plim_status status = plim_fail(&book->why, PLIM_INPUT, "%s: the loan book is damaged: %s",
                                   book->file.path, what);
    return plim_fail(err, status, "%s", book->why.message);
}

plim_status plim_confined_give_up(plim_confined_book *book, plim_error *err)
{
    char what[256];
    int status;
    if (book->wire.no_memory)
        return plim_fail_memory(err, "a loan book");
    if (book->child == 0)
        return plim_fail(err, PLIM_INPUT, "%s", book->why.message);
    char nothing;
    bool ended = recv(book->wire.socket, &nothing, 1, MSG_DONTWAIT) == 0;
    reap(book, !ended, &status);
    bool killed = !ended && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; /* here */
    if (killed && book->wire.late) {
        (void)snprintf(what, sizeof what, "reading it gave nothing for %u s",
                       silence(&book->limits));
        return say_gone(book, what, err);
    }
    if (killed)
        return say_gone(book, "what its reading gave does not fit together", err);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        (void)snprintf(what, sizeof what, "reading it took too long, more than %u s without an end",
                       book->limits.seconds);
    else if (WIFSIGNALED(status))
        (void)snprintf(what, sizeof what, "reading it failed (signal %d, %s)", WTERMSIG(status),
                       strsignal(WTERMSIG(status)));
    else
        (void)snprintf(what, sizeof what, "reading it ended early (exit code %d)",
                       WEXITSTATUS(status));
    return say_gone(book, what, err);
}

plim_status plim_confined_outcome(plim_confined_book *book, plim_error *err)
{
    uint64_t status;
    char *message;
    if (!plim_wire_get_number(&book->wire, UINT64_MAX, &status))
        return plim_confined_give_up(book, err);
    if (status == PLIM_OK)
        return PLIM_OK;
    if (!plim_wire_get_text(&book->wire, MESSAGE_MOST, &message) || message == NULL ||
        message[0] == '\0') {
        plim_free(message);
        return plim_confined_give_up(book, err);
    }
    plim_status refused =
        status == PLIM_INPUT
            ? plim_fail(err, PLIM_INPUT, "%s", message)
            : plim_fail(err, PLIM_INPUT,
                        "%s: reading it takes more than the %llu MiB that it may take, beside its "
                        "rows; the loan book is damaged, or --trusted is needed (%s)",
                        book->file.path, (unsigned long long)(book->limits.memory >> 20), message);
    plim_free(message);
    return refused;
}

void plim_confined_give_time(const plim_confined_book *book, size_t rows)
{
    plim_confine_allow_seconds(book->child,
                               book->limits.seconds + (unsigned)(rows / ROWS_A_SECOND));
}

/* ---- a table ---------------------------------------------------------------------------- */

/* What is asked for of a table. */
typedef struct table_request {
    const char *table;
    bool rows;
    const plim_row_choice *choice;    /* NULL: all rows */
    const plim_column_filter *filter; /* NULL: all columns */
    size_t *n_rows;                   /* NULL, or: only this is asked for */
} table_request;

static void ask_column(plim_confined_book *book, const table_request *request, size_t i)
{
    (void)plim_wire_put_number(&book->wire, PLIM_CONFINED_COLUMN);
    (void)plim_wire_put_number(&book->wire, i);
    (void)plim_wire_put_number(&book->wire, request->rows);
    (void)plim_wire_put_number(&book->wire, request->choice != NULL);
}

static plim_status get_names(plim_confined_book *book, plim_names *out, plim_error *err)
{
    uint64_t n;
    plim_status status = PLIM_OK;
    if (!plim_wire_get_number(&book->wire, NAMES_MOST, &n))
        return plim_confined_give_up(book, err);
    for (size_t i = 0; i < n && status == PLIM_OK; i++) {
        char *name;
        if (!plim_wire_get_text(&book->wire, PLIM_CONFINED_TEXT_MOST, &name) || name == NULL)
            return plim_confined_give_up(book, err);
        status = plim_names_add(out, name, NULL, err);
        plim_free(name);
        if (status == PLIM_OK && out->count != i + 1) { /* one came twice */
            book->wire.broken = true;
            return plim_confined_give_up(book, err);
        }
    }
    return status;
}

/* Has the child open a table, unless it is the one that it has open. */
static plim_status open_table(plim_confined_book *book, const char *table, plim_error *err)
{
    uint64_t n_rows;
    if (book->table != NULL && strcmp(book->table, table) == 0)
        return PLIM_OK;
    plim_free(book->table);
    book->table = NULL;
    plim_names_free(&book->columns);
    plim_confined_give_time(book, 0);
    (void)plim_wire_put_number(&book->wire, PLIM_CONFINED_TABLE);
    (void)plim_wire_put_text(&book->wire, table);
    if (!plim_wire_flush(&book->wire))
        return plim_confined_give_up(book, err);
    PLIM_TRY(plim_confined_outcome(book, err));
    if (!plim_wire_get_number(&book->wire, PLIM_NO_NAME - 2, &n_rows))
        return plim_confined_give_up(book, err);
    book->n_rows = (size_t)n_rows;
    PLIM_TRY(get_names(book, &book->columns, err));
    book->table = plim_strdup(table);
    return book->table != NULL ? PLIM_OK : plim_fail_memory(err, table);
}

enum { CHOSEN_AT_ONCE = 1 << 14 };

/* Which rows are wanted, a byte each. */
static plim_status put_choice(plim_confined_book *book, const plim_row_choice *choice,
                              plim_error *err)
{
    uint8_t wanted[CHOSEN_AT_ONCE];
    plim_confined_give_time(book, 0);
    (void)plim_wire_put_number(&book->wire, PLIM_CONFINED_ROWS);
    (void)plim_wire_put_number(&book->wire, choice->first);
    (void)plim_wire_put_number(&book->wire, choice->end);
    (void)plim_wire_put_number(&book->wire, choice->group != NULL);
    for (size_t at = choice->first; choice->group != NULL && at < choice->end;
         at += sizeof wanted) {
        size_t left = choice->end - at, n = left < sizeof wanted ? left : sizeof wanted;
        for (size_t i = 0; i < n; i++)
            wanted[i] = choice->group[at + i] == choice->wanted;
        (void)plim_wire_put(&book->wire, wanted, n);
    }
    return plim_wire_flush(&book->wire) ? PLIM_OK : plim_confined_give_up(book, err);
}

/* Columns asked for before the first of them has come, so that the child reads while this process
   works; few enough for the questions never to fill the socket. */
enum { ASKED_AHEAD = 32 };

static plim_status read_column(plim_confined_book *book, const table_request *request, size_t i,
                               plim_frame *out, plim_error *err)
{
    const plim_column_filter *filter = request->filter;
    plim_column column;
    size_t n_rows = !request->rows            ? 0
                    : request->choice != NULL ? request->choice->n
                                              : book->n_rows;
    PLIM_TRY(plim_confined_get_column(book, i, n_rows, &column, err));
    plim_status status = filter == NULL || filter->wanted(filter->user, &column)
                             ? plim_frame_add(out, &column, err)
                             : PLIM_OK;
    plim_column_free(&column);
    return status;
}

static plim_status read_listed(plim_confined_book *book, const table_request *request,
                               const size_t *list, size_t n, plim_frame *out, plim_error *err)
{
    for (size_t i = 0, asked = 0; i < n; i++) {
        for (; asked < n && asked < i + ASKED_AHEAD; asked++)
            ask_column(book, request, list[asked]);
        if (!plim_wire_flush(&book->wire))
            return plim_confined_give_up(book, err);
        PLIM_TRY(read_column(book, request, list[i], out, err));
    }
    return PLIM_OK;
}

static plim_status read_columns(plim_confined_book *book, const table_request *request,
                                plim_frame *out, plim_error *err)
{
    const plim_column_filter *filter = request->filter;
    PLIM_TRY(open_table(book, request->table, err));
    if (request->n_rows != NULL) {
        *request->n_rows = book->n_rows;
        return PLIM_OK;
    }
    book->choice = request->choice;
    if (request->choice != NULL)
        PLIM_TRY(put_choice(book, request->choice, err));
    size_t *list = plim_alloc(book->columns.count, sizeof *list), n = 0;
    if (list == NULL)
        return plim_fail_memory(err, request->table);
    for (size_t i = 0; i < book->columns.count; i++)
        if (filter == NULL || filter->reads == NULL ||
            filter->reads(filter->user, book->columns.text[i]))
            list[n++] = i;
    plim_status status = read_listed(book, request, list, n, out, err);
    plim_free(list);
    return status;
}

static plim_status read_frame(const plim_source *source, const table_request *request,
                              plim_frame *out, plim_error *err)
{
    plim_confined_book *book = source->self;
    *out = (plim_frame){.name = plim_strdup(request->table)};
    if (out->name == NULL)
        return plim_fail_memory(err, request->table);
    if (plim_names_find(&book->file.tables, request->table) == PLIM_NO_NAME)
        return PLIM_OK;
    plim_status status =
        book->child > 0 ? read_columns(book, request, out, err) : plim_confined_give_up(book, err);
    if (status != PLIM_OK) { /* what else the child may have said is not waited for */
        int how;
        if (book->child > 0) {
            book->why = (plim_error){0};
            (void)!plim_fail(&book->why, PLIM_INPUT, "%s",
                             err != NULL ? err->message : "a loan book that was refused");
        }
        reap(book, true, &how);
        plim_frame_free(out);
    }
    return status;
}

static plim_status read_table(const plim_source *source, const char *table, plim_frame *out,
                              plim_error *err)
{
    return read_frame(source, &(table_request){.table = table, .rows = true}, out, err);
}

static plim_status read_wanted(const plim_source *source, const char *table,
                               const plim_column_filter *filter, plim_frame *out, plim_error *err)
{
    return read_frame(source, &(table_request){.table = table, .rows = true, .filter = filter}, out,
                      err);
}

static plim_status read_outline(const plim_source *source, const char *table, plim_frame *out,
                                plim_error *err)
{
    return read_frame(source, &(table_request){.table = table}, out, err);
}

static plim_status read_chosen(const plim_source *source, const char *table,
                               const plim_row_choice *choice, const plim_column_filter *filter,
                               plim_frame *out, plim_error *err)
{
    return read_frame(
        source, &(table_request){.table = table, .rows = true, .filter = filter, .choice = choice},
        out, err);
}

static plim_status count_rows(const plim_source *source, const char *table, size_t *n,
                              plim_error *err)
{
    plim_frame nothing;
    *n = 0;
    plim_status status =
        read_frame(source, &(table_request){.table = table, .n_rows = n}, &nothing, err);
    plim_frame_free(&nothing);
    return status;
}

/* ---- the book --------------------------------------------------------------------------- */

static const char *attribute(const plim_source *source, const char *key)
{
    return plim_book_file_attribute(&((const plim_confined_book *)source->self)->file, key);
}

static const plim_names *tables(const plim_source *source)
{
    return &((const plim_confined_book *)source->self)->file.tables;
}

static void close_book(plim_source *source)
{
    plim_confined_book *book = source->self;
    if (book != NULL) {
        int status;
        reap(book, true, &status);
        plim_wire_area_free(book->wire.area);
        plim_names_free(&book->columns);
        plim_free(book->table);
        plim_book_file_close(&book->file);
        plim_free(book);
    }
    *source = (plim_source){0};
}

static plim_status start(plim_confined_book *book, plim_confined_server *server, plim_error *err)
{
    int file, sockets[2];
    PLIM_TRY(plim_store_reach(book->file.path, &file, err));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        plim_status status = plim_fail(err, PLIM_MACHINE, "no socket: %s", strerror(errno));
        (void)close(file);
        return status;
    }
    struct timeval most = {.tv_sec = silence(&book->limits)};
    (void)setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    (void)setsockopt(sockets[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    plim_confined_work work = {file, sockets[1], server, book->file.path};
    book->wire.area = plim_wire_area_make();
    plim_confinement limits = {.memory = book->limits.memory, .shared = book->wire.area};
    plim_status status = plim_confine(&book->child, &work, &limits, err);
    plim_wire_area_withhold(book->wire.area);
    (void)close(file);
    (void)close(sockets[1]);
    book->wire.socket = sockets[0];
    if (status != PLIM_OK) {
        (void)close(sockets[0]);
        book->child = 0;
    }
    return status;
}

static plim_status get_attributes(plim_confined_book *book, plim_error *err)
{
    uint64_t n;
    if (!plim_wire_get_number(&book->wire, NAMES_MOST, &n))
        return plim_confined_give_up(book, err);
    plim_status status = PLIM_OK;
    for (size_t i = 0; i < n && status == PLIM_OK; i++) {
        char *key = NULL, *value = NULL;
        if (!plim_wire_get_text(&book->wire, PLIM_CONFINED_TEXT_MOST, &key) ||
            !plim_wire_get_text(&book->wire, PLIM_CONFINED_TEXT_MOST, &value) || key == NULL ||
            value == NULL)
            status = plim_confined_give_up(book, err);
        else
            status = plim_book_file_keep(&book->file, key, value, err);
        plim_free(key);
        plim_free(value);
    }
    return status;
}

static plim_status meet(plim_confined_book *book, bool *filtered, plim_error *err)
{
    uint64_t flag;
    plim_confine_allow_seconds(book->child, book->limits.seconds);
    if (!plim_wire_get_number(&book->wire, 1, &flag))
        return plim_confined_give_up(book, err);
    *filtered = flag == 1;
    PLIM_TRY(plim_confined_outcome(book, err));
    PLIM_TRY(get_attributes(book, err));
    return get_names(book, &book->file.tables, err);
}

plim_status plim_confined_attach(plim_source *out, const char *path,
                                 const plim_store_limits *limits, plim_confined_server *server,
                                 plim_error *err)
{
    *out = (plim_source){.attribute = attribute,
                         .read_table = read_table,
                         .read_wanted = read_wanted,
                         .read_outline = read_outline,
                         .count_rows = count_rows,
                         .read_chosen = read_chosen,
                         .tables = tables,
                         .close = close_book};
    plim_confined_book *book = plim_alloc(1, sizeof *book);
    if (book == NULL)
        return plim_fail_memory(err, path);
    out->self = book;
    book->limits = *limits;
    book->file = (plim_book_file){.file = -1, .path = plim_strdup(path)};
    out->path = book->file.path;
    bool filtered = false;
    plim_status status =
        book->file.path != NULL ? start(book, server, err) : plim_fail_memory(err, path);
    if (status == PLIM_OK)
        status = meet(book, &filtered, err);
    out->is_unfiltered = !filtered;
    if (status != PLIM_OK)
        close_book(out);
    return status;
}

plim_status plim_store_confine_book(plim_source *out, const char *path,
                                    const plim_store_limits *limits, plim_error *err)
{
    plim_store_limits usual = PLIM_STORE_LIMITS;
    return plim_confined_attach(out, path, limits != NULL ? limits : &usual, plim_confined_serve,
                                err);
}

plim_status plim_store_read_book(plim_source *out, const char *path, bool trusted, plim_error *err)
{
    return trusted ? plim_store_attach_book(out, path, err)
                   : plim_store_confine_book(out, path, NULL, err);
}
