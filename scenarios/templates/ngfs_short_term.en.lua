-- @NAME@: a short-term supervisory pathway, such as those of NGFS: a carbon price and GDP, year by year.
--
-- The pathway comes out of two files of yours. None comes along: until you have them, the numbers below stand in for
-- them, ALL MADE UP, so that the script runs. To replace them:
--   1. Get the scenarios as a CSV file from their publisher (FILE.csv). See what is in it:
--        plimsoll scenario import ngfs FILE.csv
--   2. Take the price and GDP, each of your scenario and of the baseline, by the names that you have seen:
--        plimsoll scenario import ngfs FILE.csv --scenario "Sudden Wake-Up Call" --scenario "Baseline" --region "China" --variable "Price|Carbon" --price-year 2024 -o @NAME@_price.csv
--        plimsoll scenario import ngfs FILE.csv --scenario "Sudden Wake-Up Call" --scenario "Baseline" --region "China" --variable "Gross Domestic Product" -o @NAME@_gdp.csv
--   3. Write the same names below, say from_files = true, and put the source into `source`.
-- Values are annual: make annual means of quarterly ones first. A file of your own will do, with a column `scenario` and
-- one a year, or `year` and `value`; docs/guide/pathways-from-data.md has the rest.
--
-- See what it does before you run it:
--   plimsoll scenario plan  @NAME@.lua                     drivers and formulas
--   plimsoll scenario check @NAME@.lua --book BOOK         faults, coverage, missing inputs
--   plimsoll run            @NAME@.lua --book BOOK
--
-- What it cannot tell: how a sector fares other than by its sensitivity to GDP and its carbon bill.

local firm = require "firm"     -- carbon cost -> income -> cover and equity -> PD
local logit = require "logit"
local macro = require "macro"   -- GDP -> PD, by sector; all its numbers are proposals

-- ---- where the numbers come from ---------------------------------------------------------------------

local from_files = false        -- true: from the two files
local of_scenario, of_baseline, region = "Sudden Wake-Up Call", "Baseline", "China"

-- A path of a file, or what stands in for it.
local function path(take, scenario_name, stands_in)
  if not from_files then
    return pathway(stands_in)
  end
  take.where = { scenario = scenario_name, region = region, variable = take.variable }
  take.variable = nil
  return pathway(take) -- no such file? make it as the head says
end

local function price(scenario_name, stands_in)
  return path({ csv = "@NAME@_price.csv", unit = "CNY/tCO2e", variable = "Price|Carbon" }, scenario_name, stands_in)
end

-- GDP in any unit: only scenario over baseline counts. Rows in per cent off the baseline: see `gap` below.
local function gdp(scenario_name, stands_in, reference)
  stands_in.reference = reference
  return path({ csv = "@NAME@_gdp.csv", factor = 1, reference = reference, variable = "Gross Domestic Product" },
    scenario_name, stands_in)
end

local price_before = price(of_baseline, { unit = "CNY/tCO2e", [2026] = 70 })                                -- made up
local price_after = price(of_scenario, { unit = "CNY/tCO2e", [2026] = 70, [2027] = 250, [2030] = 320 })     -- made up
local gdp_before = gdp(of_baseline, { [2026] = 100, [2030] = 118 })                                         -- made up
local gdp_after = gdp(of_scenario, { [2026] = 100, [2027] = 101, [2028] = 105, [2030] = 115 }, gdp_before)  -- made up

-- ---- what nobody knows -----------------------------------------------------------------------------------

-- "price": the price moves around its path, and rather rises in a downturn (low is bad: macro = -0.3).
-- "start": the policy starts in a year that nobody knows; until then the price is that of the baseline.
-- Volatility, jumps, chances and correlations are proposals.
local uncertain = "price"

local carbon_price = random.jump_diffusion {
  unit = "CNY/tCO2e", reference = price_before, mean = price_after,
  volatility = 0.2,                              -- a year
  jumps = { rate = 0.2, mean = 0.3, sd = 0.2 },  -- one in five years, upwards by about a third
  with = { macro = -0.3 },
}
if uncertain == "start" then
  carbon_price = random.regime {
    unit = "CNY/tCO2e", reference = price_before, before = price_before, after = price_after,
    start = 0.5,                                 -- a year, if it has not started
    with = { macro = -0.3 },
  }
end

-- ---- what comes of it ------------------------------------------------------------------------------------

-- GDP off the baseline, -0.03 for 3 % less. Where your rows are per cent off the baseline: factor = 0.01 and
-- reference = 0 in `gdp` above, no gdp_before, and here `return d.gdp`.
local function gap(d)
  return d.gdp / at_reference(d.gdp) - 1
end

local lgd_rise = 0.5            -- rise of LGD over fall of GDP (proposal)

return scenario {
  name = "@NAME@",              -- letters, digits and _
  title = { en = "@NAME@", zh = "@NAME@" },
  years = { 2026, 2030 },       -- first and last; the first one labels the twelve months after the book's date
  source = { en = "template; every number is made up", zh = "模板；所有数字均为虚构" },
  note = { en = "Say what a reader has to mind.", zh = "说明读者须注意之处。" },

  drivers = {
    carbon_price = carbon_price,
    paid_share = pathway { reference = 0, [2026] = 0.05, [2030] = 0.50 }, -- of emissions that is paid for (proposal)
    gdp = gdp_after,
  },

  initial = { shift = 0 },

  -- All borrowers meet the downturn; firms with accounts in these sectors also pay for carbon. No `if` on b or d: use
  -- where(condition, yes, no).
  borrower = function (b, d, before)
    local shift = macro.downturn(b, gap(d), before.shift)
    local pays = all(b.sector_is("B", "C", "D44"), firm.known(b))   -- GB/T 4754 prefixes
    local answer = firm.respond(b, d, before, { pass_through = 0.1, elasticity = 0.5 })
    return {
      pd = logit.shift(where(pays, answer.pd, b.pd), shift),
      default = where(pays, answer.default, 0),
      state = { shift = shift, equity = answer.state.equity },
    }
  end,

  -- What becomes of a loan's LGD. Take the function away if nothing does.
  loan = function (l, b, d)
    return { lgd = macro.downturn_lgd(l.lgd, lgd_rise * max(-gap(d), 0)) }
  end,
}
