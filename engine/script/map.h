/* Map files -> book/map.h: run once in the sandbox of scripts. */
#ifndef PLIM_SCRIPT_MAP_H
#define PLIM_SCRIPT_MAP_H

#include "book/map.h"
#include "script/script.h"

/* Fills `out` (zero-initialised; free it in any case). All faults are reported at once, one a line,
   each beginning `MAP.lua:line: `: unknown keys, files and columns that are not declared, scales
   and forms that are not known, a missing column that a book must have. PLIM_INPUT. A map that is
   not confirmed is no fault here. Not thread-safe. */
PLIM_NODISCARD plim_status plim_script_read_map(plim_map *out, const char *path,
                                                const plim_script_loader *loader, plim_error *err);

#endif
