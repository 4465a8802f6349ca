-- How a shock reaches a firm: carbon cost -> income -> interest cover and equity -> PD.
--
-- Every function takes and returns traced columns (or plain numbers) and uses no `if` on them, so that it can be
-- read line by line against docs/scenario-library.md. Money is CNY a year, emissions tCO2e a year.
--
-- Sources: the chain (carbon fee -> cost -> profit -> PD) and the rule "insolvent = default" are those of the PBOC
-- climate-risk sensitivity stress test, 2021. The formulas for pass-through and demand, and every number marked
-- "proposal", have no outside authority: replace them by an option of your scenario.
--
-- A missing value stays missing (NaN) through every function; use `known` in `applies`, or `proxy`.

local M = {}

-- ---- options ------------------------------------------------------------------------------------

M.defaults = {
  -- carbon cost
  carbon = true,          -- reads d.carbon_price and d.paid_share; false: no carbon cost, no such drivers needed
  scopes = { "scope1" },  -- what is paid for: scope1 at paid_share, scope2 and scope3 at the shares below
  free_allocation = 0,    -- share of scope 1 that is allocated free of charge
  power_share = 0,        -- share of the carbon cost of bought power that suppliers pass on (scope 2)
  supplier_share = 0,     -- share of the carbon cost of other inputs that suppliers pass on (scope 3)
  abatement = 0,          -- share of scope 1 that the firm has abated
  -- market
  pass_through = 0,       -- share of its carbon cost that the firm puts on its prices; 0 is the conservative case
  elasticity = 0,         -- fall of volume in % for a price rise of 1 %
  variable_share = 0.8,   -- share of operating cost that moves with volume (proposal)
  revenue_change = 0,     -- relative change of sales volume from elsewhere, -0.1 is ten per cent less
  extra_cost = 0,         -- further cost, CNY a year
  -- accounts
  tax = 0.25,             -- standard rate, Enterprise Income Tax Law; no refund on losses
  -- PD
  beta_cover = 1.5,       -- fall of logit(pd) for a rise of ln(interest cover) by 1 (proposal)
  beta_leverage = 4,      -- rise of logit(pd) for a rise of debt/assets by 1 (proposal)
  loss_pd = 0.20,         -- least PD of a firm whose EBIT has turned negative (proposal)
  insolvency = true,      -- equity below zero is a default
}

-- Options of the caller over the defaults; an unknown one is an error. (No test on the values: they may be
-- traced.)
local function complete(options)
  local known, names, all_options = {}, {}, {}
  for name, value in pairs(M.defaults) do
    known[name] = true
    names[#names + 1] = name
    all_options[name] = value
  end
  for name, value in pairs(options or {}) do
    if not known[name] then
      error("firm: there is no option '" .. tostring(name) .. "'; options are "
        .. table.concat(names, ", "), 3)
    end
    all_options[name] = value
  end
  return all_options
end

-- ---- inputs ---------------------------------------------------------------------------------

-- What `respond` reads of a borrower.
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

-- No money, with its unit, for sums to begin with.                                                [CNY]
function M.nothing(b)
  return 0 * b.revenue
end

-- ---- carbon cost ----------------------------------------------------------------------------------

-- CC = p [ a E1 (1 - f) (1 - abated) + power_share E2 + supplier_share E3 ]                       [CNY]
-- p = d.carbon_price, a = d.paid_share, f = free allocation. Only the scopes listed are read, so that a missing
-- scope 3 does no harm where nobody pays for it. Source: PBOC 2021 for p a E1; the split by scope is a proposal.
function M.carbon_cost(b, d, options)
  local o = complete(options)
  local share = {
    scope1 = d.paid_share * (1 - o.free_allocation) * (1 - o.abatement),
    scope2 = o.power_share,
    scope3 = o.supplier_share,
  }
  local cost = M.nothing(b)
  for _, scope in ipairs(o.scopes) do
    cost = cost + d.carbon_price * share[scope] * b[scope]
  end
  return cost
end

-- ---- pass-through and demand ----------------------------------------------------------------------

-- Price rise  dP/P = m CC / R ;  volume  dQ/Q = max(-e dP/P, -1)                                [ratio]
-- m = pass_through, e = elasticity, R revenue (at least 1 CNY). Returns both. Proposal; estimates of m differ by
-- product and country, so m = 0 is always run as the conservative case.
function M.pass_through(revenue, cost, options)
  local o = complete(options)
  local price = o.pass_through * cost / max(revenue, 1)
  local volume = max(-o.elasticity * price, -1)
  return price, volume
end

-- Income of the year after carbon cost:                                                           [CNY]
--   v     = (1 + dQ/Q)(1 + revenue_change)
--   R'    = R (1 + dP/P) v
--   cost' = C (variable_share v + 1 - variable_share) + CC v + extra_cost
--   EBIT  = R' - cost' - depreciation ;  profit = EBIT - interest
-- Source: usual profit arithmetic; variable_share is a proposal. Returns EBIT, profit.
function M.income(b, cost, options)
  local o = complete(options)
  local price, volume = M.pass_through(b.revenue, cost, options)
  local v = (1 + volume) * max(1 + o.revenue_change, 0)
  local revenue = b.revenue * (1 + price) * v
  local operating = b.operating_cost * (o.variable_share * v + (1 - o.variable_share))
  local ebit = revenue - operating - cost * v - o.extra_cost - b.depreciation
  return ebit, ebit - b.interest
end

-- ---- ratios ---------------------------------------------------------------------------------------

M.cover_low, M.cover_high = 0.1, 12.5   -- proposal: beyond, cover says no more about PD

-- Interest cover, ICR = EBIT / interest, interest at least 1 CNY.                               [ratio]
function M.cover(ebit, interest)
  return ebit / max(interest, 1)
end

-- Equity after the year: equity + profit - tax on a positive profit (losses bring no refund), no dividend. [CNY]
function M.equity_after(equity, profit, options)
  local o = complete(options)
  return equity + profit - o.tax * max(profit, 0)
end

M.leverage_high = 2   -- proposal: deep insolvency says no more about PD

-- Debt over assets, D / (D + equity), within [0, 2]; assets at least 1 CNY.                      [ratio]
function M.leverage(debt, equity)
  return clip(debt / max(debt + equity, 1), 0, M.leverage_high)
end

-- ---- PD -------------------------------------------------------------------------------------------

-- Moves a PD in log-odds: logit(PD') = logit(PD) + shift; exactly PD where the shift is 0. A PD of 0 or 1
-- stays what it is.
function M.shift(pd, shift)
  return where(eq(shift, 0), pd, logistic(logit(pd) + shift))
end

-- logit(PD') = logit(PD) - beta_cover (ln ICR - ln ICR0) + beta_leverage (lev - lev0), with ICR kept within
-- [0.1, 12.5] and 0 for the reference, which is the same firm with all drivers at their no-shock values: only the
-- change counts, the level is in the bank's own PD. A firm that pays no interest has no cover to lose. Then two
-- rules, again on changes against the reference only:
--   EBIT turns negative           -> PD at least loss_pd
--   interest cover falls below 1  -> PD at least doubles (from 1/3 up: half of the chance to survive goes)
-- Form: ratio-shift logit; betas and rules are proposals, to be calibrated with bank data.
function M.pd(b, ebit, equity, options)
  local o = complete(options)
  local cover = M.cover(ebit, b.interest)
  local log_cover = where(gt(b.interest, 0), log(clip(cover, M.cover_low, M.cover_high)), 0)
  local leverage = M.leverage(b.debt, equity)
  local pd = M.shift(b.pd, o.beta_leverage * (leverage - at_reference(leverage))
                           - o.beta_cover * (log_cover - at_reference(log_cover)))
  local falls_below = all(gt(b.interest, 0), lt(cover, 1), no(lt(at_reference(cover), 1)))
  local turns_negative = all(lt(ebit, 0), no(lt(at_reference(ebit), 0)))
  pd = where(falls_below, max(pd, min(2 * b.pd, (1 + b.pd) / 2)), pd)
  return where(turns_negative, max(pd, o.loss_pd), pd)
end

-- ---- all in one line ---------------------------------------------------------------------------

-- The whole chain for `borrower = function (b, d, before) return firm.respond(b, d, before, { … }) end`.
-- Returns pd, default and state (equity, rolled forward from year to year).
function M.respond(b, d, before, options)
  local o = complete(options)
  local cost = M.nothing(b)
  if o.carbon then
    cost = M.carbon_cost(b, d, options)
  end
  local ebit, profit = M.income(b, cost, options)
  local equity = M.equity_after(before.equity, profit, options)
  local answer = { pd = M.pd(b, ebit, equity, options), state = { equity = equity } }
  if o.insolvency then
    answer.default = lt(equity, 0)
  end
  return answer
end

return M
