return map {
  confirmed = true,
  as_of = "2025-12-31", currency = "CNY",
  files = {
    core = { file = "core.csv", encoding = "GB18030", separator = ";", header = 3, footer = { "合计", "小计" }, decimal = "," },
    more = { file = "more.csv" },
  },
  banks = { from = "core", columns = { id = { column = "机构", empty = "x" }, type = { value = "branch" } } },
  borrowers = { from = "core", join = { { file = "more", from = "客户", to = "key" } }, columns = {
    id = { column = "证件号", check = "either" }, sector = { column = "行业", prefixes = { ["30"] = "C30", [44] = "D44" } },
    region = "地区", pd = { column = "评级", codes = { A = 0.01, B = 0.02 }, otherwise = 0.05 },
    revenue = { file = "more", column = "收入", scale = "万元" }, extra = { column = "x", kind = "number", unit = "t" } } },
  loans = { from = "core", exclude = { { column = "品种", is = { "委托" }, reason = "r" } }, columns = {
    id = { row = "L" }, borrower = "证件号", bank = "机构", balance = { column = "余额", scale = 1e4 },
    undrawn = { column = "额度", minus = "余额" }, maturity = { column = "到期", dates = "excel" },
    purpose = { column = "用途", codes = { csv = "prices.csv", from = "unit", to = "unit" } }, lgd = { value = 0.45 } } },
}
