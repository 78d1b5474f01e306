"""Writes symlog.json: where values lie on symlog axes, by matplotlib and numpy, not by this program.

    python symlog.py        (matplotlib 3.11.2, numpy 2.4.6)

Each case has a threshold, limits and values, what matplotlib's SymmetricalLogTransform(10, threshold, 1) makes of the
values, and the pixels that numpy.histogram of those numbers between those of the limits counts them in (-1 below, n
above), checked against searchsorted on linspace's edges. Floats are the 16 hex digits of their bits. The last case is a density:
the counts of numpy.histogram2d over two transformed columns, row 0 on top.
"""

import json
import struct
from pathlib import Path

import numpy as np
from matplotlib.scale import SymmetricalLogTransform

FOLDER = Path(__file__).parent
rng = np.random.default_rng(20240707)


def bits(values):
    return "".join(struct.pack(">d", float(v)).hex() for v in np.atleast_1d(values))


def bins(bent, n, lo, hi):
    edges = np.linspace(lo, hi, n + 1)
    at = np.where(bent == hi, n - 1, np.searchsorted(edges, bent, "right") - 1)
    at = np.where(bent < lo, -1, np.where(bent > hi, n, at))
    inside = bent[(bent >= lo) & (bent <= hi)]
    counts, _ = np.histogram(inside, bins=n, range=(lo, hi))
    assert (counts == np.bincount(at[(at >= 0) & (at < n)], minlength=n)).all()
    return at


def transform(values, threshold):
    # The factor of the threshold only makes numbers larger: taken out, as a power of two or within rounding.
    return SymmetricalLogTransform(10, threshold, 1).transform(np.asarray(values, float)) / threshold


def case(name, n, threshold, lo, hi, values):
    values = np.asarray(values, float)
    bent, (a, b) = transform(values, threshold), transform([lo, hi], threshold)
    # A value this close to an edge would be decided by the last bit of a logarithm; exact ones are none.
    edges = np.linspace(a, b, n + 1)
    near = np.abs(bent[:, None] - edges).min(axis=1)
    keep = (near > 1e-12) | np.isin(values, [0, threshold, -threshold, lo, hi])
    values, bent = values[keep], bent[keep]
    return {"name": name, "n": n, "threshold": bits(threshold), "lo": bits(lo), "hi": bits(hi), "values": bits(values),
            "bent": bits(bent), "bins": bins(bent, n, a, b).tolist()}


decades = [s * f * 10.0**e for s in (-1, 1) for f in (1, 2, 5) for e in range(-4, 5)]
spread = rng.normal(size=300) * 10.0 ** rng.uniform(-4, 5, 300)
cases = [
    case("both signs", 321, 1.0, -1000.0, 1000.0, [0.0, -0.0, 1.0, -1.0, 1000.0, -1000.0, *decades, *spread]),
    case("mostly negative", 200, 0.5, -2500.0, 30.0, [0.0, 0.5, -0.5, -2500.0, 30.0, *decades, *spread]),
    case("all beyond the threshold", 150, 0.25, 3.0, 4000.0, [3.0, 4000.0, *decades, *spread]),
    case("all within the threshold", 97, 8.0, -7.0, 6.5, [0.0, -7.0, 6.5, *rng.uniform(-8, 8, 100)]),
    case("tiny threshold", 640, 2.0**-40, -1e5, 1e6, [0.0, 1e6, -1e5, *decades, *spread, *(spread * 1e-12)]),
]
x, y = rng.normal(size=(2, 500)) * 10.0 ** rng.uniform(-3, 4, (2, 500))
width, height = 24, 18
xlim, ylim = (-3000.0, 5000.0), (-100.0, 20000.0)
at_x = bins(transform(x, 2.0), width, *transform(xlim, 2.0))
at_y = bins(transform(y, 0.5), height, *transform(ylim, 0.5))
counts, _, _ = np.histogram2d(transform(x, 2.0), transform(y, 0.5), bins=[width, height],
                              range=[transform(xlim, 2.0), transform(ylim, 0.5)])
inside = (at_x >= 0) & (at_x < width) & (at_y >= 0) & (at_y < height)
assert counts.sum() == inside.sum() > 200
density = {"width": width, "height": height, "xlim": xlim, "ylim": ylim, "thresholds": [2.0, 0.5],
           "rows": [[float(a), float(b)] for a, b in zip(x, y)], "counts": counts.T[::-1].astype(int).tolist()}
lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
(FOLDER / "symlog.json").write_text(
    f'{{"cases":[\n{lines}\n],\n"density":{json.dumps(density, separators=(",", ":"))}}}\n')
