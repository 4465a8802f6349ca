local function fold(t, f, x) for _, v in ipairs(t) do x = f(x, v) end return x end
local total <const> = fold({ 1, 2, 3 }, function (a, b) return a + b end, 0)
local i = 0
repeat i = i + 1 until i == 5
::again:: i = i - 1
if i > 0 then goto again end
local t = setmetatable and {} or nil
