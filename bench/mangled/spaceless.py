"""Reposts and strangers of texts written without spaces: Chinese, Japanese, Thai."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.mangled.pair import Pair, joined
from daemon.model import Article

_TEXTS = tuple(
    tuple(text.split("\n"))
    for text in Path(__file__).with_name("spaceless.txt").read_text("utf-8").strip().split("\n\n")
)
_DIGITS = "一二三四五六七八九"
_NUMBER = re.compile(rf"\d+|[{_DIGITS}]")
_HALF_WIDTH = str.maketrans("，。（）：0123456789", "､｡():０１２３４５６７８９")
_TOPS = ("首页 > 新闻 > 国内", "トップ > ニュース > 社会", "หน้าแรก > ข่าว > ในประเทศ", "分享到微信朋友圈")
_BOTTOMS = (
    "相关阅读：本周图片精选",
    "関連記事：今週の写真",
    "อ่านเพิ่มเติม: ภาพประจำสัปดาห์",
    "责任编辑：王小明",
    "Copyright 2026",
)
_DATELINES = ("新华社北京11月22日电 ", "【共同通信】", "กรุงเทพฯ (22 พ.ย.) - ", "本报讯 ")

Dice = random.Random
Mangler = Callable[[list[str], Dice], list[str]]


def cut(parts: list[str], dice: Dice) -> list[str]:
    """Keep the first 40 to 80 per cent of the characters."""
    text = "\n".join(parts)
    return (text[: int(len(text) * dice.uniform(0.4, 0.8))] + "…").split("\n")


def dropped(parts: list[str], dice: Dice) -> list[str]:
    """Drop a paragraph, not the first."""
    gone = dice.randrange(1, len(parts))
    return parts[:gone] + parts[gone + 1 :]


def dressed(parts: list[str], dice: Dice) -> list[str]:
    """Put the host's own lines around the text."""
    return [*dice.sample(_TOPS, 2), *parts, *dice.sample(_BOTTOMS, 3)]


def dated(parts: list[str], dice: Dice) -> list[str]:
    """Put a dateline before the first paragraph."""
    return [dice.choice(_DATELINES) + parts[0], *parts[1:]]


def retyped(parts: list[str], _: Dice) -> list[str]:
    """Change the width of punctuation and figures, and run paragraphs together."""
    return ["".join(parts).translate(_HALF_WIDTH)]


MANGLERS: tuple[Mangler, ...] = (cut, dropped, dressed, dated, retyped)


def copies(dice: Dice) -> Iterator[Pair]:
    """Yield every mangling of every text several times, and mixtures of two."""
    for text in _TEXTS:
        original = Article(text=joined([*text]))
        for mangler in MANGLERS * 6:
            yield Pair(Article(text=joined(mangler([*text], dice))), original, mangler.__name__, True)
        for one, other in ((one, other) for one in MANGLERS for other in MANGLERS if one is not other):
            mixed = other(one([*text], dice), dice) if one is not retyped else one(other([*text], dice), dice)
            yield Pair(Article(text=joined(mixed)), original, "mixture", True)


def strangers(dice: Dice) -> Iterator[Pair]:
    """Yield each text with another figure in its lead, with other figures, and below other news."""
    for text in _TEXTS:
        original = Article(text=joined([*text]))
        for found in _NUMBER.finditer(text[0]):
            lead = text[0][: found.start()] + _another(found, dice) + text[0][found.end() :]
            yield Pair(Article(text=joined([lead, *text[1:]])), original, "one number", False)
        for _ in range(6):
            refilled = [_NUMBER.sub(lambda found: _another(found, dice), part) for part in text]
            yield Pair(Article(text=joined(refilled)), original, "other facts", False)
        for other in _TEXTS:
            if other is not text:
                yield Pair(Article(text=joined([*other[:2], *text[1:]])), original, "follow-up", False)
                yield Pair(Article(text=joined([*other])), original, "other text", False)


def _another(number: re.Match[str], dice: Dice) -> str:
    if number[0].isdecimal():
        return str(int(number[0]) + dice.randint(1, 9))
    return dice.choice(_DIGITS.replace(number[0], ""))
