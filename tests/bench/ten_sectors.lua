-- The benchmark's model: ten sector factors correlated 0.3, R2 0.2 for everybody, no persistence.
local letters = { "A", "B", "C", "D", "E", "F", "G", "H", "I", "J" }

local correlation = {}
for i = 1, #letters do
  correlation[i] = {}
  for k = 1, #letters do
    correlation[i][k] = i == k and 1 or 0.3
  end
end

return model {
  name = "ten_sectors",
  copula = "gaussian",
  factors = letters,
  correlation = correlation,
  loading = function (b)
    local weights = {}
    for _, letter in ipairs(letters) do
      weights[letter] = where(b.sector_is(letter), sqrt(0.2), 0)
    end
    return weights
  end,
  persistence = 0,
}
