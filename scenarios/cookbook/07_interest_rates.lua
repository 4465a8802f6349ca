-- Dearer credit: interest on floating debt rises, cover falls.
local firm = require "firm"

return scenario {
  name = "interest_rates", title = { en = "Interest rates rise", zh = "利率上升" },
  years = { 2026, 2028 },
  drivers = { rise = pathway { reference = 0, [2026] = 0.01, [2028] = 0.02 } },
  applies = function (b) return all(firm.known(b), gt(proxy(b.interest, 0), 0)) end,
  borrower = function (b, d)
    local ebit = b.revenue - b.operating_cost - b.depreciation
    local cover = ebit / (b.interest + d.rise * b.debt)
    local change = log(clip(cover, 0.1, 12.5)) - at_reference(log(clip(cover, 0.1, 12.5)))
    return { pd = logistic(logit(b.pd) - 1.5 * change) }   -- 1.5 and the bounds of cover are proposals
  end,
}
