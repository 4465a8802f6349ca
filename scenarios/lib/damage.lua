-- How much of what stands there a flood destroys, by its depth.
--
-- Curves by name: mean share of the replacement value lost, by depth of water above the floor in m, linear between the
-- points. A curve is an average over many buildings: a single one may lose twice as much or nothing.
--
--   local damage = require "damage"
--   local share = damage.share("jrc_asia_industry", d.depth)

local M = {}

-- Huizinga, de Moel and Szewczyk, "Global flood depth-damage functions", Joint Research Centre of the European
-- Commission, 2017: means for Asia, rounded to four digits. Reuse with attribution.
M.curves = {
  jrc_asia_residential = { { 0, 0 }, { 0.5, 0.3266 }, { 1, 0.4941 }, { 1.5, 0.6166 }, { 2, 0.7207 }, { 3, 0.8695 },
    { 4, 0.9315 }, { 5, 0.9836 }, { 6, 1 } },
  jrc_asia_commercial = { { 0, 0 }, { 0.5, 0.3768 }, { 1, 0.5377 }, { 1.5, 0.6593 }, { 2, 0.7628 }, { 3, 0.8833 },
    { 4, 0.9419 }, { 5, 0.9808 }, { 6, 1 } },
  jrc_asia_industry = { { 0, 0 }, { 0.5, 0.2832 }, { 1, 0.4816 }, { 1.5, 0.6292 }, { 2, 0.7172 }, { 3, 0.8567 },
    { 4, 0.9086 }, { 5, 0.9553 }, { 6, 1 } },
  jrc_asia_transport = { { 0, 0 }, { 0.5, 0.3575 }, { 1, 0.5719 }, { 1.5, 0.7333 }, { 2, 0.8472 }, { 3, 1 } },
  jrc_asia_roads = { { 0, 0 }, { 0.5, 0.2144 }, { 1, 0.3728 }, { 1.5, 0.6039 }, { 2, 0.7097 }, { 3, 0.8084 },
    { 4, 0.8872 }, { 5, 0.9688 }, { 6, 1 } },
  jrc_asia_agriculture = { { 0, 0 }, { 0.5, 0.135 }, { 1, 0.37 }, { 1.5, 0.524 }, { 2, 0.558 }, { 3, 0.66 },
    { 4, 0.834 }, { 5, 0.988 }, { 6, 1 } },
}

local source = "Huizinga, de Moel and Szewczyk, Global flood depth-damage functions, JRC 2017, mean for Asia"

-- Names of the curves, each with its source.                                                   [texts]
function M.list()
  local lines = {}
  for name in pairs(M.curves) do
    lines[#lines + 1] = name .. ": " .. source
  end
  return lines
end

-- The points of a curve by name; a name that there is not is an error that lists all.          [m, ratio]
function M.curve(name)
  local names = {}
  for known in pairs(M.curves) do
    names[#names + 1] = known
  end
  return M.curves[name] or error("damage: there is no curve '" .. tostring(name) .. "'; curves are "
    .. table.concat(names, ", "), 2)
end

-- Mean share destroyed at a depth in m, by the curve of that name.                              [ratio]
function M.share(name, depth)
  return interp(depth, M.curve(name))
end

-- Mean share destroyed of built-up area in Asia as one cubic,                                   [ratio]
--   d(h) = clip( 0.00723 h^3 - 0.1000 h^2 + 0.5060 h , 0 , 1 ),  h in m, taken as 6 m beyond 6 m
-- Source: fit to the JRC curve in the damage functions of the Country Climate and Development Reports tools, GFDRR.
-- `metre` is one metre as a formula or 1: depths of hazards carry the unit m.
function M.cubic(depth, metre)
  local h = clip(depth / (metre or 1), 0, 6)
  return clip(0.00723 * h * h * h - 0.1 * h * h + 0.506 * h, 0, 1)
end

return M
