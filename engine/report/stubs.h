/* What an editor needs to know of the language of scenarios: annotations for the Lua language
 * server, made from the list of primitives, the book's schema and stubs.def. */
#ifndef PLIM_REPORT_STUBS_H
#define PLIM_REPORT_STUBS_H

#include "base/text.h"

/* A Lua file of annotations (`---@meta`): every function with its units and meaning, the columns of
   the tables that scripts read, the keys of all that they declare. No code. */
void plim_report_stubs(plim_text *out);
/* Settings of the language server (.luarc.json) for a folder whose stubs lie in `stubs`, relative
   to it, and whose library in `lib_dir`. */
void plim_report_luarc(plim_text *out, const char *stubs, const char *lib_dir);
/* A text that every such settings file has, and no other. */
#define PLIM_LUARC_MARK "plimsoll scenario stubs"

#endif
