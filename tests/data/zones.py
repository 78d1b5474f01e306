"""Writes zones.json: at which instants the clock of a zone shows midnight, or a full hour, around its jumps.

By Python's zoneinfo, from one instant to the next: an hour is one where the clock's minute is 0, whatever the offset; a day
begins with the first instant of a date. Seconds since 1970.

python zones.py   (Python 3.11, tzdata of the system or of PyPI)
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

CASES = [
    ("Europe/Berlin", "2024-03-29", 6),
    ("Europe/Berlin", "2024-10-25", 6),
    ("America/New_York", "2024-03-08", 6),
    ("America/New_York", "2024-11-01", 6),
    ("America/Sao_Paulo", "2017-10-13", 5),  # midnight is left out
    ("America/Havana", "2024-11-01", 5),  # midnight comes twice
    ("Asia/Kathmandu", "2024-06-01", 4),  # 5:45 ahead
    ("Australia/Lord_Howe", "2024-04-05", 5),  # half an hour
    ("Pacific/Apia", "2011-12-28", 6),  # a day is left out
    ("Asia/Pyongyang", "2015-08-12", 5),  # half an hour back at midnight
    ("UTC", "2024-02-27", 4),
]

cases = []
for zone, start, days in CASES:
    tz = ZoneInfo(zone)
    lo = int(datetime.fromisoformat(start).replace(tzinfo=timezone.utc).timestamp())
    hi = lo + days * 86400
    midnights, hours, date = [], [], None
    # Offsets here are of whole minutes, and so is every beginning.
    for second in range(lo - 60, hi + 1, 60):
        local = datetime.fromtimestamp(second, tz)
        if second >= lo:
            if local.date() != date:
                midnights.append(second)
            if local.minute == 0:
                hours.append(second)
        date = local.date() if date is None else max(date, local.date())
    cases.append({"zone": zone, "lo": lo, "hi": hi, "midnights": midnights, "hours": hours})
path = Path(__file__).parent / "zones.json"
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
