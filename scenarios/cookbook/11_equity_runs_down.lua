-- Losses add up over the years: equity is a state, and when it is gone the firm defaults.
local firm = require "firm"

return scenario {
  name = "equity_runs_down", title = { en = "Equity runs down", zh = "净资产逐年消耗" },
  years = { 2026, 2030 },
  drivers = { fall = pathway { reference = 0, [2026] = 0.05, [2030] = 0.15 } },
  applies = function (b) return all(b.sector_is("C"), firm.known(b), gt(proxy(b.equity, 0), 0)) end,
  borrower = function (b, d, before)
    local profit = b.revenue * (1 - d.fall) - b.operating_cost * (1 - 0.8 * d.fall) - b.depreciation - b.interest
    local equity = before.equity + profit - 0.25 * max(profit, 0)   -- no tax refund on losses
    local weaker = clip(equity / b.equity, 0.05, 20)
    return {
      pd = logistic(logit(b.pd) - 0.5 * (log(weaker) - at_reference(log(weaker)))),
      default = equity:lt(0),
      state = { equity = equity },
    }
  end,
}
