-- How a shock reaches a firm: carbon cost -> income -> interest cover and equity -> PD.
--
-- Every function takes and returns traced columns (or plain numbers) and uses no `if` on them, so that it can be
-- read line by line against docs/scenario-library.md. Money is CNY a year, emissions tCO2e a year.
--
-- Sources: the chain (carbon fee -> cost -> profit -> PD) and the rule "insolvent = default" are those of the PBOC
-- climate-risk sensitivity stress test, 2021. The parts stand in carbon.lua, market.lua and logit.lua with their
-- sources; every number marked "proposal" has no outside authority: replace it by an option of your scenario.
--
-- A missing value stays missing (NaN) through every function; use `known` in `applies`, or `proxy`.

local carbon = require "carbon"
local logit = require "logit"
local market = require "market"
local options = require "options"

local M = {}

-- ---- options ------------------------------------------------------------------------------------

M.defaults = {
  -- carbon cost (carbon.lua)
  carbon = true,          -- reads d.carbon_price and d.paid_share; false: no carbon cost, no such drivers needed
  scopes = { "scope1" },  -- what is paid for: scope1 at paid_share, scope2 and scope3 at the shares below
  free_allocation = 0,    -- share of scope 1 that is allocated free of charge
  power_share = 0,        -- share of the carbon cost of bought power that suppliers pass on (scope 2)
  supplier_share = 0,     -- share of the carbon cost of other inputs that suppliers pass on (scope 3)
  abatement = 0,          -- share of scope 1 that the firm has abated
  abatement_curve = false, -- true: `respond` abates along carbon.curve and pays for it; or a curve of your own
  -- market
  pass_through = 0,       -- share of its carbon cost that the firm puts on its prices; 0 is the conservative case
  elasticity = 0,         -- fall of volume in % for a price rise of 1 %
  variable_share = 0.8,   -- share of operating cost that moves with volume (proposal)
  revenue_change = 0,     -- relative change of sales volume from elsewhere, -0.1 is ten per cent less
  price_change = 0,       -- relative change of sales prices from elsewhere, cost unchanged
  input_cost = 0,         -- further cost, CNY a year, that moves with volume and is passed on like the carbon cost
  extra_cost = 0,         -- further cost, CNY a year, that does neither
  -- accounts
  tax = 0.25,             -- standard rate, Enterprise Income Tax Law; no refund on losses
  -- PD
  profitability = "cover", -- ratio that tells of profit: "cover" (EBIT / interest) or "roa" (profit / assets)
  beta_cover = 1.5,       -- fall of logit(pd) for a rise of ln(interest cover) by 1 (proposal)
  beta_roa = 8,           -- fall of logit(pd) for a rise of profit/assets by 1 (proposal)
  beta_leverage = 4,      -- rise of logit(pd) for a rise of debt/assets by 1 (proposal)
  cash = false,           -- true: cash counts too; reads b.cash, and `respond` rolls it forward
  beta_cash = 0.5,        -- fall of logit(pd) for a rise of cash/debt by 1 (proposal)
  loss_pd = 0.20,         -- least PD of a firm whose EBIT has turned negative (proposal)
  insolvency = true,      -- equity below zero is a default
}

local function complete(given)
  return options.complete("firm", M.defaults, given)
end

-- ---- inputs ---------------------------------------------------------------------------------

-- What `respond` reads of a borrower, with and without carbon cost.
M.accounts = { "revenue", "operating_cost", "depreciation", "interest", "debt", "equity" }
M.columns = { "revenue", "operating_cost", "depreciation", "interest", "debt", "equity", "scope1" }

-- Condition: every one of the columns (default: M.columns) is known. For `applies`: a firm without accounts is left
-- at baseline, and the run prints how much of the book that is.
function M.known(b, columns)
  local condition = 1
  for _, name in ipairs(columns or M.columns) do
    condition = all(condition, proxy(b[name]:eq(b[name]), 0))
  end
  return condition
end

M.nothing = carbon.nothing

-- ---- income -----------------------------------------------------------------------------------------

-- Carbon cost of a year, carbon.cost with the options of a firm.                                  [CNY]
function M.carbon_cost(b, d, given)
  return carbon.cost(b, d, options.part(carbon.defaults, complete(given)))
end

-- Income of the year after carbon cost:                                                           [CNY]
--   v     = (1 + dQ/Q)(1 + revenue_change)
--   R'    = R (1 + dP/P)(1 + price_change) v
--   cost' = C (variable_share v + 1 - variable_share) + CC v + extra_cost
--   EBIT  = R' - cost' - depreciation ;  profit = EBIT - interest
-- dP/P and dQ/Q from market.pass_through. Source: usual profit arithmetic; variable_share is a proposal. Returns
-- EBIT, profit.
function M.income(b, cost, given)
  local o = complete(given)
  local price, volume = market.pass_through(b.revenue, cost, options.part(market.defaults, o))
  local v = (1 + volume) * max(1 + o.revenue_change, 0)
  local revenue = b.revenue * (1 + price) * max(1 + o.price_change, 0) * v
  local operating = b.operating_cost * (o.variable_share * v + (1 - o.variable_share))
  local ebit = revenue - operating - cost * v - o.extra_cost - b.depreciation
  return ebit, ebit - b.interest
end

-- Income tax of a year, tax max(profit, 0): a loss brings no refund and is not carried forward.       [CNY]
-- Source: Enterprise Income Tax Law for the rate; no carry-forward is a proposal, on the side of caution.
function M.tax(profit, given)
  return complete(given).tax * max(profit, 0)
end

-- Equity after the year: equity + profit - tax, no dividend.                                      [CNY]
function M.equity_after(equity, profit, given)
  return equity + profit - M.tax(profit, given)
end

-- ---- PD -------------------------------------------------------------------------------------------

M.cover, M.leverage, M.shift = logit.cover, logit.leverage, logit.shift

-- Cash after the year: cash + profit - tax + depreciation; nothing invested, borrowed or repaid (proposal).  [CNY]
function M.cash_after(b, cash, profit, given)
  return cash + profit - M.tax(profit, given) + b.depreciation
end

-- Change of the log-odds from one state of the firm to another, each { ebit =, profit =, equity =, cash = }:
--   beta_leverage (lev' - lev) - beta_cover (ln ICR' - ln ICR)       or, with profitability = "roa",
--   beta_leverage (lev' - lev) - beta_roa (ROA' - ROA)
-- and with cash = true further - beta_cash (cash'/D - cash/D): books do not tell short-term debt apart.
local function change_of_odds(b, after, before, o)
  local shift = o.beta_leverage * (logit.leverage(b.debt, after.equity) - logit.leverage(b.debt, before.equity))
  if o.profitability == "cover" then
    shift = shift - o.beta_cover * (logit.log_cover(after.ebit, b.interest) - logit.log_cover(before.ebit, b.interest))
  elseif o.profitability == "roa" then
    -- assets of the book's date, so that a loss does not count twice, in profit and in assets
    local roa, roa_before = logit.roa(after.profit, b.debt, b.equity), logit.roa(before.profit, b.debt, b.equity)
    shift = shift - o.beta_roa * (roa - roa_before)
  else
    error("firm: profitability is \"cover\" or \"roa\", not " .. tostring(o.profitability))
  end
  if o.cash then
    shift = shift - o.beta_cash * (logit.cash(after.cash, b.debt) - logit.cash(before.cash, b.debt))
  end
  return shift
end

-- A PD moved from the state `before` of its firm to the state `after`. Then two rules, again on changes only:
--   EBIT turns negative           -> PD at least loss_pd
--   interest cover falls below 1  -> PD at least doubles (from 1/3 up: half of the chance to survive goes)
-- Form: ratio-shift logit; betas and rules are proposals, to be calibrated with bank data.          [ratio]
function M.moved_pd(pd, b, after, before, given)
  local o = complete(given)
  local moved = logit.shift(pd, change_of_odds(b, after, before, o))
  local falls_below = all(gt(b.interest, 0), lt(logit.cover(after.ebit, b.interest), 1),
    no(lt(logit.cover(before.ebit, b.interest), 1)))
  local turns_negative = all(lt(after.ebit, 0), no(lt(before.ebit, 0)))
  moved = where(falls_below, max(moved, logit.at_least_double(pd)), moved)
  return where(turns_negative, max(moved, o.loss_pd), moved)
end

-- The book's PD moved from the same firm with all drivers at their no-shock values to `after`.      [ratio]
local function pd_of(b, after, o)
  local before = {}
  for name, value in pairs(after) do
    before[name] = at_reference(value)
  end
  return M.moved_pd(b.pd, b, after, before, o)
end

-- The same from EBIT and equity under the scenario (and cash, with the option).                  [ratio]
function M.pd(b, ebit, equity, given, cash)
  return pd_of(b, { ebit = ebit, profit = ebit - b.interest, equity = equity, cash = cash }, complete(given))
end

-- ---- all in one line ---------------------------------------------------------------------------

-- Carbon cost of the year and, with the option `abatement_curve`, the abated share, whose cost is in it; without the
-- curve the share is that of the option `abatement`. The curve needs `initial = { abatement = 0 }` in the scenario.
function M.carbon_bill(b, d, before, given)
  local o = complete(given)
  if not o.carbon then
    return M.nothing(b), o.abatement
  end
  local abatement_cost = M.nothing(b)
  if o.abatement_curve then
    local curve = { curve = o.abatement_curve == true and carbon.curve or o.abatement_curve }
    local saved = d.carbon_price * (d.paid_share * (1 - o.free_allocation))
    o.abatement = carbon.abated(before.abatement, saved, curve)
    abatement_cost = carbon.abatement_cost(b, o.abatement, saved, curve)
  end
  return abatement_cost + M.carbon_cost(b, d, o), o.abatement
end

-- The whole chain for `borrower = function (b, d, before) return firm.respond(b, d, before, { … }) end`. Returns pd,
-- default, cover (EBIT / interest, for warnings and grades; not known without interest) and state (equity, rolled forward from year to year; abatement with a curve; cash with the option).
function M.respond(b, d, before, given)
  local o = complete(given)
  local state = {}
  local cost, abatement = M.carbon_bill(b, d, before, o)
  if o.carbon and o.abatement_curve then
    state.abatement = abatement
  end
  local ebit, profit = M.income(b, cost + o.input_cost, o)
  state.equity = M.equity_after(before.equity, profit, o)
  if o.cash then
    state.cash = M.cash_after(b, before.cash, profit, o)
  end
  local after = { ebit = ebit, profit = profit, equity = state.equity, cash = state.cash }
  local answer = { pd = pd_of(b, after, o), cover = ebit / b.interest, state = state }
  if o.insolvency then
    answer.default = lt(state.equity, 0)
  end
  return answer
end

-- A value on average over firms of which a share is struck and the others are spared,                [unit of the values]
--   (1 - share) spared + share struck ;  exactly `spared` where both are the same
function M.on_average(spared, struck, share)
  return where(eq(spared, struck), spared, (1 - share) * spared + share * struck)
end

return M
