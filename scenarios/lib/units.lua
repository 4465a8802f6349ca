-- Numbers without their unit, for formulas that are fitted to numbers: a curve over metres, a loss per degree.

local M = {}

-- x in the unit that it has (m, degC, day, kWh, CNY, …), as a plain number: x / (1 + 0 x). A missing value stays
-- missing. Only for what a fitted formula takes; elsewhere let units be checked.                  [ratio]
function M.plain(x)
  return x / (1 + 0 * x)
end

return M
