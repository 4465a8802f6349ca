-- Free allocation runs out: the price stays, the share that is paid for rises. The library does the rest.
local firm = require "firm"

return scenario {
  name = "paid_share", title = { en = "Free allocation runs out", zh = "免费配额逐步退出" },
  years = { 2026, 2030 },
  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70 },
    paid_share = pathway { reference = 0, [2026] = 0.05, [2030] = 0.8 },
  },
  applies = function (b) return all(b.sector_is("C30", "C31", "D44"), firm.known(b)) end,
  borrower = function (b, d, before)
    return firm.respond(b, d, before, { pass_through = 0.2, elasticity = 0.5 })
  end,
}
