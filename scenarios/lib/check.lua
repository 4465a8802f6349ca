-- For tests of scripts and libraries: `plimsoll scenario test FILE.lua` runs the functions test_* of FILE.
--
--   local check = require "check"
--   function test_cost()
--     local firm = check.firm { scope1 = 1000, sector = "C3071" }
--     check.near(carbon_cost(firm, { price = 70 }), 70000)
--   end
--
-- Everything is plain numbers here, so that a formula gives a number, at_reference(x) is x itself, and a missing input
-- is check.missing.

local M = {}

M.missing = 0 / 0

local function shown(value)
  return type(value) == "string" and '"' .. value .. '"' or tostring(value)
end

local function fail(what, found, expected)
  error((what and what .. ": " or "") .. "found " .. shown(found) .. ", expected " .. expected, 3)
end

-- `found` is `expected` but for a relative tolerance (default 1e-9; absolute below 1). Missing is near missing only.
function M.near(found, expected, tolerance, what)
  tolerance = tolerance or 1e-9
  if type(found) ~= "number" then
    fail(what, found, "a number near " .. shown(expected))
  end
  local both_missing = found ~= found and expected ~= expected
  local distance = math.abs(found - expected)
  if not both_missing and not (distance <= tolerance * math.max(1, math.abs(expected))) then
    fail(what, found, shown(expected) .. " within " .. shown(tolerance))
  end
end

-- `found` is `expected`, exactly.
function M.equal(found, expected, what)
  if found ~= expected then
    fail(what, found, shown(expected))
  end
end

-- A condition holds: 1, as the functions of formulas say it, or true.
function M.holds(condition, what)
  if condition ~= 1 and condition ~= true then
    fail(what, condition, "1, a condition that holds")
  end
end

-- A condition does not hold: 0 or false.
function M.fails(condition, what)
  if condition ~= 0 and condition ~= false then
    fail(what, condition, "0, a condition that does not hold")
  end
end

-- The numbers that a book may have for a borrower or a loan (docs/formats.md).
M.columns = {
  "pd", "rho", "revenue", "operating_cost", "depreciation", "interest", "debt", "equity", "cash", "scope1", "scope2",
  "scope3", "emission_quality", "disclosed", "household", "balance", "lgd", "undrawn", "ccf", "rate", "class",
  "days_overdue",
}

-- A borrower or a loan made of plain values: numbers, and texts whose prefixes `sector_is`, `region_is` and the like
-- test. Numbers of the columns above that are not given are missing.
function M.firm(values)
  local firm = {}
  for _, name in ipairs(M.columns) do
    firm[name] = M.missing
  end
  for name, value in pairs(values) do
    firm[name] = value
    if type(value) == "string" then
      firm[name .. "_is"] = function (...)
        for _, prefix in ipairs({ ... }) do
          if value:sub(1, #prefix) == prefix then
            return 1
          end
        end
        return 0
      end
    end
  end
  return firm
end

M.loan = M.firm

return M
