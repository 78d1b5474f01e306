"""Writes density/: inputs, and the numbers of their pixels by numpy, pandas and Python's integers, not by this program.

    python density.py        (numpy 2.4.6, pandas 3.1.1, pyarrow 26.0.1)

density/cases.json names for each case its input, its columns, its view, what happens to its rows, its reductions, and
the range of each value column; density/NAME.expected.npy holds the numbers of its reductions in that order, shape (k, height,
width), f64, row 0 on top, NaN where no row fell.

Pixels: numpy.histogram2d for f64, f32 and small integers (compared here with searchsorted on linspace's edges, which
says the pixel of each row); floor((v - lo) * n / (hi - lo)) in Python's integers for times and for integers beyond
2^53; the last pixel holds v = hi in both. Numbers: rationals (fractions.Fraction), rounded once to f64; where pandas'
groupby (ddof 0) can hold the values it is compared here, too. A row whose value of any reduction is null or not finite
is in none of them. std is the square root of the rounded variance.
"""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

FOLDER = Path(__file__).parent / "density"
FOLDER.mkdir(exist_ok=True)
rng = np.random.default_rng(20240229)
cases = []


def write(name, columns):
    """A table as Parquet (several row groups), CSV or a structured NPY; nulls are None."""
    if name.endswith(".npy"):
        records = np.rec.fromarrays(list(columns.values()), names=list(columns))
        np.save(FOLDER / name, records.view(records.dtype.fields and np.dtype(records.dtype.descr)))
        return
    table = pa.table(columns)
    if name.endswith(".csv"):
        pa.csv.write_csv(table, FOLDER / name)
    else:
        pa.parquet.write_table(table, FOLDER / name, row_group_size=300, compression="zstd")


def bins(values, n, lo, hi):
    """The pixel of each value, -1 outside: of numpy's edges, or by integers."""
    if isinstance(lo, int):
        return np.array([-1 if not lo <= v <= hi else n - 1 if v == hi else (v - lo) * n // (hi - lo) for v in values])
    values = np.asarray(values, np.float64)
    edges = np.linspace(lo, hi, n + 1)
    at = np.where(values == hi, n - 1, np.searchsorted(edges, values, "right") - 1)
    return np.where((values >= lo) & (values <= hi), at, -1)


def is_value(v):
    return v is not None and not (isinstance(v, float) and not math.isfinite(v))


def exact(name, values):
    """The number of a pixel with these values, rounded once."""
    if name in ("min", "max"):
        return float(min(values) if name == "min" else max(values))
    if name in ("first", "last"):
        return float(values[0 if name == "first" else -1])
    values = [Fraction(v) for v in values]
    n, total = len(values), sum(values)
    if name == "sum":
        return float(total)
    if name == "mean":
        return float(total / n)
    variance = float(sum(v * v for v in values) / n - (total / n) ** 2)
    return variance if name == "var" else math.sqrt(variance)


def check_pandas(name, pixels, values, plane):
    """pandas agrees, as far as its floats go."""
    groups = pd.Series(np.asarray(values)).groupby(pixels)
    found = getattr(groups, name)(ddof=0) if name in ("var", "std") else getattr(groups, name)()
    scale = float(np.max(np.abs(np.asarray(values, np.float64)))) or 1.0
    rounding = {"sum": 1e-13 * len(values), "mean": 1e-13, "var": 1e-11, "std": 1e-6}.get(name, 0)
    scale = scale**2 if name == "var" else scale
    for pixel, number in found.items():
        assert abs(plane[pixel] - float(number)) <= rounding * scale, (name, pixel, plane[pixel], number)
    assert np.isnan(np.delete(plane, found.index)).all()


def case(name, file, columns, size, xlim, ylim, reductions, *, x="x", y="y", text_of=str, by_pandas=True,
         value_range=None, args=()):
    """Adds a case. Limits are int (integer arithmetic) or float; `text_of` writes those of x."""
    width, height = size
    raw = {key: (column.to_pylist() if isinstance(column, pa.Array) else column.tolist()) for key, column in columns.items()}
    # Times come as datetimes from pyarrow, which end at microseconds.
    raw.update({key: column.cast(pa.int64()).to_pylist() for key, column in columns.items()
                if isinstance(column, pa.Array) and pa.types.is_timestamp(column.type)})
    rows = len(raw[x])
    used = [column for column in dict.fromkeys(r.partition(":")[2] for r in reductions) if column]
    ranges = {}
    for column in used:
        values = [v for v in raw[column] if is_value(v)]
        if isinstance(values[0], str) or f"by:{column}" in reductions:
            continue
        ranges[column] = value_range or (min(values), max(values))
    good = np.array([all(is_value(raw[c][i]) for c in [x, y, *used]) for i in range(rows)])
    for column, (lo, hi) in ranges.items():
        good &= np.array([is_value(v) and lo <= v <= hi for v in raw[column]])
    at_x = bins([raw[x][i] for i in np.flatnonzero(good)], width, *xlim)
    at_y = bins([raw[y][i] for i in np.flatnonzero(good)], height, *ylim)
    inside = (at_x >= 0) & (at_y >= 0)
    drawn = np.flatnonzero(good)[inside]
    pixels = (height - 1 - at_y[inside]) * width + at_x[inside]
    counts = np.bincount(pixels, minlength=width * height)
    if isinstance(xlim[0], float) and isinstance(ylim[0], float):
        floats = [np.array([raw[c][i] for i in np.flatnonzero(good)], np.float64) for c in (x, y)]
        histogram, _, _ = np.histogram2d(*floats, bins=[width, height], range=[xlim, ylim])
        assert (histogram.T[::-1].ravel() == counts).all(), name
    planes, entries = [], []
    for reduction in reductions:
        statistic, _, column = reduction.partition(":")
        values = [raw[column][i] for i in drawn] if column else None
        entry = {"reduce": reduction}
        if statistic == "count":
            plane = counts.astype(float)
        elif statistic == "any":
            plane = (counts > 0).astype(float)
        elif statistic == "by":
            # All that occur, wherever they lie.
            names = sorted({v for v in raw[column] if is_value(v)})
            entry["names"] = [str(n).lower() if isinstance(n, bool) else str(n) for n in names]
            for n in names:
                mine = [p for p, v in zip(pixels, values) if v == n]
                planes.append(np.bincount(np.array(mine, int), minlength=width * height).astype(float))
            assert (sum(planes[-len(names):]) == counts).all(), name
            table = pd.crosstab(pd.Series(pixels, name="p"), pd.Series(values, name="v"))
            for n, plane in zip(names, planes[-len(names):]):
                assert n not in table or all(plane[p] == c for p, c in table[n].items()), name
            entries.append(entry)
            continue
        else:
            plane = np.full(width * height, np.nan)
            for pixel in np.unique(pixels):
                plane[pixel] = exact(statistic, [v for p, v in zip(pixels, values) if p == pixel])
            if by_pandas:
                check_pandas(statistic, pixels, values, plane)
            lo, hi = ranges[column]
            entry |= {"lo": float(lo), "hi": float(hi), "whole": isinstance(lo, int) and not isinstance(lo, bool)}
        planes.append(plane)
        entries.append(entry)
    invalid = int(rows - good.sum())
    limits = lambda lim, text: f"{text(lim[0])},{text(lim[1])}"
    cases.append({
        "name": name, "input": file, "x": x, "y": y, "width": width, "height": height,
        "xlim": limits(xlim, text_of), "ylim": limits(ylim, str), "args": list(args), "planes": entries,
        "rows": {"total": rows, "drawn": len(drawn), "outside": rows - invalid - len(drawn), "invalid": invalid},
    })
    np.save(FOLDER / f"{name}.expected.npy", np.array(planes).reshape(len(planes), height, width))
    # Empty pixels, several rows in one, and rows outside: what a case is for must be in it.
    assert (counts > 1).any() and ((counts == 0).any() or reductions == ["count"]) and len(drawn) < rows, name


def some_null(values, kind, every):
    """An Arrow array with a null here and there."""
    return pa.array([None if i % every == every // 2 else v for i, v in enumerate(np.asarray(values).tolist())], kind)


def all_of(column):
    return [f"{name}:{column}" for name in ("sum", "mean", "min", "max", "var", "std", "first", "last")]


# Random floats, a value of both signs with nulls and NaN, and weights.
n = 700
v = rng.normal(size=n) * 1000
v[[5, 300]] = [np.nan, np.inf]
table = {
    "x": pa.array(rng.normal(size=n)),
    "y": pa.array(rng.normal(size=n)),
    "v": some_null(v, pa.float64(), 23),
    "w": pa.array(rng.random(n) + 0.5),
    "kind": pa.array([None if i % 31 == 3 else ["b", "a", "ä", "zz", "a b,c"][int(f * 5)] for i, f in enumerate(rng.random(n))]).dictionary_encode(),
    "flag": some_null(rng.random(n) < 0.3, pa.bool_(), 41),
    "number": pa.array(rng.choice([10, 9, -3, 200, 2**40], n)),
}
write("random.parquet", table)
view = ((20, 15), (-1.7, 1.7), (-1.5, 1.6))
case("random", "random.parquet", table, *view, ["count", "any", *all_of("v"), "sum:w", "mean:w"])
case("value-range", "random.parquet", table, *view, ["count", "mean:v", "var:v", "min:v"],
     value_range=(-800.5, 1200.25), args=["--value-range", "-800.5,1200.25"])
case("categories", "random.parquet", table, *view, ["by:kind"])
case("bools", "random.parquet", table, *view, ["by:flag"])
case("integer-categories", "random.parquet", table, *view, ["by:number", "count"])

# The same of f32.
table = {c: pa.array((rng.normal(size=500) * s + o).astype(np.float32)) for c, s, o in [("x", 1, 0), ("y", 2, 7), ("v", 3, -40)]}
write("f32.parquet", table)
case("f32", "f32.parquet", table, (16, 12), (-1.3, 1.6), (4.1, 9.3), ["count", *all_of("v")])

# Integers: many on edges; values with a range below 2^40, of nearly the whole of i64 and of u64, of one.
n = 400
table = {
    "x": rng.integers(-3, 67, n),
    "y": rng.integers(0, 40, n),
    "v": some_null(rng.integers(-2**38, 2**39, n), pa.int64(), 19),
    "far": pa.array((2**60 + rng.integers(0, 1000, n)).tolist(), pa.int64()),
    "big": pa.array([-(2**62) - 2**61 + int(f * 1.7 * 2**63) for f in rng.random(n)], pa.int64()),
    "huge": pa.array([int(f * 2**64) for f in rng.random(n)], pa.uint64()),
    "one": np.full(n, -7),
}
write("integers.parquet", table)
view = ((16, 10), (0.0, 64.0), (0.0, 35.0))
case("integers", "integers.parquet", table, *view, ["count", *all_of("v")])
case("integers-far", "integers.parquet", table, *view, all_of("far"), by_pandas=False)
case("integers-big", "integers.parquet", table, *view, ["count", *all_of("big")], by_pandas=False)
case("integers-huge", "integers.parquet", table, *view, ["count", *all_of("huge")], by_pandas=False)
case("integers-one", "integers.parquet", table, *view, all_of("one"))

# Values that fixed point holds exactly; values far from zero, whose squares cancel in floats; a few ulps; one value.
n = 400
table = {
    "x": rng.random(n) * 10,
    "y": rng.random(n) * 10,
    "quarters": rng.integers(-400, 400, n) / 4,
    "far": 1e9 + rng.random(n),
    "ulps": 1 + rng.integers(0, 9, n) * 2.0**-52,
    "tiny": rng.random(n) * 1e-280,
    "one": np.full(n, 0.1),
}
write("floats.npy", table)
view = ((12, 8), (0.5, 9.0), (1.0, 12.0))
case("quarters", "floats.npy", table, *view, ["count", *all_of("quarters")])
case("far", "floats.npy", table, *view, ["count", *all_of("far")], by_pandas=False)
case("ulps", "floats.npy", table, *view, ["count", "mean:ulps", "min:ulps", "max:ulps", "std:ulps"], by_pandas=False)
case("tiny", "floats.npy", table, *view, ["count", "sum:tiny", "mean:tiny", "max:tiny", "first:tiny"], by_pandas=False)
case("one", "floats.npy", table, *view, ["count", *all_of("one")], by_pandas=False)

# UTM metres at centimetre zoom: values on centimetres and millimetres, edges on neither and on both.
n = 600
table = {
    "x": np.concatenate([np.round(500000.005 + rng.integers(-20, 420, n // 2) * 0.01, 3), 500000.005 + rng.random(n // 2) * 4,
                         np.round(500000.105 + rng.integers(0, 26, n) * 0.01, 3)]),
    "y": np.concatenate([np.round(4649776.22 + rng.integers(-20, 320, n // 2) * 0.01, 2), 4649776.22 + rng.random(n // 2) * 3,
                         np.round(4649776.52 + rng.integers(0, 32, n) * 0.01, 2)]),
}
write("utm.npy", table)
case("utm", "utm.npy", table, (40, 30), (500000.005, 500004.005), (4649776.22, 4649779.22), ["count"])
case("utm-centimetres", "utm.npy", table, (25, 31), (500000.105, 500000.355), (4649776.52, 4649776.83), ["count"])

# Data on the edges, the last one too, as text.
steps = np.round(np.arange(-2, 35) * 0.1, 1)
x, y = (a.ravel() for a in np.meshgrid(steps, steps))
order = rng.permutation(len(x))[:1000]
table = {"x": x[order], "y": y[order]}
write("edges.csv", table)
case("edges", "edges.csv", table, (32, 24), (0.0, 3.2), (0.0, 2.4), ["count"])
case("edges-thirds", "edges.csv", table, (31, 7), (-0.1, 3.0), (0.3, 2.4), ["count"])

# Nanoseconds, and integers beyond 2^53 on both axes.
n = 600
NOON = 1_517_400_000_123_456_789  # 2018-01-31T12:00:00.123456789Z
start, end = NOON, NOON + 997
table = {
    "t": pa.array((NOON + rng.integers(-40, 1040, n)).tolist() + [end] * 3, pa.timestamp("ns", tz="UTC")),
    "u": pa.array([2**64 - 1 - int(f * 2000) for f in rng.random(n)] + [2**64 - 1] * 3, pa.uint64()),
    "i": pa.array([-(2**63) + int(f * 5000) for f in rng.random(n)] + [-(2**63)] * 3, pa.int64()),
    "j": pa.array([2**53 + int(f * 300) for f in rng.random(n)] + [2**53 + 257] * 3, pa.int64()),
}
write("large.parquet", table)
nano = lambda t: f"2018-01-31T12:00:00.{t - NOON + 123456789:09d}Z"
case("nanoseconds", "large.parquet", table, (20, 16), (start, end), (2**64 - 1801, 2**64 - 1), ["count", "min:t", "mean:t", "last:t"],
     x="t", y="u", text_of=nano, by_pandas=False)
case("beyond-2-53", "large.parquet", table, (24, 16), (-(2**63), -(2**63) + 4801), (2**53 + 1, 2**53 + 257), ["count", "max:u"],
     x="i", y="j", by_pandas=False)

# For the tests' own reader of archives.
np.savez(FOLDER / "sample.npz", half=np.array([[0.5, np.nan]]), count=np.array([[[3], [4]]], np.uint64), names=np.array(["a", "äöü"]))

assert any((np.load(FOLDER / f"{c['name']}.expected.npy") == 0).any() for c in cases if len(c["planes"]) == 1)
lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
(FOLDER / "cases.json").write_text(f"[\n{lines}\n]\n")
print(sum(f.stat().st_size for f in FOLDER.iterdir()), "bytes")
