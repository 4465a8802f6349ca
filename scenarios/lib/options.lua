-- Options of library functions: the caller's over the defaults, and an error for a name that does not exist, so that a
-- misspelt option is never silently ignored.
--
--   local options = require "options"
--   local o = options.complete("firm", M.defaults, given)
--
-- Nothing is tested about the values: they may be numbers or formulas.

local M = {}

-- A new table: `given` over `defaults`. `library` is the name for the message.
function M.complete(library, defaults, given)
  local names, all_options = {}, {}
  for name, value in pairs(defaults) do
    names[#names + 1] = name
    all_options[name] = value
  end
  for name, value in pairs(given or {}) do
    if defaults[name] == nil then
      error(library .. ": there is no option '" .. tostring(name) .. "'; options are "
        .. table.concat(names, ", "), 3)
    end
    all_options[name] = value
  end
  return all_options
end

-- Only those of `given` that `defaults` names: for handing a long list of options on.
function M.part(defaults, given)
  local some = {}
  for name in pairs(defaults) do
    some[name] = given[name]
  end
  return some
end

return M
