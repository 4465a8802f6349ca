-- Shocks that come together: what one brings about of the other, and how much worse they are together.

local options = require "options"

local M = {}

-- Compound multiplier, loss(A and B) / (loss(A) + loss(B)).                                       [ratio]
-- Source: Ranger, Mahul and Monasterolo, One Earth, 2021. The run's own table `compound` has it with its error.
function M.multiplier(both, first, second)
  return both / (first + second)
end

M.heat_chain = {
  rationing_from = 5,     -- days of extreme heat from which power is rationed (proposal)
  most_rationing = 17,    -- days of rationing at most: 10 to 17 in Chongqing, August 2022 (press reports)
  hydropower = 0.3,       -- share of hydropower that a full event takes away (proposal)
  price_by_shortage = 1,  -- rise of the power price for a shortage of hydropower by 1 (proposal)
}

-- The chain of a heat event of so many days: heat -> drought and rationing -> halts, and a shortage of hydropower ->
-- power price. Returns days of rationing, share of hydropower lost, relative rise of the power price.
-- Three functions of one driver, so that they come together or not at all.
function M.heat(days, given)
  local o = options.complete("compound", M.heat_chain, given)
  local rationing = clip(days - o.rationing_from, 0, o.most_rationing)
  local shortage = o.hydropower * rationing / o.most_rationing
  return rationing, shortage, o.price_by_shortage * shortage
end

return M
