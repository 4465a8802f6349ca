-- Bank balance sheets under stress: what is required, taxed, paid out and provided for. Ordinary Lua with plain numbers,
-- called after the book is read; the arithmetic that uses these numbers stands in docs/method.md, "Capital".
--
-- Values of regulations come from regulation.lua with their source and certainty. Everything else is a proposal and says
-- so: the regulator's own figures belong here.

local regulation = require "regulation"

local M = {}

-- Allowances (IFRS 9 / CAS 22). All proposals.
M.sheet = {
  discount_rate = 0.045, -- a year: about the rate of the loans, since allowances discount at the effective rate
  stage2_ratio = 2.5,    -- stage 2: PD above so many times that at the date of the book …
  stage2_rise = 0.005,   -- … and above it by more than that,
  stage2_days = 30,      -- or so many days overdue at the date of the book
  life_years = 3,        -- of a loan whose maturity is not known
  exit_share = 0.2,      -- rebalanced: what a bank takes back each year of a loan in stage 2
}

-- How a bank earns, pays and shrinks. All proposals but the tax rate.
M.bank_terms = {
  tax_rate = 0.25,        -- 企业所得税法, article 4; recalled
  payout = 0.30,          -- of profit after tax, where no requirement is missed
  lending_rate = 0.045,   -- interest that a loan in default no longer pays
  performing_weight = 1,  -- risk weight of performing loans: standard approach, corporate; recalled
  npl_weight = 1,         -- of loans in default, net of provisions: 1 where these are a fifth or more; recalled
  excess_share = 0.0125,  -- of risk-weighted assets: excess provisions that count as tier 2; recalled
  write_off_years = 0,    -- whole years after default; 0: nothing is written off
}

-- Capital that a branch of a larger bank is taken to use, over its risk-weighted assets: the total requirement with
-- the conservation buffer.
M.allocated = 0.105

-- Further buffers by bank, such as that of systemically important banks: M.surcharges["L01"] = 0.01.
M.surcharges = {}

-- Returns the terms of allowances.
function M.policy()
  return M.sheet
end

-- row: id, type, day (YYYYMMDD). Returns requirements and terms of one bank.
function M.bank(row)
  local function required(key)
    return regulation.value(key, math.max(row.day, 20240101)) -- the present requirements, for older books too
  end
  local terms = {}
  for key, value in pairs(M.bank_terms) do
    terms[key] = value
  end
  terms.cet1_minimum = required("cet1_ratio")
  terms.tier1_minimum = required("tier1_ratio")
  terms.total_minimum = required("capital_ratio")
  terms.buffer = required("conservation_buffer") + (M.surcharges[row.id] or 0)
  terms.leverage_minimum = required("leverage_ratio")
  terms.coverage_minimum = required("provision_coverage_floor")
  terms.provision_minimum = required("provision_ratio_floor")
  terms.allocated = M.allocated
  return terms
end

return M
