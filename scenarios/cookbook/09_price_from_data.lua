-- A price path from a file beside the script; see docs/guide/pathways-from-data.md for data of NGFS.
local firm = require "firm"

return scenario {
  name = "price_from_data", title = { en = "A price from data", zh = "用数据文件给出的价格" },
  years = { 2026, 2030 },
  drivers = {
    carbon_price = pathway { csv = "prices.csv", where = { path = "high" }, unit = "CNY/tCO2e", reference = 70 },
    paid_share = pathway { reference = 0, [2026] = 0.5 },
  },
  applies = function (b) return all(b.sector_is("C", "D44"), firm.known(b)) end,
  borrower = function (b, d, before) return firm.respond(b, d, before) end,
}
