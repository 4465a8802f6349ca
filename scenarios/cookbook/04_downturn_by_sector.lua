-- A downturn that sectors feel differently: a table by sector code, the longest prefix that fits.
local sensitivity = { C = 8, C30 = 12, E = 10, F = 6, K = 14 }   -- log-odds of PD for a gap of 100 %; proposals

return scenario {
  name = "downturn_by_sector", title = { en = "A downturn by sector", zh = "分行业的经济下行" },
  years = { 2026, 2028 },
  drivers = { gap = pathway { reference = 0, [2026] = -0.03, [2028] = -0.01 } },
  borrower = function (b, d)
    local shift = -d.gap * table_by(b.sector, sensitivity, 5)
    return { pd = logistic(logit(b.pd) + shift - at_reference(shift)) }
  end,
}
