-- Ceramics enter the national carbon market: a price that rises fourfold on a small but growing share of scope 1.
--
-- All numbers are proposals. The price starts near the allowance price of mid-2025 (67.51 CNY/tCO2e on 3 June 2025,
-- as reported in the press); 3 % to 20 % paid share is the mild path, since allocation in the market today is nearly
-- free and follows output. Ceramics firms pass a tenth of the cost on to buyers, who buy half a per cent less for
-- each per cent of price.
--
-- What it cannot tell: when ceramics will in fact be included and at what benchmark, who will abate (most emissions
-- come from firing and spray drying), and how buyers of one town's tiles switch to another's.

local firm = require "firm"

return scenario {
  name = "ceramics_ets",
  title = { en = "Ceramics enter the carbon market", zh = "陶瓷行业纳入碳市场" },
  years = { 2026, 2030 },
  source = {
    en = "Proposal; price level after national emission allowance prices of 2025, as reported in the press",
    zh = "建议值；价格水平参照媒体报道的2025年全国碳排放配额价格",
  },
  note = {
    en = "Firms without accounts are left at baseline; see the coverage that the run prints.",
    zh = "无财务数据的企业保持基准；覆盖范围见运行输出。",
  },

  drivers = {
    carbon_price = pathway { unit = "CNY/tCO2e", reference = 70, [2026] = 70, [2030] = 280 },
    paid_share = pathway { reference = 0, [2026] = 0.03, [2030] = 0.20 },
  },

  applies = function (b)
    return all(b.sector_is("C307"), firm.known(b))
  end,

  borrower = function (b, d, before)
    return firm.respond(b, d, before, { pass_through = 0.1, elasticity = 0.5 })
  end,
}
