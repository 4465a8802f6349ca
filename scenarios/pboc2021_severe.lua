-- Climate-risk sensitivity stress test in the manner of the PBOC test of 2021, severe.
--
-- Published assumptions that are kept: thermal power, steel and cement; firms that emit at least 26,000 tCO2e a
-- year; firms pay for a share of their emissions that rises from year to year; no technical progress; no bargaining
-- power up or down the chain (pass-through 0); an insolvent firm cannot repay, so its loans default.
-- Proposals, because the published sources do not give them: the price path (from the allowance price at the end of
-- 2024 to four times it), the paid share (10 % to 100 %), how cost moves PD short of insolvency (scenarios/lib/firm.lua).
-- Of our own choice: scope is scope 1 + scope 2 against the threshold; paid for is scope 1 alone, since with
-- pass-through 0 the power plant bears the cost of its power itself. The original runs ten years, this one five.
--
-- What it cannot tell: how likely such a price is, what firms would do about it (abate, switch, raise prices), and
-- what happens to their customers, suppliers and workers. It is a sensitivity, not a forecast.

local firm = require "firm"
local regulation = require "regulation"

local price = regulation.value("cea_close", 20241231)
local threshold = regulation.value("pboc_emission_threshold", 20251231)

return scenario {
  name = "pboc2021_severe",
  title = { en = "Carbon price, severe (after the PBOC test of 2021)", zh = "碳价重度情景（参照人民银行2021年压力测试）" },
  years = { 2026, 2030 },
  source = "PBOC climate-risk sensitivity stress test, 2021 (assumptions and scope); price path, paid share and PD "
    .. "response are proposals",
  note = "A sensitivity, not a forecast: no abatement, no pass-through, no effect on the rest of the economy.",

  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = price, [2026] = price, [2030] = 4 * price },
    paid_share = pathway { reference = 0, [2026] = 0.10, [2030] = 1 },
  },

  applies = function (b)
    local emissions = proxy(b.scope1, 0) + proxy(b.scope2, 0)
    return all(b.sector_is("D441", "C31", "C301"), emissions:ge(threshold), firm.known(b))
  end,

  borrower = function (b, d, before)
    return firm.respond(b, d, before, { pass_through = 0, abatement = 0 })
  end,
}
