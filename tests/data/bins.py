"""Writes bins.json and times.json: where values lie, by numpy and by Python's integers, not by this program.

    python tests/data/bins.py        (numpy 2.4.6)

bins.json: for each value the bin that numpy.histogram(value, bins=n, range=(lo, hi)) counts it in (-1 below, n above),
checked here against its edges: searchsorted(linspace(lo, hi, n + 1), value, "right") - 1, the last bin closed.
Floats are written as the 16 hex digits of their bits, so that no parser stands between the two programs.
times.json: floor((v - lo) * n * 256 / (hi - lo)) in Python integers, v = hi one step less.
"""

import json
import struct
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
rng = np.random.default_rng(20240131)


def bits(value):
    return struct.pack(">d", float(value)).hex()


def bin_of(value, n, lo, hi):
    if not lo <= value <= hi:
        return -1 if value < lo else n
    counts, _ = np.histogram(np.array([value]), bins=n, range=(lo, hi))
    (index,) = np.flatnonzero(counts)
    edges = np.linspace(lo, hi, n + 1)
    by_edges = n - 1 if value == hi else int(np.searchsorted(edges, value, "right")) - 1
    assert index == by_edges, (value, n, lo, hi, index, by_edges)
    return int(index)


def case(name, n, lo, hi, values):
    values = np.asarray(values, np.float64)
    return {
        "name": name,
        "n": n,
        "lo": bits(lo),
        "hi": bits(hi),
        "values": "".join(bits(v) for v in values),
        "bins": [bin_of(v, n, lo, hi) for v in values],
    }


def around(values):
    """Each value with its two neighbours."""
    values = np.asarray(values, np.float64)
    return np.concatenate([np.nextafter(values, -np.inf), values, np.nextafter(values, np.inf)])


def edges(n, lo, hi, share=1):
    return np.linspace(lo, hi, n + 1)[::share]


cases = [
    case("multiples of 0.1 on 320 px", 320, 0.0, 32.0, [i * 0.1 for i in range(321)]),
    case("multiples of 0.1 on 240 px", 240, 0.0, 24.0, [i * 0.1 for i in range(241)]),
    case("multiples of 0.1 on 320 px, -16 to 16", 320, -16.0, 16.0, [i * 0.1 for i in range(-160, 161)]),
    case("multiples of 0.1 on 240 px, 0 to 1", 240, 0.0, 1.0, [i * 0.1 for i in range(11)] + [i / 240 for i in range(241)]),
    case("decimal steps on 1000 px", 1000, 0.0, 1.0, [round(i * 0.001, 3) for i in range(0, 1001, 3)]),
    case("UTM northing, 12 cm on 320 px", 320, 5411932.01, 5411932.13, around([5411932.01 + i * 0.01 for i in range(13)])),
    case("UTM northing, 1 cm on 240 px, edges", 240, 5411932.05, 5411932.06, around(edges(240, 5411932.05, 5411932.06, 6))),
    case("UTM easting, 3.2 m at centimetres", 320, 691607.10, 691610.30, [691607.10 + i * 0.01 for i in range(321)]),
    case("on the edges of 1024 px, thirds", 1024, -1 / 3, 2 / 3, around(edges(1024, -1 / 3, 2 / 3, 12))),
    case("on the edges of 768 px, tiny", 768, 1e-300, 7e-300, around(edges(768, 1e-300, 7e-300, 12))),
    case("on the edges of 769 px, huge", 769, -1e300, 1.7e300, around(edges(769, -1e300, 1.7e300, 12))),
    case("on the edges of 65535 px", 65535, 0.1, 0.7, around(edges(65535, 0.1, 0.7, 771))),
    case("one pixel", 1, 0.1, 0.3, [0.1, 0.2, 0.3, np.nextafter(0.3, 1), np.nextafter(0.1, 0)]),
    case("random normal, many outside", 321, -1.0, 1.0, rng.normal(size=150)),
    case("random uniform on an odd range", 997, 17.3, 23.9, rng.uniform(17.3, 23.9, 150)),
    case("f32 values on f32-like limits", 320, float(np.float32(0.1)), float(np.float32(3.3)),
         np.concatenate([(np.float32(0.1) + np.arange(321, dtype=np.float32) * np.float32(0.01)), rng.random(80, np.float32) * np.float32(4)])),
    case("integers on as many pixels", 256, 0.0, 256.0, np.arange(-2, 260)),
    case("integers at 2^53", 512, float(2**53 - 1024), float(2**53), np.arange(2**53 - 1030, 2**53 + 1, 5)),
    case("signed zero", 320, -1.0, 1.0, [-0.0, 0.0, 5e-324, -5e-324, 1.0, -1.0]),
]
(FOLDER / "bins.json").write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")


def time_case(name, n, lo, hi, values):
    positions = [n * 256 - 1 if v == hi else (v - lo) * n * 256 // (hi - lo) for v in values]
    text = [str(v) for v in values]
    return {"name": name, "n": n, "lo": str(lo), "hi": str(hi), "values": text, "positions": positions}


def draws(lo, hi, count):
    return [lo + int(f * (hi - lo)) for f in rng.random(count)]


NOON = 1_517_400_000_123_456_789  # 2018-01-31 in nanoseconds, above 2^53
times = [
    time_case("nanoseconds over one microsecond", 640, NOON, NOON + 1000, [NOON + i for i in range(-20, 1021, 7)] + [NOON + 1000]),
    time_case("nanoseconds over one second", 1024, NOON, NOON + 10**9, draws(NOON, NOON + 10**9, 120)),
    time_case("nanoseconds over 8 years", 768, NOON, NOON + 8 * 31_556_952 * 10**9, draws(NOON, NOON + 8 * 31_556_952 * 10**9, 120)),
    time_case("on the edges, range no multiple of the pixels", 768, NOON, NOON + 10**9 + 7,
              [NOON + k * (10**9 + 7) // 768 + d for k in range(0, 769, 24) for d in (-1, 0, 1)]),
    time_case("fewer nanoseconds than pixels", 320, NOON, NOON + 7, [NOON + i for i in range(-3, 11)]),
    time_case("the whole of i64", 1000, -(2**63), 2**63 - 1, [-(2**63), 2**63 - 1, 0, -1, 1] + draws(-(2**63), 2**63 - 1, 100)),
    time_case("before 1970", 240, -62_135_596_800, -62_135_596_800 + 86_400 * 366, draws(-62_135_596_800, -62_135_510_400, 60)),
]
(FOLDER / "times.json").write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in times) + "\n]\n")
