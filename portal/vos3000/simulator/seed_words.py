"""The words that made-up data is put together from. Every name here is invented."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A city: its area code with the leading zero, and its name in both languages."""

    code: str
    english: str
    chinese: str


PLACES = (
    Place("010", "Beijing", "北京"),
    Place("021", "Shanghai", "上海"),
    Place("020", "Guangzhou", "广州"),
    Place("0755", "Shenzhen", "深圳"),
    Place("0571", "Hangzhou", "杭州"),
    Place("028", "Chengdu", "成都"),
    Place("027", "Wuhan", "武汉"),
    Place("029", "Xi'an", "西安"),
)
ENGLISH = (
    "Quiet Harbour",
    "Paper Lantern",
    "Copper Kettle",
    "Nine Willows",
    "Blue Heron",
    "Salt Road",
    "Tall Pine",
    "Morning Ferry",
    "Stone Bridge",
    "Red Kite",
    "Silver Carp",
    "Long Meadow",
)
ENGLISH_TRADES = ("Trading", "Call Centre", "Logistics", "Travel", "Clinic", "Telecom", "Foods", "Books", "Repairs", "Insurance")
CHINESE = ("青竹", "云帆", "白鹭", "晨溪", "远山", "石榴树", "木棉", "星轨", "蓝湾", "松果", "半夏", "渡口")
CHINESE_TRADES = ("通讯", "贸易", "物流", "客服中心", "旅行社", "教育", "诊所", "超市", "酒店", "维修")


class Country(NamedTuple):
    """Where one may call abroad: the prefix as dialled, the area and its names, and a rate in ten-thousandths a minute."""

    prefix: str
    code: str
    name: str
    units: int


COUNTRIES = (
    Country("001", "1", "United States 美国", 1200),
    Country("0044", "44", "United Kingdom 英国", 1500),
    Country("0049", "49", "Germany 德国", 1600),
    Country("0065", "65", "Singapore 新加坡", 1100),
    Country("0081", "81", "Japan 日本", 2100),
    Country("00852", "852", "Hong Kong 香港", 900),
    Country("00855", "855", "Cambodia 柬埔寨", 4200),
    Country("00880", "880", "Bangladesh 孟加拉国", 2800),
    Country("0091", "91", "India 印度", 1400),
    Country("00234", "234", "Nigeria 尼日利亚", 8800),
)


class Group(NamedTuple):
    """A rate group: its name, how dear it is in percent, and its billing period in seconds."""

    name: str
    percent: int
    period: int


RATE_GROUPS = (
    Group("Standard 标准", 100, 60),
    Group("Retail 零售", 130, 60),
    Group("Wholesale A 批发A", 70, 6),
    Group("Wholesale B 批发B", 78, 6),
    Group("Call centre 呼叫中心", 85, 6),
    Group("Partner 合作伙伴", 60, 1),
    Group("Clearing 结算", 50, 1),
    Group("0.01", 10, 60),
)
NUMBER_GROUPS = (
    ("Blacklist 黑名单", "Numbers that complained 投诉号码", 240),
    ("VIP 重要客户", "Never limited 不受限制", 25),
    ("Hotlines 热线", "Service numbers 服务号码", 40),
    ("Caller pool 主叫号码池", "Rotating caller numbers 轮换主叫", 500),
)
# Name, rent, rent type (1: months, 0: days, 3: once), period, gift money, gift seconds on local calls.
SUITES = (
    ("Office 100 办公百分钟", 1990, 1, 1, 0, 6000),
    ("Office 500 办公五百分钟", 6990, 1, 1, 500, 30000),
    ("Day pass 日包", 150, 0, 1, 0, 1200),
    ("Welcome gift 迎新礼包", 0, 3, 2_592_000, 1000, 0),
)
# How much the amounts of one currency are of those in yuan; others are taken as they are.
CURRENCIES = {"CNY": 1.0, "USD": 0.14, "EUR": 0.13, "GBP": 0.11, "JPY": 21.0, "HKD": 1.1}
# How busy each hour of the day is.
HOURS = (1, 1, 1, 1, 1, 1, 2, 5, 12, 18, 20, 18, 12, 14, 18, 20, 19, 16, 12, 10, 8, 6, 4, 2)
