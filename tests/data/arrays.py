"""Writes arrays/: NumPy files of every kind, and their values by NumPy and Python's fractions, not by this program.

    python arrays.py        (numpy 2.4.6, Python 3.11)

arrays/cases.json names for each input its columns, each with what it means and its values as text: integers, floats by
repr, names; null where there is none. Times are counted by numpy's astype to the unit they are read in, durations are
seconds by fractions.Fraction, rounded once. Inputs without columns are to be refused with a line that holds `error`.
"""

import json
import warnings
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent / "arrays"
FOLDER.mkdir(exist_ok=True)
warnings.simplefilter("ignore")
cases = []
NUMBER, INTEGER = "number", "integer"


def values(array):
    array = np.asarray(array)
    if array.dtype.kind == "S":
        return [v.decode() for v in array.tolist()]
    if array.dtype.kind == "U":
        return array.tolist()
    if array.dtype.kind == "b":
        return [str(int(v)) for v in array]
    if array.dtype.kind in "iu":
        return [str(int(v)) for v in array]
    return [repr(float(v)) for v in array]


def column(name, kind, array):
    return {"name": name, "kind": kind, "values": values(array)}


def plain(name, array):
    kind = {"b": "bool", "i": INTEGER, "u": INTEGER, "f": NUMBER, "U": "text", "S": "text"}[np.asarray(array).dtype.kind]
    return column(name, kind, array)


def case(name, columns, input=None):
    cases.append({"input": input or name, "columns": columns})


def save(name, array, columns):
    np.save(FOLDER / name, array)
    case(name, columns)


def refused(name, error, array=None, input=None):
    if array is not None:
        np.save(FOLDER / name, array)
    cases.append({"input": input or name, "error": error})


rng = np.random.default_rng(7)

# Every number in both byte orders.
ROWS = 9
for order in "<>":
    fields = []
    for kind, size in [("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 1), ("u", 2), ("u", 4), ("u", 8), ("f", 2), ("f", 4), ("f", 8)]:
        fields.append((f"{kind}{size}", f"{order}{kind}{size}"))
    array = np.zeros(ROWS, fields + [("flag", "?")])
    for name, _ in fields:
        dtype = array.dtype[name]
        if dtype.kind == "f":
            array[name] = rng.normal(size=ROWS) * 100
            info = np.finfo(dtype)
            array[name][:6] = [np.nan, np.inf, -np.inf, -0.0, info.max, info.smallest_subnormal]
        else:
            info = np.iinfo(dtype)
            array[name] = rng.integers(info.min, info.max, ROWS, dtype=dtype.newbyteorder("="), endpoint=True)
            array[name][:2] = [info.min, info.max]
    array["flag"] = rng.integers(0, 2, ROWS)
    save("little.npy" if order == "<" else "big.npy", array, [plain(name, array[name]) for name in array.dtype.names])

# Rows and columns, one after another.
table = rng.normal(size=(23, 3))
save("rows.npy", table.astype(">f4"), [plain(None, table.astype("f4")[:, i]) for i in range(3)])
save("columns.npy", np.asfortranarray(table), [plain(None, table[:, i]) for i in range(3)])
whole = rng.integers(-1000, 1000, (23, 2)).astype(">i2")
save("columns-big.npy", np.asfortranarray(whole), [plain(None, whole[:, i]) for i in range(2)])
names = np.array([["red", "größe"], ["", "a"], ["blue", "red"]] * 7, dtype="U5")
save("columns-text.npy", np.asfortranarray(names), [plain(None, names[:, i]) for i in range(2)])
save("one.npy", table[:, 0], [plain(None, table[:, 0])])
save("empty.npy", np.zeros((0, 2)), [plain(None, np.zeros(0))] * 2)

# Times: the unit they are read in is days for days and longer, seconds for hours and minutes.
numbers = np.array([0, 1, -1, 54, 1000, -1999, 20000], "i8")
fields, columns = [], []
for unit, read, kind in [
    ("Y", "D", "date"), ("M", "D", "date"), ("W", "D", "date"), ("D", "D", "date"), ("h", "s", "time (s)"),
    ("m", "s", "time (s)"), ("s", "s", "time (s)"), ("ms", "ms", "time (ms)"), ("us", "us", "time (us)"),
    ("ns", "ns", "time (ns)"), ("25s", "s", "time (s)"), ("3M", "D", "date"),
]:
    array = numbers.astype(f"M8[{unit}]")
    array[3] = "NaT"
    expected = array.astype(f"M8[{read}]").astype("i8")
    fields.append((unit, array))
    columns.append({"name": unit, "kind": kind, "values": [None if i == 3 else str(int(v)) for i, v in enumerate(expected)]})
array = np.zeros(len(numbers), [(name, array.dtype) for name, array in fields])
for name, values_ in fields:
    array[name] = values_
save("times.npy", array, columns)
save("times-big.npy", array.astype([(name, array.dtype[name].newbyteorder(">")) for name in array.dtype.names]), columns)

# Durations: seconds.
counts = np.array([0, 1, -1, 9007199254740993, 9223372036854775807, -9223372036854775807, 123456789], "i8")
fields, columns = [], []
for unit, factor in [
    ("W", Fraction(604800)), ("D", Fraction(86400)), ("h", Fraction(3600)), ("m", Fraction(60)), ("s", Fraction(1)),
    ("ms", Fraction(1, 10**3)), ("us", Fraction(1, 10**6)), ("ns", Fraction(1, 10**9)), ("ps", Fraction(1, 10**12)),
    ("fs", Fraction(1, 10**15)), ("as", Fraction(1, 10**18)), ("7ns", Fraction(7, 10**9)),
]:
    array = counts.copy()
    array[2] = np.iinfo("i8").min
    expected = [None if v == np.iinfo("i8").min else repr(float(int(v) * factor)) for v in array]
    fields.append((unit, array.view(f"m8[{unit}]")))
    columns.append({"name": unit, "kind": NUMBER, "values": expected})
array = np.zeros(len(counts), [(name, array.dtype) for name, array in fields])
for name, values_ in fields:
    array[name] = values_
save("durations.npy", array, columns)

# Structures within structures, subarrays, padding, titles, texts of both kinds.
dtype = np.dtype(
    [("a", "u1"), ("b", [("c", "f8"), ("d", ">i2")]), ("e", "f4", (2, 2)), ("s", "S3"), ("u", ">U2"),
     ("wide", "f4", (100,)), ("z", "c16"), ("last", "u1")], align=True)
array = np.zeros(5, dtype)
array["a"], array["b"]["c"], array["b"]["d"] = range(5), rng.normal(size=5), range(-2, 3)
array["e"] = rng.normal(size=(5, 2, 2))
array["s"], array["u"], array["last"] = ["x", "yy", "", "zzz", "x"], ["é", "", "日本", "a", "a"], range(5, 10)
columns = [plain("a", array["a"]), plain("b.c", array["b"]["c"]), plain("b.d", array["b"]["d"])]
columns += [plain(f"e.{i}.{j}", array["e"][:, i, j]) for i in range(2) for j in range(2)]
columns += [plain("s", array["s"]), plain("u", array["u"]), {"name": "wide"}, {"name": "z"}, plain("last", array["last"])]
save("nested.npy", array, columns)
gaps = np.zeros(4, np.dtype({"names": ["x", "y"], "formats": ["<f8", "<i4"], "offsets": [4, 20], "itemsize": 32}))
gaps["x"], gaps["y"] = rng.normal(size=4), [7, -8, 9, 10]
save("gaps.npy", gaps, [plain("x", gaps["x"]), plain("y", gaps["y"])])

# Archives.
x, y, c = rng.normal(size=41), rng.integers(0, 99, 41), np.array((["one", "two", "three"] * 14)[:41])
three = [plain("x", x), plain("y", y), plain("c", c)]
np.savez(FOLDER / "stored.npz", x=x, y=y, c=c)
case("stored.npz", three)
case("stored.npz", three[1:2], "stored.npz:y")
np.savez_compressed(FOLDER / "deflated.npz", x=x, y=y, c=c)
case("deflated.npz", three)
case("deflated.npz", three[2:], "deflated.npz:c.npy")
np.savez_compressed(FOLDER / "table.npz", np.asfortranarray(table))
case("table.npz", [plain(None, table[:, i]) for i in range(3)])
np.savez(FOLDER / "mixed.npz", x=x, table=table, one=np.float64(3))
refused("mixed.npz", "x (41), table (23, 3), one ()")
case("mixed.npz", [plain(None, table[:, i]) for i in range(3)], "mixed.npz:table")
refused("mixed.npz", "single value", input="mixed.npz:one")
refused("mixed.npz", "did you mean mixed.npz:table", input="mixed.npz:tabl")
np.savez(FOLDER / "objects.npz", x=x, o=np.array([None] * 41))
case("objects.npz", [plain("x", x), {"name": "o"}])
bytes_ = bytearray((FOLDER / "stored.npz").read_bytes())
with zipfile.ZipFile(FOLDER / "stored.npz") as archive:
    bytes_[archive.infolist()[0].header_offset + 300] ^= 1
(FOLDER / "damaged.npz").write_bytes(bytes_)
refused("damaged.npz", "checksum")
(FOLDER / "cut.npz").write_bytes(bytes(bytes_[:-40]))
refused("cut.npz", "damaged")
with zipfile.ZipFile(FOLDER / "other.npz", "w") as archive:
    archive.writestr(zipfile.ZipInfo("a.txt"), "x,y\n1,2\n")
refused("other.npz", "no arrays")

refused("scalar.npy", "single value", np.float64(3))
refused("cube.npy", "[2, 3, 4]", np.zeros((2, 3, 4)))
refused("complex.npy", "astype", np.zeros(3, "c16"))
refused("objects.npy", "Python objects", np.array([None, 1], object))

(FOLDER / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n")
