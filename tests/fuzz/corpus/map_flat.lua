return map { confirmed = false, as_of = "2024-02-29", files = { f = { file = "f.txt", separator = "\t", encoding = "utf16" } },
  banks = { from = "f", columns = { id = { value = "b" } } },
  borrowers = { from = "f", columns = { id = { row = "B" }, sector = { value = "C30" }, region = { value = "500153" }, pd = { column = "pd", scale = "‰" },
    household = "个人", env_credit = { column = "c", codes = { ["绿"] = "green" }, otherwise = "red" } } },
  loans = { from = "f", columns = { id = "i", borrower = { row = "B" }, bank = { value = "b" }, balance = { column = "x", scale = "百万元" },
    start = { column = "s", dates = "days since 1960-01-01" }, class = { column = "k", codes = { [1] = 1, [2] = 2 } } } },
  collateral = { from = "f", columns = { id = "c", loan = "i", value = "v", lat = "lat", lon = "lon" } } }
