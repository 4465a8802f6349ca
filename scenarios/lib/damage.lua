-- Flood damage by depth of water: the share of its value that a building, a road or a field loses.
--
--   local damage = require "damage"
--   local industry = damage.curve "jrc_asia_industry"    -- at the head of a script
--   local share = industry(d.depth)                      -- in borrower(…), the same as
--   local share = damage.curve("jrc_asia_industry", d.depth)
--
-- Depth in metres above ground, a driver with unit "m", a column, or a plain number. Below 0 m no damage, beyond the
-- last point that of the last point; a missing depth gives a missing share.
--
-- Sources, by title:
--   JRC    Huizinga, de Moel, Szewczyk, "Global flood depth-damage functions: Methodology and the database with
--          guidelines", Joint Research Centre, 2017; reuse with attribution. Mean and standard deviation for Asia, the
--          figures as the OS-Climate project physrisk repeats them. For Asia no cell is empty. Elsewhere many are
--          (transport and roads have no curve for North America, Africa, Oceania, and no deviation for Europe).
--   GFDRR  Global Facility for Disaster Reduction and Recovery, CCDR-tools, damageFunctions.py: a cubic through the
--          curve of the JRC for built-up land in Asia.
--
-- What they cannot tell: the curves are means over countries of Asia, none is for Chongqing, and the deviation of a
-- single curve at 0.5 m is nearly as large as its mean. Velocity, duration, warning time and mud do not count.
-- The share is of the full replacement value of what floods, not of a firm's whole assets.

local options = require "options"
local units = require "units"

local M = {}

-- ---- the curves of the JRC ------------------------------------------------------------------------------

local jrc = "Huizinga, de Moel, Szewczyk, Global flood depth-damage functions, JRC 2017, Asia"
local gfdrr = "GFDRR CCDR-tools, damageFunctions.py, after Huizinga et al. 2017, Asia"

M.depths = { 0, 0.5, 1, 1.5, 2, 3, 4, 5, 6 } -- m

-- Name -> what it is of, mean damage share and standard deviation at M.depths.
M.curves = {
  jrc_asia_residential = {
    of = "residential buildings", source = jrc,
    mean = { 0, 0.326556502, 0.494050324, 0.616572124, 0.720711764, 0.869528213, 0.931487084, 0.983604148, 1 },
    deviation = { 0, 0.251622626, 0.215442216, 0.214468998, 0.207322898, 0.167536629, 0.124508994, 0.047803103, 0 },
  },
  jrc_asia_commerce = {
    of = "commercial buildings", source = jrc,
    mean = { 0, 0.376789623, 0.537681619, 0.659336684, 0.762845232, 0.883348656, 0.941854895, 0.98075938, 1 },
    deviation = { 0, 0.240462285, 0.240596279, 0.243605156, 0.250253511, 0.171703625, 0.11240992, 0.052781064, 0 },
  },
  jrc_asia_industry = {
    of = "industrial buildings", source = jrc,
    mean = { 0, 0.283181524, 0.481615653, 0.629218894, 0.717240588, 0.85667503, 0.908577004, 0.955327463, 1 },
    deviation = { 0, 0.243322302, 0.295987071, 0.300583358, 0.268517907, 0.234498136, 0.159197865, 0.079457988, 0 },
  },
  jrc_asia_transport = {
    of = "transport", source = jrc,
    mean = { 0, 0.35751634, 0.571895425, 0.733333333, 0.847222222, 1, 1, 1, 1 },
    deviation = { 0, 0.30215383, 0.281482409, 0.251661148, 0.168393829, 0, 0, 0, 0 },
  },
  jrc_asia_roads = {
    of = "roads", source = jrc,
    mean = { 0, 0.214436906, 0.37275441, 0.603934871, 0.709659091, 0.808409091, 0.887159091, 0.96875, 1 },
    deviation = { 0, 0.069410857, 0.073943937, 0.205814323, 0.270555844, 0.221245379, 0.133514877, 0.0625, 0 },
  },
  jrc_asia_agriculture = {
    of = "agriculture", source = jrc,
    mean = { 0, 0.135, 0.37, 0.524, 0.558, 0.66, 0.834, 0.988, 1 },
    deviation = { 0, 0.188944436, 0.351069794, 0.476319221, 0.455872789, 0.357770876, 0.163645959, 0.026832816, 0 },
  },
  gfdrr_asia_built_up = { of = "built-up land, a cubic", source = gfdrr },
}

-- Share by the cubic for built-up land, h the depth kept within 0 and 6 m:                       [ratio]
--   d(h) = clip( 0.00723 h^3 - 0.1000 h^2 + 0.5060 h , 0 , 1 )
-- 0.2289 at 0.5 m, 0.4132 at 1 m, 0.6698 at 2 m, 0.8132 at 3 m, 0.9338 at 5 m. Source: GFDRR, as above.
function M.built_up(depth)
  local h = clip(units.plain(depth), 0, 6)
  return clip(((0.00723 * h - 0.1) * h + 0.5060) * h, 0, 1)
end

-- ---- by name --------------------------------------------------------------------------------------------

-- The names in order, each { name =, of =, source = }: for a script that goes through them, and for reports.
function M.list()
  local names, all_of_them = {}, {}
  for name in pairs(M.curves) do
    names[#names + 1] = name
  end
  table.sort(names)
  for index, name in ipairs(names) do
    all_of_them[index] = { name = name, of = M.curves[name].of, source = M.curves[name].source }
  end
  return all_of_them
end

local function entry(name)
  local found = M.curves[name]
  if not found then
    local names = {}
    for index, item in ipairs(M.list()) do
      names[index] = item.name
    end
    error("damage: there is no curve '" .. tostring(name) .. "'; curves are " .. table.concat(names, ", "), 3)
  end
  return found
end

local function points_of(values)
  local points = {}
  for index, depth in ipairs(M.depths) do
    points[index] = { depth, values[index] }
  end
  return points
end

-- Mean damage share by depth, straight between the points: a curve, a function of depth. With a depth the share
-- itself. A name that does not exist is an error that lists all.                                 [ratio]
function M.curve(name, depth)
  local found = entry(name)
  local by_depth = M.built_up
  if found.mean then
    by_depth = curve(points_of(found.mean))
  end
  if depth == nil then
    return by_depth
  end
  return by_depth(depth)
end

-- The points { { depth, share }, … } of a curve, for `interp` and for tables; those of the cubic at M.depths.
function M.points(name)
  local found = entry(name)
  local shares = found.mean
  if not shares then
    shares = {}
    for index, depth in ipairs(M.depths) do
      shares[index] = M.built_up(depth)
    end
  end
  return points_of(shares)
end

-- Standard deviation of the share among the studies behind a curve of the JRC, at a depth, straight between the
-- points. The cubic has none: an error.                                                          [ratio]
function M.deviation(name, depth)
  local found = entry(name)
  if not found.deviation then
    error("damage: curve '" .. name .. "' has no deviation", 2)
  end
  return interp(depth, points_of(found.deviation))
end

M.shifted_defaults = {
  deviations = 0, -- how many standard deviations above the mean, -1 one below
}

-- Share some standard deviations above or below the mean, kept within 0 and 1: how much hangs on the curve itself.
-- One for all firms of a run, so that it moves them together. Form: proposal.                     [ratio]
function M.shifted(name, depth, given)
  local o = options.complete("damage", M.shifted_defaults, given)
  return clip(M.curve(name, depth) + o.deviations * M.deviation(name, depth), 0, 1)
end

-- ---- by sector ------------------------------------------------------------------------------------------

-- Which curve of the JRC goes with a sector of GB/T 4754, longest prefix; others as commerce. Proposal.
M.use_of_sector = {
  A = "jrc_asia_agriculture", B = "jrc_asia_industry", C = "jrc_asia_industry", D = "jrc_asia_industry",
  E = "jrc_asia_industry", G = "jrc_asia_transport", N = "jrc_asia_industry",
}

-- Mean share for the use that goes with the borrower's sector; a household's home is residential.  [ratio]
function M.of_borrower(b, depth)
  local share = M.curve("jrc_asia_commerce", depth)
  local sectors = {}
  for sector, name in pairs(M.use_of_sector) do
    sectors[name] = sectors[name] or {}
    table.insert(sectors[name], sector)
  end
  for name, prefixes in pairs(sectors) do
    share = where(b.sector_is(table.unpack(prefixes)), M.curve(name, depth), share)
  end
  return where(gt(proxy(b.household, 0), 0), M.curve("jrc_asia_residential", depth), share)
end

return M
