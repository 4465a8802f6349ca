# Lua is linked statically so that its own `^` (libm's pow, whose bits change with the
# processor) can be replaced by ours: the linker sends every `pow` of the archive to
# __wrap_pow, defined in script/. See docs/adr/.
find_library(LUA_ARCHIVE NAMES liblua5.4.a REQUIRED)
find_path(LUA_INCLUDE_DIR lua.h PATH_SUFFIXES lua5.4 REQUIRED)
add_library(plim_lua INTERFACE)
target_include_directories(plim_lua SYSTEM INTERFACE ${LUA_INCLUDE_DIR})
target_link_libraries(plim_lua INTERFACE ${LUA_ARCHIVE} m dl)
target_link_options(plim_lua INTERFACE -Wl,--wrap=pow)
