"""Writes clocks.json: where ticks of a time axis belong and what they read on two lines, around leap days, jumps of the clock
and ends of years.

By Python's zoneinfo and strftime, from one instant to the next: an instant is a tick where what its clock shows is a multiple
of the step (weeks: Mondays). The second line is written at the first tick and wherever it changes; of two contexts on one
date the second is the time alone. A time that a clock shows twice has its offset behind it. Nanoseconds since 1970 as texts.

python clocks.py   (Python 3.11, tzdata of the system or of PyPI)
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

UTC = timezone.utc
# Zone, start and end by UTC, step, length of the axis in px (of labels with 7 px a character).
CASES = [
    ("Europe/Berlin", "2024-03-30T12:00:00", "2024-04-01T00:00:00", "6 h", 600),
    ("Europe/Berlin", "2024-10-26T22:00:00", "2024-10-27T05:00:00", "1 h", 900),
    ("Australia/Lord_Howe", "2024-04-06T10:00:00", "2024-04-06T20:00:00", "2 h", 600),
    ("UTC", "2024-02-26T12:00:00", "2024-03-03T18:00:00", "1 d", 400),
    ("UTC", "2023-02-26T12:00:00", "2023-03-03T18:00:00", "1 d", 400),
    ("Pacific/Apia", "2011-12-27T06:00:00", "2012-01-02T18:00:00", "1 d", 450),
    ("America/New_York", "2023-12-30T00:00:00", "2024-01-03T00:00:00", "12 h", 700),
    ("UTC", "2024-02-20T00:00:00", "2024-03-25T00:00:00", "7 d", 600),
    ("Asia/Kolkata", "2023-10-15T00:00:00", "2024-05-20T00:00:00", "1 mon", 600),
    ("Europe/Berlin", "2023-10-15T00:00:00", "2024-11-20T00:00:00", "2 mon", 600),
    ("UTC", "1999-02-03T00:00:00", "2001-11-20T00:00:00", "6 mon", 600),
    ("UTC", "2024-12-31T23:58:10", "2025-01-01T00:01:05", "30 s", 700),
    ("UTC", "2024-12-31T23:59:58", "2025-01-01T00:00:01", "500 ms", 800),
    ("America/Havana", "2024-11-02T20:00:00", "2024-11-03T12:00:00", "1 h", 1500),
]


def is_tick(local, step):
    count, unit = step.split()
    count = int(count)
    if unit == "ms":
        return local.microsecond % (count * 1000) == 0
    if local.microsecond or (unit == "s" and local.second % count):
        return False
    if unit == "s":
        return True
    if local.second or local.minute or (unit == "h" and local.hour % count):
        return False
    if unit == "h":
        return True
    # Days, weeks and months begin with midnight, or with the first instant after one that is left out.
    if local.hour:
        return False
    if unit == "d":
        return local.weekday() == 0 if count == 7 else True
    return local.day == 1 and (local.month - 1) % count == 0


def lines(local, utc, tz, step):
    unit = step.split()[1]
    twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() and (
        datetime.fromtimestamp(local.replace(fold=0).timestamp(), tz).replace(tzinfo=None) == local.replace(tzinfo=None)
    )
    offset = local.strftime("%z")
    offset = offset[:3] + ":" + offset[3:5] if twice else ""
    if unit == "mon":
        return local.strftime("%b"), local.strftime("%Y")
    if unit == "d":
        return str(local.day), local.strftime("%b %Y")
    if unit == "h":
        return local.strftime("%H:%M") + offset, local.strftime("%Y-%m-%d")
    if unit == "s":
        return local.strftime("%H:%M:%S") + offset, local.strftime("%Y-%m-%d")
    return f"{local.microsecond // 1000} ms", local.strftime("%Y-%m-%d %H:%M:%S") + offset


cases = []
for zone, start, end, step, length in CASES:
    tz = ZoneInfo(zone)
    lo, hi = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    stride = timedelta(milliseconds=100) if step.endswith("ms") else timedelta(seconds=1 if step.endswith(" s") else 1800)
    ticks, before, seen, utc = [], "", set(), lo
    while utc <= hi:
        local = utc.astimezone(tz)
        day = step.split()[1] in ("d", "mon")
        if is_tick(local, step) and not (day and local.date() in seen):
            seen.add(local.date())
            first, second = lines(local, utc, tz, step)
            shown = second if second != before else ""
            if shown and " " in shown and ":" in shown and before[:10] == second[:10]:
                shown = second[11:]
            before = second
            ns = (utc - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000
            ticks.append([str(ns), first, shown])
        utc += stride
    at = [str((t - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000) for t in (lo, hi)]
    cases.append({"zone": zone, "lo": at[0], "hi": at[1], "length_px": length, "step": step, "ticks": ticks})
path = Path(__file__).parent / "clocks.json"
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
