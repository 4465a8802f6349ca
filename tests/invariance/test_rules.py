"""Rules by row answer the same with any number of threads: even rules that keep something from row to row,
since rows are handed out in groups, each to a copy of the rules of its own."""
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import SOURCE, all_tables, command, folder, run_all, write_text

HOME = folder()
GROUP = 8192        # rows

COUNTING = """
local plain, met = M.borrower, 0
function M.borrower(row)
  local answer = plain(row)
  met = met + 1
  answer.reasons = "pd:" .. met
  return answer
end

return M
"""


def test_rules_that_count():
    library, book = f"{HOME}/lib", f"{HOME}/a.book.h5"
    shutil.copytree(os.path.join(SOURCE, "scenarios", "lib"), library)
    with open(f"{library}/warning.lua", encoding="utf-8") as file:
        text = file.read()
    head, end = text.rsplit("return M\n", 1)
    assert end == ""
    write_text(f"{library}/warning.lua", head + COUNTING)
    command("book", "synth", "--borrowers", 9000, "-o", book)
    tables = []
    for threads in (1, 2, 3):
        out = f"{HOME}/{threads}.result.h5"
        command("run", os.path.join(SOURCE, "scenarios", "recession.lua"), "--book", book, "--lib", library,
                "--paths", 256, "--threads", threads, "-o", out)
        tables.append(all_tables(out))
    borrowers = tables[0]["borrowers"]
    assert borrowers.count("\n") > 2 * GROUP, "fewer rows than three groups"
    assert f"pd:{GROUP}" in borrowers and f"pd:{GROUP + 1}" not in borrowers
    for other in tables[1:]:
        for name in ("borrowers", "warnings", "grades", "grade_migration"):
            assert other[name] == tables[0][name], f"table {name} depends on the number of threads"


run_all(globals())
