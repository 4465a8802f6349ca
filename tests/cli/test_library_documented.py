"""docs/scenario-library.md names every function of scenarios/lib, and every function of a library has a comment that says what
it gives; regulation.lua is in order."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, command, folder, run_all, write_text

LIBRARIES = {os.path.basename(path)[:-4]: open(path, encoding="utf-8").read()
             for path in sorted(glob.glob(f"{SOURCE}/scenarios/lib/*.lua"))}
with open(f"{SOURCE}/docs/scenario-library.md", encoding="utf-8") as page:
    PAGE = page.read()
SECTIONS = {name: text for heads, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
            for name in re.findall(r"`(\w+)\.lua`", heads)}
FUNCTION = re.compile(r"^function M\.(\w+)", re.M)


def test_every_function_is_on_the_page():
    for name, text in LIBRARIES.items():
        if name in ("model", "warning", "grades"):  # no functions for scripts: the page describes what they do
            continue
        for function in FUNCTION.findall(text):
            assert re.search(rf"`(?:{name}\.)?{function}[(`, {{]", SECTIONS[name]), f"{name}.{function} is not documented"


def test_the_page_names_no_function_that_is_not_there():
    for name, section in SECTIONS.items():
        for library, function in re.findall(r"^\| `(?:(\w+)\.)?(\w+)\(", section, re.M):
            text = LIBRARIES[library or name]
            assert re.search(rf"^(function M\.{function}\b|M\.{function} = )", text, re.M), f"{name}: {function}"


def test_every_function_says_what_it_gives():
    for name, text in LIBRARIES.items():
        for function in FUNCTION.findall(text):
            before = text[:text.index(f"function M.{function}(")].rstrip("\n").rsplit("\n", 1)[-1]
            assert before.startswith("--") or name == "warning", f"{name}.{function}"


def test_regulation_is_in_order():
    """Tried in the sandbox: certainties are known, days are days, units can be read, of two values the later one counts."""
    home = folder()
    script = write_text(f"{home}/order.lua", """
local regulation = require "regulation"
local known = {}
for _, certainty in ipairs(regulation.certainties) do known[certainty] = true end
local drivers = {}
for index, e in ipairs(regulation.entries) do
  assert(known[e.certainty], e.key .. ": certainty")
  assert(e.from > 19000101 and e.from < 21000101 and e.from % 100 <= 31 and e.from // 100 % 100 <= 12, e.key .. ": from")
  assert(e.to == 0 or e.to >= e.from, e.key .. ": to")
  assert(#e.source > 0, e.key .. ": source")
  drivers["d" .. index] = pathway { unit = e.unit, [2026] = e.value }
end
assert(regulation.value("cea_close", 20241231) == 97.49)
assert(regulation.value("cea_close", 20250602) == 97.49)
assert(regulation.value("cea_close", 20250603) == 67.51)
assert(regulation.value("cea_close") == 67.51)
assert(regulation.value("env_penalty_decisions", 20130701) == 66000)
return scenario { name = "order", title = { en = "order" }, years = { 2026, 2026 }, drivers = drivers }
""")
    command("scenario", "check", script)


run_all(globals())
