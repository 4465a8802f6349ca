"""A Chinese screen of runs with hazards and random drivers: headings, descriptions, reasons, warnings and refusals; and what a
run says of a scenario that joins two others of which one is not there."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from plimsoll import command, folder, refused, run_all, write_book, write_text

HOME = folder()
BOOK = write_book(
    f"{HOME}/a.book.h5", {"id": ["bank"]},
    {"id": ["mill", "shop"], "pd": [0.02, 0.03], "sector": ["C13", "F52"], "region": ["500153001", "500153002"],
     "debt": [6e6, 1e6]},
    {"id": ["L1", "L2"], "borrower": ["mill", "shop"], "bank": ["bank"] * 2, "balance": [3e6, 1e6], "lgd": [0.4, 0.5]})

TEXT = """return scenario {
  name = "%s", title = { en = "Flood" }, years = { 2026, 2027 }, %s
  drivers = {
    depth = hazard.events { unit = "m", combine = "sum", reference = "today", stream = "water",
      frequency = pathway { [2026] = 1, [2027] = 2 },
      events = { { name = "rare", rate = 0.1, at = { ["500153"] = 2 } } } },
    water = hazard.return_periods { unit = "m", correlation = 0.5, curves = { ["500153"] = { [10] = 1 } } },
    price = random.jump_diffusion { mean = 70, volatility = 0.3, jumps = { rate = 0.2, mean = 0.1, sd = 0.1 },
      with = { macro = -0.4 } },
    growth = random.ar1 { mean = 1, sd = pathway { [2026] = 0.1, [2027] = 0.2 }, persistence = 0.5 },
    scale = random.lognormal { mean = 1, sigma = 0.1 },
    policy = random.regime { before = 1, after = 1.1, start = 0.2 },
  },
  borrower = function (b, d)
    return { pd = min(b.pd * max(d.price / 70, 0) * max(d.growth, 0) * d.scale * d.policy *
                      (1 + interp(d.water, { { 0, 0 }, { 1, 0.1 } })), 1) }
  end,
  damage = function (b, d) return { plant = b.debt * interp(d.depth, { { 0, 0 }, { 2, 0.4 } }) } end,
}
"""
FLOOD = write_text(f"{HOME}/flood.lua", TEXT % ("flood", ""))
JOINED = write_text(f"{HOME}/joined.lua", TEXT % ("joined", 'compound = { "flood", "carbon" },'))
CARBON = write_text(f"{HOME}/carbon.lua", TEXT % ("carbon", ""))
RESULT = f"{HOME}/a.result.h5"


def run(*scripts, lang="zh"):
    return command("run", BOOK, *scripts, "--paths", 2000, "-o", RESULT, "--lang", lang)


def shown(table, lang="zh"):
    return command("show", RESULT, table, "--lang", lang, "--format", "text")[0]


def test_headings():
    out, _ = run(FLOOD, CARBON, JOINED)
    for heading in ("年均损失", "按发生率", "保险赔付", "保障缺口", "灾害", "事件", "年发生率", "发生的路径年数", "复合倍数", "情景一增量"):
        assert heading in out, heading
    for table in ("damage", "events", "compound", "exceedance", "contributors"):
        lines = shown(table).split("\n")
        assert not re.search("[a-z]{3}", re.sub("CNY", "", lines[1])), lines[:3]
    assert "重现期" in shown("exceedance") and "资产损失 plant（全年）" in shown("exceedance"), shown("exceedance")
    assert "资产损失 plant（最大单次事件）" in shown("exceedance") and "信用损失（全年）" in shown("exceedance")
    assert "damage plant aggregate" in shown("exceedance", "en")


def test_reasons():
    run(CARBON)
    assert "未要求更多路径" in shown("tail") and "没有情景合并另外两个情景" in shown("compound")
    _, err = command("show", RESULT, "compound", "--lang", "zh", "--format", "csv")
    assert "表 compound 为空：本次运行中没有情景合并" in err, err
    plain = write_text(f"{HOME}/plain.lua", 'return scenario { name = "p", title = { en = "P" }, years = { 2026, 2027 } }')
    run(plain)
    assert "没有情景含灾害" in shown("events") and "没有情景给出损失" in shown("damage")


def test_descriptions():
    out, _ = command("scenario", "plan", FLOOD, "--lang", "zh")
    for text in ("1 个事件，1 个地点，每年 0.1 次，年强度合计 0.2，同年强度相加，频率倍数 1 至 2，强度倍数 1，以今日为参照，随机流 water",
                 "1 个重现期，1 个地点，概率乘强度合计 0.1，相关系数 0.5（1 组）",
                 "跳跃扩散，波动率 0.3，每年跳跃 0.2 次（均值 0.1，标准差 0.1），与 macro 相关 -0.4",
                 "正态，标准差 0.1 至 0.2，持续性 0.5", "对数正态，sigma 0.1", "政策切换，启动概率 0.2"):
        assert text in out, out
    out, _ = command("scenario", "plan", FLOOD, "--lang", "en")
    assert "jump diffusion, volatility 0.3, jumps 0.2 a year (mean 0.1, sd 0.1), with macro -0.4" in out, out
    assert "normal, sd 0.1 to 0.2, persistence 0.5" in out and ", summed, frequency 1 to 2, intensity 1, against today" in out


def test_tail_is_refused():
    refused("run", FLOOD, "--book", BOOK, "--paths", 500, "--tail", 5, "-o", RESULT, "--lang", "zh", expect=2,
            says=["--tail 不适用于", "--paths"])


def test_a_joined_scenario_that_is_not_there():
    sentence = "scenario joined joins flood and carbon; not in the run: "
    _, err = run(JOINED, FLOOD, lang="en")
    assert f"warning: {sentence}carbon" in err, err
    assert f"{sentence}carbon" in shown("compound", "en")
    _, err = run(JOINED)
    assert "警告：情景 joined 合并 flood 与 carbon；本次运行中没有：flood, carbon" in err, err
    assert "本次运行中没有：flood, carbon" in shown("compound")
    _, err = command("run", BOOK, JOINED, "--paths", 2000, "--book-slabs", 2, "-o", RESULT, "--lang", "en")
    assert err.count(f"{sentence}flood, carbon") == 1, err
    _, err = run(JOINED, FLOOD, CARBON, lang="en")
    assert "not in the run" not in err, err


run_all(globals())
