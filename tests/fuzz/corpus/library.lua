local firm = require "firm"
local regulation = require "regulation"
return scenario { name = "library", title = { en = "library" }, years = { 2026, 2028 },
  drivers = { carbon_price = pathway { unit = "CNY/tCO2e", reference = 85, [2026] = 85, [2028] = 200 } },
  borrower = function (b, d, before)
    local x = {}
    for name, f in pairs(firm) do if type(f) == "function" then x[#x + 1] = name end end
    return { pd = where(b.sector_is("C30", "D44"), b.pd * (d.carbon_price / at_reference(d.carbon_price)), b.pd) }
  end }
