"""scenario test: what passes, what fails and how that is said; tests in a script do no harm to a run."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, small_book, write_text

HOME = folder()
GOOD = write_text(f"{HOME}/good.lua", """local check = require "check"
local carbon = require "carbon"

local function burden(b, d)
  return d.price * proxy(b.scope1, 0) / max(b.revenue, 1)
end

function test_burden()
  check.near(burden(check.firm { scope1 = 1000, revenue = 1e6 }, { price = 70 }), 0.07)
  check.near(burden(check.firm { revenue = 1e6 }, { price = 70 }), 0, nil, "no emissions known")
  check.near(check.firm { revenue = 1 }.debt, check.missing)
end

function test_conditions()
  local b = check.firm { sector = "C3071" }
  check.holds(b.sector_is("C30", "D44"))
  check.fails(b.sector_is("D44"))
  check.holds((5):gt(3))
  check.equal(where(lt(1, 2), 10, 20), 10)
end

function test_library()
  local b = check.firm { revenue = 1e6, scope1 = 100, scope2 = 10 }
  check.near(carbon.cost(b, { carbon_price = 50, paid_share = 0.5 }), 2500)
end

local function helper() error("never called") end

return scenario {
  name = "good", title = { en = "good", zh = "good" }, years = { 2026, 2027 },
  drivers = { price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 100 } },
  borrower = function (b, d)
    return { pd = logistic(logit(b.pd) + 3 * (burden(b, d) - at_reference(burden(b, d)))) }
  end,
}
""")


def test_what_passes():
    out, err = command("scenario", "test", GOOD)
    assert out.splitlines() == [GOOD, "passed  test_burden", "passed  test_conditions", "passed  test_library",
                                "3 passed, 0 failed"] and err == "", out + err
    out, _ = command("scenario", "test", GOOD, "--lang", "zh")
    assert out.splitlines()[-1] == "通过 3 项，失败 0 项", out


def test_a_run_does_not_mind_them():
    book = small_book(f"{HOME}/a.book.h5")
    command("run", GOOD, "--book", book, "--paths", 8, "-o", f"{HOME}/r.result.h5")
    command("scenario", "check", GOOD, "--book", book)


def test_what_fails():
    bad = write_text(f"{HOME}/bad.lua", """local check = require "check"
local M = {}
function M.test_near() check.near(0.07, 0.08, 1e-6, "burden") end
function M.test_equal() check.equal("a", "b") end
function M.test_holds() check.holds(0) end
function M.test_fails() check.fails(1) end
function M.test_missing() check.near(check.missing, 1) end
function M.test_crash() local x = nil; return x.y end
function M.test_type() check.near(nil, 1) end
function M.test_fine() check.near(1, 1) end
return M
""")
    out, err = command("scenario", "test", bad, expect=3)
    for line, text in ((3, "burden: found 0.07, expected 0.08 within"), (4, 'found "a", expected "b"'),
                       (5, "found 0, expected 1"), (6, "found 1, expected 0"), (7, "expected 1 within"),
                       (8, "nil value"), (9, "found nil, expected a number near 1")):
        assert any(f"bad.lua:{line}:" in row and text in row for row in out.splitlines()), (line, text, out)
    assert "passed  test_fine" in out and "1 passed, 7 failed" in out
    assert err == "plimsoll: 7 of 8 tests failed\n", err


def test_nothing_to_test():
    none = write_text(f"{HOME}/none.lua", "return {}\n")
    refused("scenario", "test", none, says=["none.lua", "test_"])
    broken = write_text(f"{HOME}/broken.lua", "return {\n")
    refused("scenario", "test", broken, says=["broken.lua:"])
    refused("scenario", "test", expect=2, says=["FILE.lua"])
    endless = write_text(f"{HOME}/outside.lua", "function test_file() return io.open('/etc/passwd') end\n")
    out, _ = command("scenario", "test", endless, expect=3)
    assert "`io` is not available" in out, out


run_all(globals())
