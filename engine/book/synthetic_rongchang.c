/* The preset "rongchang": a district after the picture of Rongchang, Chongqing (500153). Its banks
 * and borrowers are invented. Codes and names of towns: GB/T 2260 with its township extension; of
 * industries: GB/T 4754-2017. The industries are those of the district's pilot plan for green
 * finance of 2023. Every number without a source beside it is a proposal. */
#include "book/synthetic_preset.h"

/* clang-format off */

/* Weights follow what towns are known for: parks in Changzhou, Guangshun and Ronglong, potteries in
 * Anfu, grass cloth in Panlong, the old town of Wanling. Proposal. */
static const plim_town towns[] = {
    /*                         people park clay cloth farm tourism   lat    lon */
    {"500153001", "昌元街道", {22,  3,  2,  8,  1, 16}, 29.40, 105.60},
    {"500153002", "昌州街道", {20, 26,  2,  8,  2, 10}, 29.40, 105.55},
    {"500153003", "广顺街道", { 7, 18,  6,  2,  3,  2}, 29.35, 105.50},
    {"500153004", "双河街道", { 6,  4,  2,  2,  8,  2}, 29.45, 105.45},
    {"500153005", "安富街道", { 8,  8, 55,  2,  4, 18}, 29.35, 105.45},
    {"500153006", "峰高街道", { 5,  6,  1,  2,  5,  4}, 29.45, 105.65},
    {"500153100", "荣隆镇",   { 4, 20, 22,  2,  4,  1}, 29.35, 105.40},
    {"500153101", "仁义镇",   { 4,  1,  1,  2,  7,  2}, 29.50, 105.50},
    {"500153102", "盘龙镇",   { 6,  3,  1, 50,  8,  3}, 29.50, 105.40},
    {"500153103", "吴家镇",   { 4,  1,  1,  6,  8,  1}, 29.60, 105.45},
    {"500153104", "直升镇",   { 2,  1,  1,  1,  5,  1}, 29.50, 105.60},
    {"500153105", "万灵镇",   { 2,  1,  1,  1,  3, 40}, 29.40, 105.65},
    {"500153106", "清升镇",   { 2,  1,  3,  1,  5,  2}, 29.30, 105.50},
    {"500153107", "清江镇",   { 1,  1,  1,  1,  4,  4}, 29.30, 105.55},
    {"500153108", "古昌镇",   { 2,  1,  1,  1,  6,  1}, 29.55, 105.55},
    {"500153109", "河包镇",   { 4,  3,  1,  1,  7,  3}, 29.60, 105.60},
    {"500153110", "观胜镇",   { 2,  1,  1,  1,  6,  1}, 29.55, 105.60},
    {"500153111", "铜鼓镇",   { 2,  1,  1,  1,  5,  8}, 29.65, 105.60},
    {"500153112", "清流镇",   { 1,  1,  1,  3,  4,  1}, 29.65, 105.45},
    {"500153113", "远觉镇",   { 2,  1,  1,  2,  6,  1}, 29.60, 105.50},
    {"500153114", "龙集镇",   { 2,  1,  1,  2,  6,  1}, 29.65, 105.50},
};

/* Where a loan that carries a green label goes. Codes: first two levels of the Green Industry
 * Guidance Catalogue (2019); which industry gets which code is a proposal. */
static const plim_green_use green_uses[] = {
    {"1.5", "energy-saving renewal"},
    {"1.6", "pollution treatment"},
    {"1.7", "resource recycling"},
    {"3.1", "clean-energy equipment"},
    {"3.2", "clean-energy plant"},
    {"4.1", "ecological farming"},
    {"4.2", "ecological protection"},
    {"5.1", "green building"},
    {"5.2", "green transport"},
    {"5.3", "environmental infrastructure"},
};

#define G_1_5 (&green_uses[0])
#define G_1_6 (&green_uses[1])
#define G_1_7 (&green_uses[2])
#define G_3_1 (&green_uses[3])
#define G_3_2 (&green_uses[4])
#define G_4_1 (&green_uses[5])
#define G_4_2 (&green_uses[6])
#define G_5_1 (&green_uses[7])
#define G_5_2 (&green_uses[8])
#define G_5_3 (&green_uses[9])

#define WORKS     PLIM_FIRM_WORKS
#define LIVESTOCK PLIM_FIRM_LIVESTOCK
#define CROPS     PLIM_FIRM_CROPS
#define PROJECT   PLIM_FIRM_PROJECT
#define PROPERTY  PLIM_FIRM_PROPERTY
#define PEOPLE    PLIM_PLACE_PEOPLE
#define PARK      PLIM_PLACE_PARK
#define CLAY      PLIM_PLACE_CLAY
#define CLOTH     PLIM_PLACE_CLOTH
#define FARM      PLIM_PLACE_FARM
#define TOURISM   PLIM_PLACE_TOURISM

/* Emissions, t per million CNY of revenue, are orders of magnitude (proposals):
 *   power    0.8 t/MWh over 0.45 CNY/kWh; with heat sold, about 1,500
 *   cement   0.8 t per t of clinker-based product over some 300 CNY/t and other sales: 900
 *   steel    scrap furnaces and rolling: 0.5-1 t per t over 3,600 CNY/t
 *   ceramics 150-168 t per 10,000 m2 of tiles (a published plant study) over 15-20 CNY/m2, less for
 *            pottery, least for art
 *   farms    methane and nitrous oxide in CO2e
 *   scope 2  share of power in cost x national grid factor
 * Env. class after the key evaluation indicators of green credit: A may change the environment
 * gravely, B can be mitigated, C little; the assignment is a proposal. */
static const plim_industry industries[] = {
    /* code, name, weight, kind, place,
       revenue, sigma, assets, lev, cover, depr, s1, s2, s3, shift, env, measured, green, use */
    {"A0111", "稻谷种植", 14, CROPS, FARM,
        3, 0.9, 1.0, 0.42, 3.2, 0.050, 45, 8, 60, 0.2, 'C', false, 0.05, G_4_1},
    {"A0141", "蔬菜种植", 14, CROPS, FARM,
        3, 0.9, 1.0, 0.42, 3.4, 0.050, 15, 10, 60, 0.2, 'C', false, 0.08, G_4_1},
    {"A0153", "柑橘类种植", 20, CROPS, FARM,
        4, 0.9, 1.4, 0.42, 3.2, 0.070, 12, 8, 50, 0.2, 'C', false, 0.10, G_4_1},
    {"A0220", "造林和更新", 8, CROPS, FARM,
        4, 0.9, 2.5, 0.45, 2.4, 0.060, 5, 4, 30, 0.1, 'C', false, 0.60, G_4_2},
    {"A0313", "猪的饲养", 45, LIVESTOCK, FARM,
        9, 1.1, 0.9, 0.52, 2.2, 0.060, 90, 15, 250, 0.3, 'B', false, 0.05, G_4_1},
    {"A0321", "鸡的饲养", 12, LIVESTOCK, FARM,
        6, 0.9, 0.8, 0.50, 2.4, 0.050, 30, 15, 250, 0.2, 'B', false, 0.05, G_4_1},
    {"A0531", "畜牧良种繁殖活动", 5, LIVESTOCK, FARM,
        12, 0.9, 1.2, 0.48, 2.8, 0.060, 70, 15, 200, 0.0, 'B', false, 0.10, G_4_1},
    {"A0532", "畜禽粪污处理活动", 4, WORKS, FARM,
        8, 0.8, 1.6, 0.50, 2.4, 0.090, 20, 15, 30, 0.1, 'B', false, 0.85, G_1_6},
    {"C1329", "其他饲料加工", 18, WORKS, PARK,
        60, 1.0, 0.5, 0.52, 3.2, 0.020, 8, 10, 350, 0.0, 'B', false, 0.02, G_1_5},
    {"C1351", "牲畜屠宰", 8, WORKS, PARK,
        60, 0.9, 0.5, 0.55, 2.6, 0.020, 10, 12, 400, 0.1, 'B', false, 0.02, G_1_5},
    {"C1353", "肉制品及副产品加工", 10, WORKS, PARK,
        40, 1.0, 0.7, 0.53, 3.0, 0.025, 15, 15, 350, 0.0, 'B', false, 0.02, G_1_5},
    {"C1391", "淀粉及淀粉制品制造", 14, WORKS, FARM,
        20, 1.0, 0.8, 0.50, 2.8, 0.030, 45, 25, 180, 0.1, 'B', false, 0.03, G_1_5},
    {"C1439", "其他方便食品制造", 10, WORKS, PARK,
        40, 0.9, 0.7, 0.50, 3.4, 0.030, 25, 20, 200, 0.0, 'B', false, 0.02, G_1_5},
    {"C1469", "其他调味品、发酵制品制造", 8, WORKS, PARK,
        40, 0.9, 0.8, 0.48, 3.6, 0.030, 30, 20, 180, 0.0, 'B', false, 0.02, G_1_5},
    {"C1512", "白酒制造", 7, WORKS, PEOPLE,
        25, 1.0, 1.3, 0.42, 4.2, 0.030, 35, 10, 90, 0.0, 'B', false, 0.00, G_1_5},
    {"C1732", "麻织造加工", 22, WORKS, CLOTH,
        12, 0.9, 0.8, 0.50, 2.6, 0.035, 10, 20, 120, 0.2, 'C', false, 0.02, G_1_5},
    {"C1733", "麻染整精加工", 5, WORKS, CLOTH,
        18, 0.8, 0.9, 0.54, 2.2, 0.045, 90, 35, 140, 0.2, 'A', false, 0.05, G_1_6},
    {"C1819", "其他机织服装制造", 18, WORKS, PARK,
        20, 0.9, 0.6, 0.52, 2.8, 0.020, 4, 12, 120, 0.1, 'C', false, 0.00, G_1_5},
    {"C2231", "纸和纸板容器制造", 12, WORKS, PARK,
        35, 0.9, 0.8, 0.54, 2.8, 0.040, 30, 30, 220, 0.0, 'B', false, 0.03, G_1_5},
    {"C2710", "化学药品原料药制造", 4, WORKS, PARK,
        150, 0.8, 1.3, 0.48, 3.6, 0.060, 70, 45, 180, 0.0, 'A', true, 0.05, G_1_6},
    {"C2730", "中药饮片加工", 6, WORKS, PARK,
        45, 0.8, 0.9, 0.48, 3.6, 0.030, 12, 12, 90, 0.0, 'C', false, 0.00, G_1_5},
    {"C2740", "中成药生产", 6, WORKS, PARK,
        90, 0.8, 1.2, 0.46, 4.0, 0.040, 12, 15, 90, -0.1, 'B', false, 0.02, G_1_5},
    {"C2750", "兽用药品制造", 10, WORKS, PARK,
        70, 0.9, 1.1, 0.46, 4.0, 0.045, 15, 18, 100, -0.1, 'B', false, 0.02, G_1_5},
    {"C2929", "塑料零件及其他塑料制品制造", 15, WORKS, PARK,
        30, 0.9, 0.8, 0.54, 2.8, 0.045, 8, 35, 220, 0.0, 'B', false, 0.02, G_1_7},
    {"C3011", "水泥制造", 0, WORKS, PARK,
        420, 0.2, 1.3, 0.52, 2.8, 0.070, 900, 60, 60, 0.1, 'A', true, 0.08, G_1_5},
    {"C3012", "石灰和石膏制造", 2, WORKS, PARK,
        45, 0.6, 0.9, 0.52, 2.4, 0.050, 700, 30, 50, 0.2, 'A', true, 0.02, G_1_5},
    {"C3021", "水泥制品制造", 12, WORKS, PARK,
        60, 0.8, 0.8, 0.60, 2.0, 0.040, 12, 12, 350, 0.3, 'B', false, 0.02, G_5_1},
    {"C3031", "粘土砖瓦及建筑砌块制造", 8, WORKS, PARK,
        20, 0.8, 0.9, 0.54, 2.0, 0.050, 200, 25, 60, 0.3, 'B', false, 0.03, G_1_7},
    {"C3055", "玻璃包装容器制造", 5, WORKS, PARK,
        110, 0.8, 1.0, 0.54, 2.4, 0.060, 170, 45, 90, 0.1, 'B', true, 0.04, G_1_5},
    {"C3071", "建筑陶瓷制品制造", 13, WORKS, CLAY,
        220, 0.6, 0.9, 0.58, 1.9, 0.050, 150, 45, 70, 0.2, 'B', true, 0.06, G_1_5},
    {"C3072", "卫生陶瓷制品制造", 6, WORKS, CLAY,
        150, 0.7, 0.9, 0.56, 2.1, 0.050, 110, 35, 70, 0.1, 'B', true, 0.06, G_1_5},
    {"C3073", "特种陶瓷制品制造", 5, WORKS, CLAY,
        60, 0.8, 1.0, 0.50, 2.8, 0.055, 120, 50, 70, 0.0, 'B', true, 0.05, G_1_5},
    {"C3074", "日用陶瓷制品制造", 26, WORKS, CLAY,
        50, 0.9, 0.9, 0.54, 2.0, 0.045, 105, 30, 60, 0.2, 'B', true, 0.04, G_1_5},
    {"C3075", "陈设艺术陶瓷制造", 20, WORKS, CLAY,
        8, 0.9, 1.2, 0.46, 2.3, 0.040, 60, 20, 40, 0.1, 'C', true, 0.02, G_1_5},
    {"C3120", "炼钢", 0, WORKS, PARK,
        1600, 0.2, 0.6, 0.60, 2.2, 0.030, 280, 70, 300, 0.1, 'A', true, 0.05, G_1_5},
    {"C3130", "钢压延加工", 0, WORKS, PARK,
        1100, 0.2, 0.5, 0.60, 2.2, 0.020, 75, 55, 500, 0.1, 'A', true, 0.03, G_1_5},
    {"C3311", "金属结构制造", 18, WORKS, PARK,
        40, 0.9, 0.7, 0.56, 2.6, 0.020, 3, 12, 450, 0.1, 'C', false, 0.01, G_5_1},
    {"C3391", "黑色金属铸造", 8, WORKS, PARK,
        40, 0.8, 0.9, 0.54, 2.4, 0.045, 40, 90, 350, 0.1, 'B', true, 0.03, G_1_5},
    {"C3484", "机械零部件加工", 24, WORKS, PARK,
        25, 0.9, 0.9, 0.52, 2.8, 0.045, 3, 25, 250, 0.0, 'C', false, 0.01, G_1_5},
    {"C3525", "模具制造", 10, WORKS, PARK,
        25, 0.8, 1.0, 0.50, 3.0, 0.055, 2, 25, 180, 0.0, 'C', false, 0.01, G_1_5},
    {"C3591", "环境保护专用设备制造", 6, WORKS, PARK,
        60, 0.7, 1.0, 0.50, 3.2, 0.030, 3, 10, 220, 0.0, 'C', false, 0.70, G_1_6},
    {"C3670", "汽车零部件及配件制造", 26, WORKS, PARK,
        60, 0.9, 0.9, 0.54, 3.0, 0.045, 4, 25, 260, 0.0, 'C', false, 0.04, G_5_2},
    {"C3752", "摩托车零部件及配件制造", 10, WORKS, PARK,
        35, 0.9, 0.8, 0.54, 2.6, 0.040, 4, 25, 260, 0.1, 'C', false, 0.00, G_1_5},
    {"C3825", "光伏设备及元器件制造", 7, WORKS, PARK,
        220, 0.4, 0.9, 0.62, 1.9, 0.070, 4, 35, 380, 0.2, 'B', true, 0.60, G_3_1},
    {"C3841", "锂离子电池制造", 7, WORKS, PARK,
        240, 0.4, 1.1, 0.60, 2.4, 0.070, 6, 30, 350, 0.1, 'B', true, 0.55, G_3_1},
    {"C3849", "其他电池制造", 4, WORKS, PARK,
        160, 0.4, 1.0, 0.58, 2.4, 0.060, 6, 30, 350, 0.1, 'B', true, 0.60, G_3_1},
    {"C3962", "智能车载设备制造", 8, WORKS, PARK,
        120, 0.8, 0.9, 0.52, 3.4, 0.045, 1, 12, 200, 0.0, 'C', false, 0.05, G_5_2},
    {"C3982", "电子电路制造", 14, WORKS, PARK,
        90, 0.8, 1.0, 0.55, 3.0, 0.065, 4, 45, 220, 0.0, 'B', true, 0.02, G_1_5},
    {"C3989", "其他电子元件制造", 16, WORKS, PARK,
        70, 0.9, 0.9, 0.52, 3.2, 0.050, 1, 25, 200, 0.0, 'C', false, 0.01, G_1_5},
    {"C4220", "非金属废料和碎屑加工处理", 6, WORKS, PARK,
        45, 0.8, 0.8, 0.54, 2.6, 0.040, 8, 20, 80, 0.1, 'B', false, 0.75, G_1_7},
    {"D4412", "热电联产", 0, PROJECT, PARK,
        520, 0.2, 1.7, 0.62, 2.4, 0.090, 1500, 15, 110, -0.2, 'A', true, 0.05, G_1_5},
    {"D4416", "太阳能发电", 3, PROJECT, FARM,
        25, 0.4, 6.0, 0.66, 1.6, 0.260, 0, 8, 25, -0.3, 'C', true, 0.95, G_3_2},
    {"D4417", "生物质能发电", 2, PROJECT, FARM,
        70, 0.4, 3.2, 0.64, 1.7, 0.140, 25, 10, 60, 0.0, 'B', true, 0.95, G_3_2},
    {"D4511", "天然气生产和供应业", 4, PROJECT, PEOPLE,
        150, 0.7, 1.0, 0.52, 3.4, 0.050, 25, 8, 150, -0.4, 'C', true, 0.15, G_3_2},
    {"D4610", "自来水生产和供应", 5, PROJECT, PEOPLE,
        40, 0.5, 4.0, 0.58, 1.8, 0.120, 2, 60, 30, -0.8, 'C', true, 0.60, G_5_3},
    {"D4620", "污水处理及其再生利用", 7, PROJECT, PEOPLE,
        26, 0.5, 4.2, 0.62, 1.8, 0.150, 40, 70, 40, -0.6, 'B', true, 0.95, G_5_3},
    {"E4710", "住宅房屋建筑", 34, WORKS, PEOPLE,
        70, 0.9, 0.9, 0.66, 2.2, 0.008, 3, 4, 280, 0.2, 'C', false, 0.08, G_5_1},
    {"E4813", "市政道路工程建筑", 22, WORKS, PEOPLE,
        65, 0.9, 1.0, 0.64, 2.4, 0.010, 8, 4, 250, 0.1, 'C', false, 0.08, G_5_3},
    {"E4822", "河湖治理及防洪设施工程建筑", 6, WORKS, PEOPLE,
        60, 0.7, 1.0, 0.62, 2.4, 0.010, 8, 4, 200, 0.1, 'C', false, 0.70, G_5_3},
    {"E4891", "园林绿化工程施工", 10, WORKS, PEOPLE,
        25, 0.9, 1.0, 0.60, 2.2, 0.010, 4, 3, 120, 0.2, 'C', false, 0.40, G_4_2},
    {"E5011", "公共建筑装饰和装修", 24, WORKS, PEOPLE,
        20, 0.9, 0.8, 0.60, 2.4, 0.008, 1, 2, 180, 0.3, 'C', false, 0.03, G_5_1},
    {"F5123", "果品、蔬菜批发", 26, WORKS, PEOPLE,
        12, 1.0, 0.4, 0.52, 3.0, 0.005, 2, 2, 120, 0.1, 'C', false, 0.00, G_4_1},
    {"F5164", "金属及金属矿批发", 20, WORKS, PARK,
        60, 1.0, 0.3, 0.64, 2.2, 0.002, 1, 1, 500, 0.2, 'C', false, 0.00, G_1_7},
    {"F5165", "建材批发", 60, WORKS, PEOPLE,
        18, 1.0, 0.5, 0.56, 2.6, 0.004, 1, 1, 280, 0.2, 'C', false, 0.00, G_5_1},
    {"F5191", "再生物资回收与批发", 12, WORKS, PARK,
        30, 0.9, 0.4, 0.54, 2.4, 0.008, 3, 4, 60, 0.2, 'B', false, 0.50, G_1_7},
    {"F5212", "超级市场零售", 45, WORKS, PEOPLE,
        10, 0.9, 0.5, 0.52, 2.8, 0.015, 1, 12, 120, 0.1, 'C', false, 0.00, G_1_5},
    {"F5251", "西药零售", 28, WORKS, PEOPLE,
        6, 0.9, 0.5, 0.46, 3.6, 0.010, 0.5, 6, 90, 0.0, 'C', false, 0.00, G_1_5},
    {"F5261", "汽车新车零售", 18, WORKS, PEOPLE,
        45, 0.8, 0.4, 0.62, 2.2, 0.008, 1, 3, 250, 0.2, 'C', false, 0.10, G_5_2},
    {"F5265", "机动车燃油零售", 12, WORKS, PEOPLE,
        30, 0.7, 0.5, 0.46, 3.6, 0.012, 2, 3, 450, 0.0, 'B', false, 0.00, G_1_5},
    {"F5281", "五金零售", 50, WORKS, PEOPLE,
        4, 0.9, 0.5, 0.48, 3.0, 0.006, 0.5, 3, 150, 0.1, 'C', false, 0.00, G_1_5},
    {"F5287", "陶瓷、石材装饰材料零售", 30, WORKS, PEOPLE,
        4, 0.9, 0.5, 0.50, 2.6, 0.006, 0.5, 3, 180, 0.2, 'C', false, 0.00, G_1_5},
    {"G5411", "公共电汽车客运", 3, PROJECT, PEOPLE,
        50, 0.5, 1.6, 0.60, 1.5, 0.120, 70, 40, 60, -0.6, 'C', true, 0.85, G_5_2},
    {"G5421", "长途客运", 7, WORKS, PEOPLE,
        15, 0.8, 1.2, 0.52, 2.2, 0.090, 110, 6, 60, 0.2, 'C', false, 0.10, G_5_2},
    {"G5431", "普通货物道路运输", 50, WORKS, PARK,
        12, 1.0, 0.8, 0.56, 2.4, 0.070, 120, 4, 70, 0.2, 'C', false, 0.05, G_5_2},
    {"G5930", "低温仓储", 12, WORKS, PARK,
        20, 0.9, 1.8, 0.54, 2.2, 0.080, 4, 60, 40, 0.0, 'C', false, 0.05, G_1_5},
    {"H6110", "旅游饭店", 14, WORKS, TOURISM,
        15, 0.9, 2.5, 0.52, 1.9, 0.110, 10, 40, 50, 0.3, 'C', false, 0.02, G_5_1},
    {"H6130", "民宿服务", 14, WORKS, TOURISM,
        1.5, 0.7, 2.2, 0.46, 2.0, 0.090, 5, 30, 40, 0.3, 'C', false, 0.02, G_5_1},
    {"H6210", "正餐服务", 36, WORKS, PEOPLE,
        4, 0.9, 0.6, 0.46, 2.6, 0.030, 8, 20, 90, 0.3, 'C', false, 0.00, G_1_5},
    {"I6513", "应用软件开发", 10, WORKS, PEOPLE,
        15, 0.9, 0.9, 0.40, 4.2, 0.020, 0.2, 5, 30, 0.0, 'C', false, 0.00, G_1_5},
    {"K7010", "房地产开发经营", 28, PROPERTY, PEOPLE,
        75, 0.7, 2.2, 0.68, 1.8, 0.004, 1, 2, 160, 0.2, 'C', false, 0.12, G_5_1},
    {"K7020", "物业管理", 12, WORKS, PEOPLE,
        10, 0.9, 0.7, 0.48, 2.8, 0.015, 1, 15, 30, 0.0, 'C', false, 0.02, G_5_1},
    {"L7212", "投资与资产管理", 15, PROJECT, PEOPLE,
        100, 0.6, 7.0, 0.58, 1.5, 0.040, 2, 3, 90, -1.5, 'C', true, 0.265, G_5_3},
    {"L7221", "园区管理服务", 9, PROJECT, PARK,
        90, 0.6, 7.0, 0.58, 1.5, 0.050, 2, 5, 90, -1.3, 'C', true, 0.22, G_5_3},
    {"N7721", "水污染治理", 5, PROJECT, PEOPLE,
        24, 0.5, 3.0, 0.60, 1.9, 0.100, 10, 50, 60, -0.3, 'B', true, 0.95, G_1_6},
    {"N7723", "固体废物治理", 6, PROJECT, PARK,
        34, 0.5, 3.2, 0.60, 2.0, 0.120, 90, 20, 50, -0.3, 'B', true, 0.95, G_1_6},
    {"N7810", "市政设施管理", 8, PROJECT, PEOPLE,
        85, 0.6, 6.5, 0.58, 1.5, 0.050, 2, 5, 90, -1.3, 'C', true, 0.31, G_5_3},
    {"N7861", "名胜风景区管理", 9, PROJECT, TOURISM,
        25, 0.8, 4.5, 0.52, 1.6, 0.110, 4, 15, 40, 0.2, 'C', false, 0.10, G_4_2},
    {"P8336", "中等职业学校教育", 5, WORKS, PEOPLE,
        30, 0.7, 2.2, 0.42, 2.8, 0.060, 3, 10, 30, -0.5, 'C', false, 0.02, G_5_1},
    {"Q8411", "综合医院", 7, WORKS, PEOPLE,
        90, 0.9, 1.2, 0.46, 2.6, 0.060, 5, 15, 90, -0.6, 'C', false, 0.02, G_5_1},
};

/* The large emitters and plants without which there is no district to stress, in any book. */
static const char *const anchors[] = {
    "C3011", "D4412", "C3120", "C3071", "C3841", "D4416", "C3130", "D4620", "L7212", "A0313",
};

const plim_household_kind plim_synthetic_households[] = {
    /* name       weight  balance sigma   pd      sigma  product                second */
    {"mortgage",   46,    360e3,  0.55,  0.0020,  0.6, PLIM_PRODUCT_MORTGAGE,  0.25},
    {"consumer",   24,     65e3,  0.80,  0.0080,  0.7, PLIM_PRODUCT_CONSUMER,  0.00},
    {"farm",       18,    110e3,  0.70,  0.0090,  0.6, PLIM_PRODUCT_FARM,      0.05},
    {"business",   12,    500e3,  0.80,  0.0070,  0.6, PLIM_PRODUCT_BUSINESS,  0.10},
};

/* Rates: the one- and five-year loan prime rates were 3.0 and 3.5 % from May 2025; spreads are
 * proposals. */
const plim_product plim_synthetic_products[PLIM_PRODUCT_COUNT] = {
    /* name, purpose, months, elapsed, lines, rate, lgd, security (households): none, real estate,
       equipment, guarantee, forest, livestock */
    [PLIM_PRODUCT_WORKING] =
        {"working_capital", "materials and wages", 6, 36, 0.95, 0.50, -0.003, 0.002, 0.0, {0}},
    [PLIM_PRODUCT_TRADE] =
        {"trade_finance", "goods in trade", 3, 12, 0.95, 0.30, -0.006, 0.000, 0.0, {0}},
    [PLIM_PRODUCT_FIXED] =
        {"fixed_asset", "plant and equipment", 36, 96, 0.80, 0.0, 0.000, 0.004, 0.0, {0}},
    [PLIM_PRODUCT_PROJECT] =
        {"project", "infrastructure", 96, 240, 0.60, 0.0, -0.004, 0.003, 0.0, {0}},
    [PLIM_PRODUCT_DEVELOPMENT] =
        {"development", "housing construction", 24, 48, 0.85, 0.20, 0.002, 0.012, 0.0, {0}},
    [PLIM_PRODUCT_FARM_WORKING] =
        {"farm_working_capital", "feed, seed and young stock", 12, 36, 0.95, 0.25, -0.002, 0.004, 0.0, {0}},
    [PLIM_PRODUCT_MORTGAGE] =
        {"mortgage", "home", 120, 360, 0.50, 0.0, 0.0305, 0.0410, -0.08, {0, 100, 0, 0, 0, 0}},
    [PLIM_PRODUCT_CONSUMER] =
        {"consumer", "consumption", 12, 60, 0.90, 0.35, 0.0400, 0.0900, 0.0, {100, 0, 0, 0, 0, 0}},
    [PLIM_PRODUCT_FARM] =
        {"farm", "farming", 12, 36, 0.90, 0.20, 0.0390, 0.0620, 0.0, {55, 6, 0, 25, 6, 8}},
    [PLIM_PRODUCT_BUSINESS] =
        {"business", "own business", 12, 36, 0.90, 0.35, 0.0370, 0.0600, 0.0, {28, 60, 2, 10, 0, 0}},
};

const int plim_synthetic_firm_products[PLIM_FIRM_COUNT][PLIM_PRODUCT_FIRM_COUNT] = {
    /*                  working trade fixed project development farm */
    [PLIM_FIRM_WORKS]     = {66,  14,   20,    0,      0,     0},
    [PLIM_FIRM_LIVESTOCK] = {12,   0,   23,    0,      0,    65},
    [PLIM_FIRM_CROPS]     = {10,   0,   25,    0,      0,    65},
    [PLIM_FIRM_PROJECT]   = {20,   2,    8,   70,      0,     0},
    [PLIM_FIRM_PROPERTY]  = {20,   0,    0,    0,     80,     0},
};

const int plim_synthetic_firm_security[PLIM_FIRM_COUNT][PLIM_SECURITY_COUNT] = {
    /*                     none real-estate equipment guarantee forest livestock */
    [PLIM_FIRM_WORKS]     = {24,    42,       10,       24,      0,     0},
    [PLIM_FIRM_LIVESTOCK] = {20,    26,        6,       22,      0,    26},
    [PLIM_FIRM_CROPS]     = {24,    16,        4,       24,     32,     0},
    [PLIM_FIRM_PROJECT]   = {28,    36,        4,       32,      0,     0},
    [PLIM_FIRM_PROPERTY]  = { 4,    84,        0,       12,      0,     0},
};

const plim_security_terms plim_synthetic_securities[PLIM_SECURITY_COUNT] = {
    /*                              name          value / balance  haircut located */
    [PLIM_SECURITY_NONE]        = {"",             0.0,  0.0,      0.0,   false},
    [PLIM_SECURITY_REAL_ESTATE] = {"real_estate",  1.25, 2.20,     0.30,  true},
    [PLIM_SECURITY_EQUIPMENT]   = {"equipment",    1.10, 2.00,     0.50,  true},
    [PLIM_SECURITY_GUARANTEE]   = {"guarantee",    0.80, 1.00,     0.10,  false},
    [PLIM_SECURITY_FOREST]      = {"forest_right", 1.40, 2.50,     0.50,  true},
    [PLIM_SECURITY_LIVESTOCK]   = {"livestock",    1.25, 2.00,     0.60,  true},
};

const double plim_size_class_cny[PLIM_SIZE_CLASSES - 1] = {1e6, 5e6, 20e6, 60e6, 200e6};

/* Legal persons lend within a tenth of their capital to one borrower (rules for large exposures,
 * 2018), hence the zeros; capital ratios are near those published for such banks and above the
 * requirements of the capital rules in force since 2024. A micro-loan company lends its own capital. */
static const plim_synthetic_bank banks[] = {
    /* firms by size of loan; households: mortgage, consumer, farm, business */
    {"RC01", "荣昌甲农村商业银行 Rongchang A Rural Commercial Bank", true, false,
        {30, 34, 30, 20, 0, 0}, {24, 20, 52, 34}, 0.002, 1.62, 0.66, 0.113, 0.115, 0.133, 0.0115, 0.034},
    {"RC02", "荣昌乙村镇银行 Rongchang B Village Bank", true, false,
        {22, 16, 0, 0, 0, 0}, {2, 10, 26, 20}, 0.010, 1.45, 0.70, 0.112, 0.112, 0.123, 0.0130, 0.040},
    {"RC03", "荣昌丙小额贷款公司 Rongchang C Micro-loan Company", true, false,
        {12, 3, 0, 0, 0, 0}, {0, 14, 6, 10}, 0.060, 1.12, 0.95, 0.560, 0.560, 0.570, 0.0450, 0.050},
    {"RC04", "国有甲银行荣昌支行 State Bank A, Rongchang Branch", false, false,
        {10, 14, 20, 24, 26, 22}, {28, 18, 2, 10}, -0.002, 0, 0, 0, 0, 0, 0, 0},
    {"RC05", "国有乙银行荣昌支行 State Bank B, Rongchang Branch", false, false,
        {9, 12, 18, 22, 24, 20}, {24, 14, 12, 10}, -0.002, 0, 0, 0, 0, 0, 0, 0},
    {"RC06", "股份丙银行荣昌支行 Joint-stock Bank C, Rongchang Branch", false, false,
        {5, 8, 12, 14, 18, 14}, {12, 16, 0, 8}, 0.000, 0, 0, 0, 0, 0, 0, 0},
    {"RC07", "城商丁银行荣昌支行 City Commercial Bank D, Rongchang Branch", false, false,
        {12, 13, 18, 18, 16, 10}, {10, 8, 2, 8}, 0.002, 0, 0, 0, 0, 0, 0, 0},
    {"RC08", "政策戊银行荣昌支行 Policy Bank E, Rongchang Branch", false, true,
        {0, 2, 14, 24, 40, 60}, {0, 0, 0, 0}, -0.005, 0, 0, 0, 0, 0, 0, 0},
};

/* Invented. Annual PDs about those of grades AA to BBB; proposal. */
const plim_insurer plim_synthetic_insurers[] = {
    {"财险甲公司 Insurer A", 4, 0.0003},
    {"财险乙公司 Insurer B", 3, 0.0008},
    {"财险丙公司 Insurer C", 2, 0.0020},
};

/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

_Static_assert(COUNT(towns) <= PLIM_PRESET_ROWS, "towns");
_Static_assert(COUNT(industries) <= PLIM_PRESET_ROWS, "industries");
_Static_assert(COUNT(plim_synthetic_households) <= PLIM_PRESET_ROWS, "households");
_Static_assert(COUNT(banks) <= PLIM_PRESET_ROWS, "banks");
_Static_assert(COUNT(plim_synthetic_insurers) <= PLIM_PRESET_ROWS, "insurers");

const plim_preset plim_preset_rongchang = {
    .name = "rongchang",
    .as_of = "2025-12-31",
    .currency = "CNY",
    .n_borrowers = 6000,
    .firm_share = 0.433,
    .shielded_from_cny = 30e6,
    .never_bad_from_cny = 100e6,
    .towns = towns,
    .n_towns = COUNT(towns),
    .industries = industries,
    .n_industries = COUNT(industries),
    .anchors = anchors,
    .n_anchors = COUNT(anchors),
    .anchor_period = 3000,
    .households = plim_synthetic_households,
    .n_households = COUNT(plim_synthetic_households),
    .products = plim_synthetic_products,
    .securities = plim_synthetic_securities,
    .firm_products = plim_synthetic_firm_products,
    .firm_security = plim_synthetic_firm_security,
    .banks = banks,
    .n_banks = COUNT(banks),
    .insurers = plim_synthetic_insurers,
    .n_insurers = COUNT(plim_synthetic_insurers),
    .household_sector = "Z-HOUSEHOLD",
};
