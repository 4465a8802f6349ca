-- What to do about a warning: by level and subject an action, who does it, and in how many days. Every line is a proposal,
-- to be agreed by the banks, the central bank's branch, the financial regulator and the district. Nothing here is
-- done by Plimsoll; a warning is a reason for people to look.
--
-- Whoever has several warnings follows the highest. Blue: look; yellow: ask; orange: plan; red: act.

local M = {}

local manager = { en = "account manager of the bank", zh = "贷款行客户经理" }
local risk = { en = "risk department of the bank", zh = "贷款行风险管理部" }
local credit = { en = "credit committee of the bank", zh = "贷款行信贷审批委员会" }
local board = { en = "board of the bank", zh = "贷款行董事会" }
local branch = { en = "branch of the central bank", zh = "人民银行分支机构" }
local regulator = { en = "financial regulator", zh = "金融监管机构" }
local bureau = { en = "ecology and environment bureau", zh = "生态环境局" }
local district = { en = "working group of the district", zh = "区工作专班" }

-- subject, level, action, owner, days.
M.lines = {
  { "borrower", "blue", { en = "Check the data; note the warning in the file.",
    zh = "核对数据，在信贷档案中登记预警。" }, manager, 30 },
  { "borrower", "yellow", { en = "Talk to the firm; ask for its plan for permits, emissions and costs.",
    zh = "约谈企业，索取排污许可、减排与成本计划。" }, manager, 15 },
  { "borrower", "orange", { en = "Review the limit; agree on a transition plan, collateral or insurance.",
    zh = "复审授信额度，商定转型方案、追加担保或保险。" }, risk, 10 },
  { "borrower", "red", { en = "No new lending before a decision; classify anew; prepare provisions.",
    zh = "暂停新增授信并提交审批，重新分类，准备计提拨备。" }, credit, 5 },
  { "sector", "blue", { en = "Follow the sector every quarter.", zh = "按季跟踪该行业。" }, risk, 30 },
  { "sector", "yellow", { en = "Compare limits of the sector among banks.", zh = "对照各机构行业限额。" }, branch, 20 },
  { "sector", "orange", { en = "Agree on limits and on a transition programme of the sector.",
    zh = "商定行业限额与转型方案。" }, branch, 15 },
  { "sector", "red", { en = "Hold a meeting of banks, bureau and firms; report to the district.",
    zh = "召开银行、主管部门与企业会议，并报告区政府。" }, district, 5 },
  { "region", "blue", { en = "Follow the town every quarter.", zh = "按季跟踪该镇街。" }, branch, 30 },
  { "region", "yellow", { en = "Check hazards and insurance of collateral in the town.",
    zh = "排查镇街灾害隐患与押品保险。" }, risk, 20 },
  { "region", "orange", { en = "Inspect sites; close gaps of insurance.", zh = "现场检查，补齐保险缺口。" }, district, 15 },
  { "region", "red", { en = "Prepare relief and liquidity for the town.", zh = "准备纾困与流动性支持。" }, district, 5 },
  { "cell", "blue", { en = "Look at the largest borrowers of the cell.", zh = "查看该单元最大借款人。" }, risk, 30 },
  { "cell", "yellow", { en = "Review the ten largest borrowers of the cell.", zh = "复查该单元前十大借款人。" }, risk, 20 },
  { "cell", "orange", { en = "Hold new lending to the cell against limits; inspect on site.",
    zh = "按限额控制新增，现场检查。" }, bureau, 15 },
  { "cell", "red", { en = "Draw up a plan for the cell with bureau and banks.",
    zh = "会同主管部门与银行制定处置方案。" }, district, 5 },
  { "bank", "blue", { en = "Explain the result in the next report.", zh = "在下期报告中说明。" }, risk, 30 },
  { "bank", "yellow", { en = "Send a plan for provisions and concentration.", zh = "报送拨备与集中度改进计划。" }, risk, 20 },
  { "bank", "orange", { en = "Hold a supervisory talk; plan capital and dividends.",
    zh = "监管约谈，制定资本与分红计划。" }, regulator, 10 },
  { "bank", "red", { en = "Decide on capital measures; report every week.", zh = "决定资本补充措施，按周报告。" }, board, 5 },
  { "district", "blue", { en = "Note it in the quarterly report.", zh = "写入季度报告。" }, branch, 30 },
  { "district", "yellow", { en = "Analyse what drives it; inform the district.", zh = "分析成因，通报区政府。" }, branch, 15 },
  { "district", "orange", { en = "Call a meeting of all parties; prepare measures.",
    zh = "召集各方会议，准备应对措施。" }, branch, 10 },
  { "district", "red", { en = "Start the contingency plan; report to the municipality.",
    zh = "启动应急预案，报告市级部门。" }, district, 3 },
}

return M
