local weights = {}
for i = 1, 10 do weights["C" .. i] = i / 10 end
weights.default = 0
local names = {}
for k in pairs(weights) do names[#names + 1] = k end
table.sort(names, function (a, b) return a > b end)
return scenario { name = "tables", title = { en = table.concat(names, ","), zh = "表" }, years = { 2026, 2027 },
  drivers = { gdp = pathway { reference = 0.05, [2026] = 0.01, [2027] = 0.03 },
              power = pathway { unit = "元/kWh", reference = pathway { [2026] = 0.5 }, [2026] = 0.9 } },
  borrower = function (b, d)
    local w = table_by(b.sector, weights)
    local x = interp(b.pd, { 0, 0.01, 0.1 }, { 1, 2, 3 }) + interp(b.pd, { { 0, 1 }, { 1, 2 } })
    local ok, message = pcall(function () return ("x"):rep(3) .. tostring(1.5) end)
    return { pd = clip(b.pd * (1 + w * x * (d.gdp - at_reference(d.gdp))) * (ok and 1 or 2), 0, 1) }
  end }
