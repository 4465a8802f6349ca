"""scenario stubs: what an editor is told is Lua, names every primitive and column, and replaces nothing of others."""
import ctypes
import ctypes.util
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, refused, run_all, write_text

HOME = folder()
command("scenario", "stubs", HOME)
with open(f"{HOME}/.plimsoll/plimsoll.lua", encoding="utf-8") as file:
    STUBS = file.read()


def source(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def test_it_is_lua_that_does_nothing_but_define():
    lua = ctypes.CDLL(ctypes.util.find_library("lua5.4") or "liblua5.4.so.0")
    lua.luaL_newstate.restype = ctypes.c_void_p
    state = ctypes.c_void_p(lua.luaL_newstate())
    text = STUBS.encode("utf-8")
    assert lua.luaL_loadbufferx(state, text, ctypes.c_size_t(len(text)), b"stubs", b"t") == 0
    assert lua.lua_pcallk(state, 0, 0, 0, ctypes.c_ssize_t(0), None) == 0
    for name in ("where", "at_reference", "scenario", "pathway"):
        assert lua.lua_getglobal(state, name.encode()) == 6, name  # LUA_TFUNCTION
    lua.lua_close(state)


def test_every_primitive_is_there_with_its_meaning():
    primitives = re.findall(r'^PRIMITIVE\((\w+), "(\w*)", (\d), (\w+), "(.*)"\)', source("engine/scenario/primitives.def"), re.M)
    assert len(primitives) > 25
    for _, name, arity, _, doc in primitives:
        if not name:
            continue
        found = re.search(rf"---{re.escape(doc)}\n---\n---Units: .+\n((?:---@param .+\n)+)---@return plimsoll\.Value\nfunction {name}\(", STUBS)
        assert found, name
        assert found[1].count("@param ") - found[1].count("@param ...") == int(arity), name
    for name in ("at_reference", "percent", "interp", "curve", "table_by", "pathway", "scenario", "model"):
        assert f"\nfunction {name}(" in STUBS, name


def test_every_column_is_there_with_its_unit():
    columns = source("docs/formats.md")
    for name, unit in (("revenue", "CNY"), ("scope1", "tCO2e"), ("pd", "ratio"), ("balance", "CNY"), ("lgd", "ratio")):
        assert name in columns and re.search(rf"---@field {name} plimsoll\.Value {unit}: \w", STUBS), name
    known = re.findall(r'"(\w+)"', source("scenarios/lib/check.lua").split("M.columns = {")[1].split("}")[0])
    for name in known:
        assert f"---@field {name} plimsoll." in STUBS, name
    for name in ("sector", "region", "env_credit"):
        assert f"---@field {name}_is fun(...: string)" in STUBS, name


def test_every_key_of_a_scenario_is_there():
    for key in ("name", "title", "years", "drivers", "applies", "borrower", "loan", "initial", "columns", "source", "note"):
        assert re.search(rf"^---@field {key} ", STUBS.split("---@class plimsoll.Scenario")[1], re.M), key


def test_settings():
    with open(f"{HOME}/.luarc.json", encoding="utf-8") as file:
        settings = json.load(file)
    assert settings["runtime.version"] == "Lua 5.4"
    assert settings["workspace.library"][0] == ".plimsoll"
    assert os.path.isfile(os.path.join(settings["workspace.library"][1], "firm.lua"))
    command("scenario", "stubs", HOME)  # its own are made anew


def test_settings_of_others_are_kept():
    home = folder()
    write_text(f"{home}/.luarc.json", "{}\n")
    refused("scenario", "stubs", home, expect=2, says=["not replaced", ".plimsoll"])
    assert not os.path.exists(f"{home}/.plimsoll")
    with open(f"{home}/.luarc.json", encoding="utf-8") as file:
        assert file.read() == "{}\n"


run_all(globals())
