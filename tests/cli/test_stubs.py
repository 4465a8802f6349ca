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


def block(name):
    """{key: type and doc} of a class."""
    found = re.search(rf"^---@class (?:\(exact\) )?plimsoll\.{name}\n((?:---@field .*\n)*)", STUBS, re.M)
    assert found, f"no class {name}"
    return dict(re.findall(r'^---@field \[?"?(\w+)"?\]? (.*)$', found[1], re.M))


def accepted(path, name, function=""):
    """The keys of the list `name` in a reader of scripts, the first one after `function`."""
    text = source(path)
    found = re.search(rf"\*const {name}\[\] = \{{([^}}]*),\s+NULL\}}", text[text.index(function):])
    assert found, (path, name)
    return set(re.findall(r'"(\w+)"', found[1]))


def takes(function):
    """The class of the table that a function takes."""
    found = re.search(rf"---@param values plimsoll\.(\w+)\n---@return plimsoll\.\w+\nfunction {re.escape(function)}\(values\) end", STUBS)
    assert found, function
    return found[1]


def test_it_is_lua_that_does_nothing_but_define():
    lua = ctypes.CDLL(ctypes.util.find_library("lua5.4") or "liblua5.4.so.0")
    lua.luaL_newstate.restype = ctypes.c_void_p
    state = ctypes.c_void_p(lua.luaL_newstate())
    text = STUBS.encode("utf-8")
    assert lua.luaL_loadbufferx(state, text, ctypes.c_size_t(len(text)), b"stubs", b"t") == 0
    assert lua.lua_pcallk(state, 0, 0, 0, ctypes.c_ssize_t(0), None) == 0
    for name in ("where", "at_reference", "scenario", "pathway", "over_sites", "at"):
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


def test_every_column_of_every_table_is_there():
    text = source("engine/book/columns.c")
    for name, table in (("Borrower", "borrowers"), ("Loan", "loans"), ("Collateral", "collateral"), ("Site", "sites"), ("Policy", "insurance")):
        columns = text.split(f"static const plim_book_field {table}[] = {{")[1].split("\n};")[0]
        known = set(re.findall(r'(?:REF|NUMBER|MONEY|CARBON|SHARE|FLAG|TEXT|DATE)\(\s*"(\w+)"|\.name = "(\w+)"', columns))
        known = {a or b for a, b in known} | {"id"}
        assert len(known) > 7 and known <= set(block(name)), (name, known - set(block(name)))
    assert block("Collateral")["share"].startswith("plimsoll.Value ratio: ")
    assert block("Site")["elevation"].startswith("plimsoll.Value m: ")
    assert '---@field ["end"] plimsoll.Text' in STUBS  # a word of Lua


def test_every_key_that_a_reader_accepts_is_there_and_no_other():
    random, hazard, traces = "engine/script/random.c", "engine/script/hazard.c", "engine/script/read_traces.c"
    kinds = re.findall(r'\{"(\w+)", "(random\.\w+)",[^{}]*?(\w+_keys)\}', source(random))
    assert len(kinds) >= 5, kinds
    lists = [(takes(call), accepted(random, keys)) for _, call, keys in kinds]
    lists += [(takes("hazard.events"), accepted(hazard, "events_keys")), (takes("hazard.return_periods"), accepted(hazard, "periods_keys")),
              ("Jumps", accepted(random, "known", "read_jumps(")), ("Event", set(re.findall(r'lua_getfield\(L, -[12], "(\w+)"\)', source("engine/script/hazard_events.c")))),
              (takes("pathway"), accepted("engine/script/pathway_csv.c", "plim_pathway_csv_keys") | {"integer"}),
              (takes("scenario"), accepted("engine/script/read_scenario.c", "known_keys")),
              (takes("model"), accepted("engine/script/read_model.c", "known_keys")),
              (takes("t"), accepted("engine/script/read_model.c", "keys", "read_copula(")),
              (takes("beta"), accepted("engine/script/read_model.c", "keys", "read_beta(")),
              ("Answer", accepted(traces, "known", "trace_borrower(")), ("LoanAnswer", accepted(traces, "known", "trace_loan(")),
              ("Damage", accepted(traces, "known", "read_damage("))]
    for name, keys in lists:
        assert keys and set(block(name)) == keys, (name, set(block(name)) ^ keys)
        assert f"---@class (exact) plimsoll.{name}\n" in STUBS, name
    assert {"title", "damage", "compound"} <= set(block("Scenario")) and {"mean", "with", "stream"} <= set(block("Normal"))


def test_what_may_be_left_out_says_what_then_holds():
    for name in ("Normal", "Lognormal", "JumpDiffusion", "Jumps", "Regime", "Events", "ReturnPeriods", "Beta"):
        for key, said in block(name).items():
            optional = re.match(r"\S*\?|table<.*>\?|\(.*\)\?", said)
            assert not optional or "default: " in said or key in ("csv", "events", "curves"), (name, key, said)


def test_every_word_of_scripts_is_there():
    words = set()
    for name in sorted(os.listdir(os.path.join(SOURCE, "engine", "script"))):
        if name.endswith(".c"):
            text = source(f"engine/script/{name}")
            words |= set(re.findall(r'lua_setfield\(L, builtins, "(\w+)"\)|add_word\(L, builtins, "(\w+)"\)', text))
            words |= {(word, "") for word in re.findall(r'\{"(over_\w+)",', text)}
    words = {a or b for a, b in words}
    assert {"random", "hazard", "at", "over_sites", "pathway", "fixed", "t"} <= words, words
    for word in words:
        assert re.search(rf"^(function {word}\(|{word} = )", STUBS, re.M), word


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
