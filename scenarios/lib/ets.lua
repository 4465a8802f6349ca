-- The national carbon market as it takes in one sector after another: who is inside when, and what share is paid for.
--
-- Sources: power since 2021; cement, steel and aluminium since 2025, as reported in the press. Everything later, and
-- every number, is a proposal: no order of the other sectors and no end of free allocation has been published.

local regulation = require "regulation"

local M = {}

-- Prefix of GB/T 4754 -> first year inside.
M.joins = {
  D441 = 2021,                           -- power
  C301 = 2025, C31 = 2025, C32 = 2025,   -- cement, steel, non-ferrous metals (aluminium)
  C25 = 2027, C26 = 2027,                -- petrochemicals, chemicals (proposal)
  C22 = 2028, C304 = 2028,               -- paper, glass (proposal)
  C302 = 2029, C303 = 2029, C307 = 2029, -- other building materials, ceramics (proposal)
}

-- Share of scope 1 that a sector inside pays for: first_share in its first year, yearly_rise more each year after, at
-- most `most`; those inside already begin in `start`. Proposals.
M.start = 2026
M.first_share, M.yearly_rise, M.most = 0.03, 0.04, 0.25

-- Paid share of a borrower in a year (a number); 0 outside.                                     [ratio]
function M.paid_share(b, year)
  local shares = {}
  for sector, joined in pairs(M.joins) do
    local years_inside = year - math.max(joined, M.start)
    if years_inside >= 0 then
      shares[sector] = math.min(M.first_share + M.yearly_rise * years_inside, M.most)
    else
      shares[sector] = 0
    end
  end
  return table_by(b.sector, shares, 0)
end

-- Condition: the sector joins at some time.
function M.joins_sometime(b)
  local inside = {}
  for sector in pairs(M.joins) do
    inside[sector] = 1
  end
  return table_by(b.sector, inside, 0)
end

-- The price from which the paths start: the allowance price of 3 June 2025.                    [CNY/tCO2e]
M.price = regulation.value("cea_close", 20250603)

-- Drivers: the price rises to price_multiple times that of the start; `expansion` is 1, at reference 0: nobody pays.
function M.drivers(years, price_multiple)
  local first, last = years[1], years[2]
  return {
    carbon_price = pathway {
      unit = "CNY/tCO2e", reference = M.price, [first] = M.price, [last] = price_multiple * M.price,
    },
    expansion = pathway { reference = 0, [first] = 1 },
  }
end

-- What carbon.cost reads of drivers, for this borrower.
function M.prices(b, d)
  return { carbon_price = d.carbon_price, paid_share = d.expansion * M.paid_share(b, d.year) }
end

return M
