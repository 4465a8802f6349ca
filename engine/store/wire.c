#include "store/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/text.h"

#define NO_TEXT UINT64_MAX

enum { BLOCK_LEAST = 1 << 13 }; /* bytes: a shorter one costs less in the socket */

static bool send_all(plim_wire *wire, const unsigned char *bytes, size_t n)
{
    while (n > 0 && !wire->broken) {
        ssize_t sent = send(wire->socket, bytes, n, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            wire->broken = true;
            wire->late = errno == EAGAIN;
        }
        if (sent > 0) {
            bytes += sent;
            n -= (size_t)sent;
        }
    }
    return !wire->broken;
}

bool plim_wire_flush(plim_wire *wire)
{
    size_t n = wire->n_out;
    wire->n_out = 0;
    return send_all(wire, wire->out, n);
}

bool plim_wire_put(plim_wire *wire, const void *bytes, size_t n)
{
    if (n > sizeof wire->out - wire->n_out && !plim_wire_flush(wire))
        return false;
    if (n > sizeof wire->out)
        return send_all(wire, bytes, n);
    memcpy(wire->out + wire->n_out, bytes, n);
    wire->n_out += n;
    return !wire->broken;
}

static size_t slot_part(size_t left)
{
    return left < PLIM_AREA_SLOT_BYTES ? left : PLIM_AREA_SLOT_BYTES;
}

bool plim_wire_put_block(plim_wire *wire, const void *bytes, size_t n)
{
    const unsigned char *from = bytes;
    if (wire->area == NULL || n < BLOCK_LEAST)
        return plim_wire_put(wire, bytes, n);
    for (size_t part; n > 0 && !wire->broken; n -= part, from += part) {
        part = slot_part(n);
        plim_wire_area_fill(wire->area, wire->next_slot, from, part);
        wire->next_slot = (wire->next_slot + 1) % PLIM_AREA_SLOTS;
        if (plim_wire_put_number(wire, part)) /* the slot is full */
            (void)plim_wire_flush(wire);
    }
    return !wire->broken;
}

bool plim_wire_put_number(plim_wire *wire, uint64_t number)
{
    return plim_wire_put(wire, &number, sizeof number);
}

bool plim_wire_put_text(plim_wire *wire, const char *text)
{
    size_t length = text != NULL ? strlen(text) : 0;
    return plim_wire_put_number(wire, text != NULL ? length : NO_TEXT) &&
           (length == 0 || plim_wire_put(wire, text, length));
}

/* Up to n bytes; 0 when broken. */
static size_t receive(plim_wire *wire, void *bytes, size_t n)
{
    ssize_t got = -1;
    while (!wire->broken && (got = recv(wire->socket, bytes, n, 0)) < 0 && errno == EINTR)
        continue;
    wire->late = wire->late || (got < 0 && errno == EAGAIN);
    wire->broken = wire->broken || got <= 0;
    return wire->broken ? 0 : (size_t)got;
}

bool plim_wire_get(plim_wire *wire, void *bytes, size_t n)
{
    unsigned char *to = bytes;
    while (n > 0 && !wire->broken) {
        size_t left = wire->n_in - wire->at_in, take = left < n ? left : n;
        if (left == 0 && n >= sizeof wire->in) {
            take = receive(wire, to, n);
        } else if (left == 0) {
            wire->n_in = receive(wire, wire->in, sizeof wire->in);
            wire->at_in = 0;
            take = 0;
        } else {
            memcpy(to, wire->in + wire->at_in, take);
            wire->at_in += take;
        }
        to += take;
        n -= take;
    }
    return !wire->broken;
}

bool plim_wire_get_block(plim_wire *wire, void *bytes, size_t n)
{
    unsigned char *to = bytes;
    if (wire->area == NULL || n < BLOCK_LEAST)
        return plim_wire_get(wire, bytes, n);
    for (size_t part; n > 0 && !wire->broken; n -= part, to += part) {
        uint64_t said;
        part = slot_part(n);
        if (!plim_wire_get_number(wire, part, &said) || said != part) {
            wire->broken = true;
            break;
        }
        plim_wire_area_empty(wire->area, wire->next_slot, to, part);
        wire->next_slot = (wire->next_slot + 1) % PLIM_AREA_SLOTS;
    }
    return !wire->broken;
}

bool plim_wire_get_number(plim_wire *wire, uint64_t most, uint64_t *out)
{
    *out = 0;
    if (plim_wire_get(wire, out, sizeof *out) && *out > most)
        wire->broken = true;
    if (wire->broken)
        *out = 0;
    return !wire->broken;
}

bool plim_wire_get_text(plim_wire *wire, size_t most, char **out)
{
    uint64_t length;
    *out = NULL;
    if (!plim_wire_get_number(wire, UINT64_MAX, &length) || length == NO_TEXT)
        return !wire->broken;
    char *text = length <= most ? plim_alloc((size_t)length + 1, 1) : NULL;
    wire->no_memory = wire->no_memory || (text == NULL && length <= most);
    if (text == NULL || !plim_wire_get(wire, text, (size_t)length) || strlen(text) != length ||
        !plim_utf8_valid(text, (size_t)length))
        wire->broken = true;
    if (wire->broken) {
        plim_free(text);
        return false;
    }
    *out = text;
    return true;
}
