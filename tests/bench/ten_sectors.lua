-- The portfolio model of the benchmark: ten sector factors correlated 0.3, each borrower on its own
-- with R2 = 0.2, drawn anew every year. A proposal; it means nothing beyond the benchmark.
local sectors = { "A01", "B06", "C15", "C26", "C30", "D44", "E47", "F51", "G54", "K70" }

local factors, correlation = {}, {}
for i = 1, #sectors do
  factors[i] = "s" .. (i - 1)
  correlation[i] = {}
  for j = 1, #sectors do
    correlation[i][j] = i == j and 1 or 0.3
  end
end

return model {
  name = "ten_sectors",
  copula = "gaussian",
  factors = factors,
  correlation = correlation,
  loading = function (b)
    local weights = {}
    for i, sector in ipairs(sectors) do
      weights[factors[i]] = where(b.sector_is(sector), sqrt(0.2), 0)
    end
    return weights
  end,
  persistence = 0,
}
