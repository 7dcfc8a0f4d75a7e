"""Reads spans of time and limits out of a sentence, so that the grammar meets them as single words."""

import re
from dataclasses import dataclass
from typing import Literal

from skafu.planning.lexicon import grammar, nouns

Kind = Literal["within", "after", "before", "for", "every", "at", "by", "last", "span", "times", "limit", "amount"]
Comparison = Literal["ge", "gt", "le", "lt", "eq"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of time or a limit.

    Attributes:
        kind: what the words say: `within 15 seconds`, `every month`, `at least 5%`.
        text: the words as they stand.
        seconds: the length of a span; months count 30 days, years 365.
        every: a schedule as timers write it: "day at 06:00 UTC".
        number: of a limit, an amount or a count.
        unit: "%" or a currency such as "EUR"; nothing for a plain number.
        comparison: how a value stands to the number.
        relative: whether the number says how far from something else ("5% above the highest").
        working: whether only working days count.
    """

    kind: Kind
    text: str
    seconds: int = 0
    every: str = ""
    number: float = 0
    unit: str = ""
    comparison: Comparison = "eq"
    relative: bool = False
    working: bool = False

    @property
    def is_money(self) -> bool:
        """Whether the number counts a currency, which all have codes of three letters."""
        return len(self.unit) == len("EUR")

    @property
    def duration(self) -> str:
        """The span as timers write it: "15 minutes", "3 days", in the unit of the text where that goes."""
        said = re.search(r"\b(second|minute|hour|day|week)s?\b", self.text)
        if said and self.seconds % _SECONDS[said.group(1)] == 0:
            count = self.seconds // _SECONDS[said.group(1)]
            return f"{count} {said.group(1)}{'s' if count != 1 else ''}"
        for unit, seconds in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
            if self.seconds % seconds == 0:
                count = self.seconds // seconds
                return f"{count} {unit if count != 1 else unit[:-1]}"
        return f"{self.seconds} seconds"


_SECONDS = {"second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3_600, "hr": 3_600, "day": 86_400, "night": 86_400}
_SECONDS |= {"week": 604_800, "month": 2_592_000, "quarter": 7_776_000, "year": 31_536_000, "fortnight": 1_209_600}
_SECONDS |= {"evening": 86_400, "morning": 86_400, "weekday": 86_400, "weekend": 604_800}
_EVERY = {
    "second": "1 minute", "minute": "1 minute", "hour": "hour", "day": "day at 06:00 UTC", "night": "day at 01:00 UTC",
    "evening": "day at 18:00 UTC", "morning": "day at 06:00 UTC", "week": "monday at 06:00 UTC",
    "month": "month on 1 at 06:00 UTC", "quarter": "month on 1 at 06:00 UTC", "year": "month on 1 at 06:00 UTC",
    "weekday": "day at 06:00 UTC", "weekend": "saturday at 06:00 UTC", "fortnight": "monday at 06:00 UTC",
}  # fmt: skip
_REGULARLY = {
    "hourly": "hour", "daily": "day", "nightly": "night", "overnight": "night", "weekly": "week", "monthly": "month",
    "quarterly": "quarter", "yearly": "year", "annually": "year", "annual": "year", "each day": "day",
}  # fmt: skip

_NUMBER_WORDS = "|".join(sorted(grammar.NUMBERS, key=len, reverse=True))
_N = rf"(?:half an?|a few|a couple of|an?|{_NUMBER_WORDS}|\d+(?:[.,]\d+)*)"
_UNITS = "seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|quarters?|years?|fortnights?"
_U = rf"(?:(?:working|business|calendar|consecutive) )?(?:{_UNITS})"
_SPAN = rf"{_N}(?:[ -](?:more |full )?){_U}"
_DAY = "|".join(grammar.WEEKDAYS)
_PART_OF_DAY = "morning|evening|night"
_HOUR = r"\d{1,2}(?::\d\d)? ?(?:am|pm)"
_CURRENCY = "|".join(word for word in nouns.CURRENCIES if word.isalpha())
_MONEY = (
    r"(?:[€$£] ?\d[\d.,]*(?: ?(?:k|million))?"
    rf"|\d[\d.,]*(?: ?(?:k|million|thousand))? ?(?:{_CURRENCY}|[€$£])(?![a-z]))"
)
_QUANTITY = rf"(?:{_MONEY}|\d[\d.,]* ?(?:%|percent\b)|(?:{_NUMBER_WORDS}|\d[\d.,]*)\b)"
_BOUNDS = (
    "at least|a minimum of|minimum of|no less than|not less than|at most|no more than|not more than|up to|a maximum of"
    "|maximum of|more than|over|above|exceeding|greater than|higher than|larger than|less than|under|below|fewer than"
    r"|lower than|smaller than|min\.?|max\.?"
)
_RELATIONS = "above|over|higher than|more than|below|lower than|less than"
_LEAST = "at least |more than |over |up to |a maximum of |longer than "

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "daytime",
            rf"\b(?:every|each|on) (?:{_DAY})s?(?: at {_HOUR}?)?(?![a-z])|\b(?:{_DAY})s at \d{{1,2}}(?::\d\d)?",
        ),
        ("every", rf"\bevery (?:other )?(?:(?:{_N}) )?{_U}\b|\beach {_U}\b"),
        ("every", rf"\b(?:every|each) (?:{_PART_OF_DAY}|weekday|weekend)\b"),
        ("every", rf"\b(?:once|twice|{_N} times) (?:a|an|per|every) {_U}\b"),
        (
            "every",
            (
                r"\b(?:at|by|on) the (?:end|start|beginning|first(?: day)?|last day) of (?:the|each|every|a) "
                r"(?:day|week|month|quarter|year)\b"
            ),
        ),
        ("every", r"\b(?:hourly|daily|nightly|overnight|weekly|monthly|quarterly|yearly|annually)\b"),
        (
            "clock",
            (
                rf"\b(?:(?:every|each) (?:day|{_PART_OF_DAY}) )?at (?:midnight|noon|{_HOUR}|\d{{1,2}}:\d\d)"
                rf"(?: every (?:day|{_PART_OF_DAY}))?\b"
            ),
        ),
        (
            "within",
            rf"\b(?:within|in less than|in under|inside|in no more than) (?:the (?:next|first|last) )?{_SPAN}\b",
        ),
        (
            "before",
            (
                rf"\b(?:at least |up to |no later than |until )?{_SPAN} "
                r"(?=before\b|prior to\b|ahead of\b)(?:before|prior to|ahead of)(?: (?=\w+ing\b))?"
            ),
        ),
        ("before", rf"\b(?:at least |up to |no later than )?{_SPAN} in advance\b"),
        ("after", rf"\b{_SPAN} (?:after(?:wards)?|later|from)\b"),
        ("after", rf"\b(?:after|following|in) (?:the )?(?:first |more than )?{_SPAN}\b"),
        ("for", rf"\bfor (?:{_LEAST})?(?:the )?(?:next |last )?{_SPAN}\b"),
        ("last", rf"\b(?:in|during) the (?:last|final|first) (?:{_N} )?{_U}\b"),
        ("by", rf"\bby {_SPAN}\b"),
        ("limit", rf"\b(?:(?:must|should|may|can|does|do|shall|will) not )?exceeds? {_QUANTITY}"),
        ("limit", rf"\b(?:{_BOUNDS}) {_QUANTITY}(?: (?:{_RELATIONS}))?(?: or (?:more|less|fewer))?"),
        ("limit", rf"\b(?:maximum|minimum)(?: (?:number|amount))? (?:is|of) {_QUANTITY}"),
        ("times", rf"\b(?:{_NUMBER_WORDS}|\d+) times\b|\btwice\b|\b(?:a|the) (?:second|third|fourth|fifth) time\b"),
        ("span", rf"\b(?:{_NUMBER_WORDS}|\d[\d.,]*|half an)[ -](?:working |business )?(?:{_UNITS})\b(?! old)"),
        ("amount", rf"(?<!\w){_MONEY}"),
    )
)
_GREATER = r"more than|over|above|exceed|greater|higher|larger"
_AT_LEAST = r"at least|minimum|no less|not less|min\b"
_AT_MOST = r"at most|no more|not more|up to|maximum|not exceed|max\b"
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}


def mark_spans(low: str) -> tuple[str, list[Mark]]:
    """Put `⟦n⟧` in the place of each span of time and each limit.

    Args:
        low: a sentence in lower case.

    Returns:
        The sentence with its places, and what stands in them.
    """
    marks: list[Mark] = []
    for kind, pattern in _PATTERNS:

        def place(found: re.Match[str], kind: str = kind) -> str:
            marks.append(_mark(kind, found.group().strip()))
            return f"⟦{len(marks) - 1}⟧ "

        low = pattern.sub(place, low)
    return low, marks


def _mark(kind: str, text: str) -> Mark:
    match kind:
        case "daytime" | "clock" | "every":
            return Mark("every", text, every=_schedule(text), seconds=_seconds(text))
        case "limit":
            return _limit(text)
        case "amount":
            return Mark("amount", text, number=_number(text), unit=_unit(text))
        case "times":
            return Mark("times", text, number=_times(text))
        case "within" | "before" | "after" | "for" | "last" | "by" | "span":
            working = "working" in text or "business" in text
            return Mark(kind, text, seconds=_seconds(text), working=working)
    raise AssertionError(kind)


def _schedule(text: str) -> str:
    clock = re.search(r"(\d{1,2})(?::(\d\d))? ?(am|pm)?", text)
    at = _clock(clock) if clock and (clock.group(2) or clock.group(3) or " at " in f" {text}") else ""
    at = "00:00" if "midnight" in text else "12:00" if "noon" in text else at
    day = next((day for day in grammar.WEEKDAYS if day in text), "")
    if day or at:
        return f"{day or 'day'} at {at or '06:00'} UTC"
    for word, unit in _REGULARLY.items():
        if word in text:
            return _EVERY[unit]
    return _interval(text)


def _interval(text: str) -> str:
    unit = re.search(rf"\b({'|'.join(_EVERY)})s?\b", text)
    name = unit.group(1) if unit else "day"
    count = _count(text)
    if count > 1 and "times" not in text and name in {"minute", "hour", "second"}:
        seconds = int(count * _SECONDS[name])
        return f"{max(1, seconds // 60)} minutes" if seconds % 3_600 or seconds < 7_200 else f"{seconds // 3_600} hours"
    return _EVERY[name]


def _clock(found: re.Match[str]) -> str:
    hour = int(found.group(1)) % 24
    if found.group(3) == "pm" and hour < 12:
        hour += 12
    if found.group(3) == "am" and hour == 12:
        hour = 0
    return f"{hour:02d}:{found.group(2) or '00'}"


def _seconds(text: str) -> int:
    found = re.search(
        rf"({_N})?(?:[ -](?:more |full )?)?\b(?:working |business |calendar |consecutive )?({'|'.join(_SECONDS)})s?\b",
        text,
    )
    if not found:
        return 0
    return max(1, min(int(_count(found.group(1) or "one") * _SECONDS[found.group(2)]), 36_000 * 86_400))


def _count(text: str) -> float:
    digits = re.search(r"\d+(?:[.,]\d+)*", text)
    if digits:
        return _plain_number(digits.group())
    if "half" in text:
        return 0.5
    if "few" in text:
        return 3
    if "couple" in text or "other" in text:
        return 2
    return next((number for word, number in grammar.NUMBERS.items() if re.search(rf"\b{word}\b", text)), 1)


def _times(text: str) -> float:
    ordinal = next((number for word, number in _ORDINALS.items() if word in text), 0)
    return ordinal or (2 if "twice" in text else _count(text))


def _limit(text: str) -> Mark:
    relative = bool(re.search(r"(above|over|higher than|more than|below|lower than|less than)$", text))
    head = re.sub(r"(above|over|higher than|more than|below|lower than|less than)$", "", text) if relative else text
    comparison: Comparison = "lt"
    if re.search(_AT_LEAST, head) or "or more" in head:
        comparison = "ge"
    elif re.search(_AT_MOST, head) or "or less" in head or "or fewer" in head:
        comparison = "le"
    elif re.search(_GREATER, head):
        comparison = "gt"
    return Mark("limit", text, number=_number(head), unit=_unit(head), comparison=comparison, relative=relative)


def _number(text: str) -> float:
    scale = 1
    if re.search(r"\d ?k\b|thousand", text):
        scale = 1000
    elif "million" in text:
        scale = 1_000_000
    return _count(text) * scale


def _unit(text: str) -> str:
    if "%" in text or "percent" in text:
        return "%"
    return next((code for word, code in nouns.CURRENCIES.items() if re.search(_word_or_sign(word), text)), "")


def _word_or_sign(word: str) -> str:
    return rf"(?<![a-z]){word}\b" if word.isalpha() else re.escape(word)


def _plain_number(digits: str) -> float:
    """Read 12,000 and 12.000 as twelve thousand, 3.5 and 3,5 as three and a half."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        return float(re.sub(r"[.,]", "", digits)[:12])
    whole, _, rest = digits.replace(",", ".").partition(".")
    return float(f"{whole[:12]}.{rest.replace('.', '')[:6] or '0'}")
