local function by_section(b)
  local loads = {}
  for _, letter in ipairs { "C", "D" } do loads[letter] = where(b.sector_is(letter), 0.3, 0) end
  loads.macro = sqrt(proxy(b.rho, 0.12))
  return loads
end
return model { name = "m", copula = t { nu = 6 }, factors = { "macro", "C", "D" },
  correlation = { { 1, 0.2, 0.1 }, { 0.2, 1, 0 }, { 0.1, 0, 1 } }, persistence = 0.4,
  loading = by_section, lgd = beta { spread = 0.4, systematic = 0.2 } }
