-- Green is not free of risk: prices of solar modules and batteries fall, subsidies for renewable power and
-- environmental services are cut or paid late.
--
-- Makers of solar and battery equipment sell at lower prices, inputs becoming cheaper only in part, and sell less;
-- wind, solar and biomass plants and environmental services are paid less for what they deliver. Equipment fetches
-- less in a forced sale, and firms in need draw on their credit lines. All numbers are proposals: a fall of the
-- selling price *net of cheaper inputs* by 3 % takes away a third of the EBIT of a firm that earns 9 % on sales.
--
-- What it cannot tell: which maker has the newer technology, and when arrears are paid after all.

local collateral = require "collateral"
local firm = require "firm"

local makers = { "C3825", "C384" }                             -- solar cells and modules, batteries
local paid_by_budget = { "D4415", "D4416", "D4417", "N77" }    -- wind, solar, biomass power; environmental services
local collateral_share = 0.5   -- of what is recovered comes from equipment (proposal)
local variable_share = 0.7     -- of a maker's operating cost: new plants, high fixed cost (proposal)

return scenario {
  name = "green_slump",
  title = { en = "Slump of green industries", zh = "绿色产业下行" },
  years = { 2026, 2030 },
  source = { en = "Proposal", zh = "建议值" },
  note = {
    en = "Green is not free of risk. Firms without accounts stay at baseline.",
    zh = "绿色不等于无风险。无财务数据的企业保持基准。",
  },

  drivers = {
    -- relative changes against reference; the maker's price is net of cheaper inputs
    maker_price = pathway { reference = 0, [2026] = -0.015, [2027] = -0.03, [2028] = -0.03, [2030] = -0.01 },
    maker_volume = pathway { reference = 0, [2026] = -0.05, [2027] = -0.10, [2028] = -0.08, [2030] = 0 },
    budget_price = pathway { reference = 0, [2026] = -0.02, [2027] = -0.05, [2028] = -0.05, [2030] = -0.03 },
    equipment_fall = pathway { reference = 0, [2026] = 0.15, [2027] = 0.35, [2028] = 0.40, [2030] = 0.30 },
    drawdown = pathway { reference = 0, [2026] = 0.10, [2027] = 0.30, [2028] = 0.20, [2030] = 0 },
  },

  applies = function (b)
    return all(any(b.sector_is(table.unpack(makers)), b.sector_is(table.unpack(paid_by_budget))),
      firm.known(b, firm.accounts))
  end,

  borrower = function (b, d, before)
    local is_maker = b.sector_is(table.unpack(makers))
    return firm.respond(b, d, before, {
      carbon = false,
      price_change = where(is_maker, d.maker_price, d.budget_price),
      revenue_change = where(is_maker, d.maker_volume, 0),
      variable_share = variable_share,
    })
  end,

  loan = function (l, b, d)
    return {
      lgd = collateral.lgd_after(l.lgd, d.equipment_fall, collateral_share),
      ead = collateral.ead(l, d.drawdown),
    }
  end,
}
