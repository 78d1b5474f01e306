"""Writes arrow/: one table of every type that can be drawn, as Arrow files and streams and as Parquet, by four programs,
and in expected.json what its columns are.

Expected numbers come from Python's integers and fractions, never from a reader of these formats: floats as the hex of
their bits, integers as text, null for no value.

python arrow.py   (pyarrow 26.0.1, pandas 3.1.1, polars 2.1.0, duckdb 2.0.0, numpy 2.4.6)
"""

import datetime
import json
import struct
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent / "arrow"
ROWS = 60


def bits(x):
    return struct.pack(">d", x).hex()


def number(i):
    """Integers without any pattern, over 63 bits."""
    return (i * 6364136223846793005 + 1442695040888963407) % (1 << 63) - (1 << 62)


names = ["red", "green", "blue", "a rather long name, longer than a view holds", "grün", ""]
columns = {}
expected = {}


def add(name, array, values):
    columns[name] = array
    expected[name] = values
    assert len(values) == ROWS


def nulls(values, step):
    return [None if i % step == step - 1 else v for i, v in enumerate(values)]


ints = nulls([number(i) for i in range(ROWS)], 7)
text = lambda values: [None if v is None else str(v) for v in values]
floats = lambda values: [None if v is None else bits(float(v)) for v in values]
add("i64", pa.array(ints, pa.int64()), text(ints))
small = [number(i) % 200 - 100 for i in range(ROWS)]
add("i8", pa.array(small, pa.int8()), text(small))
unsigned = nulls([number(i) % (1 << 64) for i in range(ROWS)], 5)
add("u64", pa.array(unsigned, pa.uint64()), text(unsigned))
doubles = nulls([number(i) / 2**70 for i in range(ROWS)], 11)
doubles[3], doubles[4] = float("inf"), -0.0
add("f64", pa.array(doubles, pa.float64()), floats(doubles))
halves = [float(np.float16(i / 8 - 3)) for i in range(ROWS)]
add("f16", pa.array(np.array(halves, np.float16)), floats(halves))
flags = nulls([number(i) % 3 == 0 for i in range(ROWS)], 6)
add("bool", pa.array(flags, pa.bool_()), [None if v is None else str(int(v)) for v in flags])
for precision, scale, kind in [(9, 2, pa.decimal32), (18, 5, pa.decimal64), (38, 9, pa.decimal128), (60, 30, pa.decimal256)]:
    digits = [number(i) ** 3 % 10**precision * (-1) ** i for i in range(ROWS)]
    values = nulls([Fraction(d, 10**scale) for d in digits], 9)
    decimals = [None if v is None else Decimal(d).scaleb(-scale, context=__import__("decimal").Context(prec=80)) for v, d in zip(values, digits)]
    add(f"decimal{precision}", pa.array(decimals, kind(precision, scale)), floats(values))
stamps = nulls([number(i) % 10**18 for i in range(ROWS)], 8)
add("ns", pa.array(stamps, pa.timestamp("ns", "Europe/Berlin")), text(stamps))
ms = [number(i) % 10**12 for i in range(ROWS)]
add("ms", pa.array(ms, pa.timestamp("ms")), text(ms))
days = nulls([number(i) % 40000 - 10000 for i in range(ROWS)], 4)
add("date", pa.array(days, pa.date32()), text(days))
spans = nulls([number(i) for i in range(ROWS)], 7)
add("duration", pa.array(spans, pa.duration("ns")), floats([None if v is None else Fraction(v, 10**9) for v in spans]))
clock = [number(i) % 86_400_000_000 for i in range(ROWS)]
add("time", pa.array(clock, pa.time64("us")), floats([Fraction(v, 10**6) for v in clock]))
clock = [number(i) % 86_400 for i in range(ROWS)]
add("time32", pa.array(clock, pa.time32("s")), floats(clock))
words = nulls([names[number(i) % len(names)] for i in range(ROWS)], 10)
add("text", pa.array(words, pa.string()), words)
add("large", pa.array(words, pa.large_string()), words)
add("view", pa.array(words, pa.string_view()), words)
add("dictionary", pa.array(words).dictionary_encode(), words)
picks = nulls([[2.5, -1.0, 1e300][number(i) % 3] for i in range(ROWS)], 12)
add("float dictionary", pa.array(picks, pa.float64()).dictionary_encode(), floats(picks))
inner = nulls([i * 0.5 for i in range(ROWS)], 5)
outer = [i % 4 != 1 for i in range(ROWS)]
pair = pa.StructArray.from_arrays(
    [pa.array(inner, pa.float64()), pa.array(words), pa.array([[i] for i in range(ROWS)])], ["a", "b", "list"],
    mask=pa.array([not v for v in outer]))
columns["pair"] = pair
expected["pair.a"] = floats([v if o else None for v, o in zip(inner, outer)])
expected["pair.b"] = [v if o else None for v, o in zip(words, outer)]
columns["list"] = pa.array([[i, i] for i in range(ROWS)])
columns["none"] = pa.nulls(ROWS)
after = [i * i for i in range(ROWS)]
add("after", pa.array(after, pa.int32()), text(after))

table = pa.table(columns)
FOLDER.mkdir(exist_ok=True)
files = {}


def wrote(name, without=()):
    files[name] = {"columns": [c for c in expected if c not in without]}


def write(name, opener, table=table, batch=23, **options):
    with opener(str(FOLDER / name), table.schema, options=pa.ipc.IpcWriteOptions(**options)) as out:
        # Sliced batches: offsets that do not begin at 0, bits that do not begin with a byte.
        for batch in table.to_batches(max_chunksize=batch):
            out.write_batch(batch)
    wrote(name, [c for c in expected if c.split(".")[0] not in table.schema.names])


write("plain.arrow", pa.ipc.new_file)
write("lz4.arrow", pa.ipc.new_file, compression="lz4")
write("zstd.arrow", pa.ipc.new_file, compression="zstd")
write("plain.arrows", pa.ipc.new_stream, batch=60)
write("zstd.arrows", pa.ipc.new_stream, compression="zstd")

runs = pa.RunEndEncodedArray.from_arrays(pa.array([10, 25, 26, ROWS], pa.int32()), pa.array([1.5, None, -2.0, 8.0]))
expected["runs"] = floats([1.5] * 10 + [None] * 15 + [-2.0] + [8.0] * (ROWS - 26))
write("runs.arrow", pa.ipc.new_file, pa.table({"after": columns["after"], "runs": runs}), batch=ROWS)
for name in files:
    if name != "runs.arrow":
        files[name]["columns"] = [c for c in files[name]["columns"] if c != "runs"]

# Dictionaries that grow, and that are replaced.
with pa.ipc.new_stream(str(FOLDER / "deltas.arrows"), pa.schema([("dictionary", pa.dictionary(pa.int8(), pa.string()))]),
                       options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as out:
    for part in (["x", "y"], ["x", "y", "z"], ["other", "x"]):
        entries = part if part[0] != "other" else ["q", "x"]
        keys = [i % len(entries) for i in range(20)]
        out.write_batch(pa.record_batch([pa.DictionaryArray.from_arrays(pa.array(keys, pa.int8()), entries)], names=["dictionary"]))
files["deltas.arrows"] = {"dictionary": [e for p in (["x", "y"], ["x", "y", "z"], ["q", "x"]) for e in [p[i % len(p)] for i in range(20)]]}

# pandas writes Feather version 2 by pyarrow; polars its own, with views; DuckDB its own Parquet.
frame = table.select(["i64", "f64", "ms", "text", "after"]).to_pandas()
frame["i64"] = table["i64"].to_pandas(types_mapper=pd.ArrowDtype)
frame.to_feather(FOLDER / "pandas.feather")
wrote("pandas.feather", [c for c in expected if c not in ("i64", "f64", "ms", "text", "after")])
some = ["i64", "i8", "u64", "f64", "bool", "ns", "ms", "date", "duration", "text", "after"]
polars = pl.from_arrow(table.select(some))
polars.write_ipc(FOLDER / "polars.arrow", compression="lz4")
wrote("polars.arrow", [c for c in expected if c not in some])
polars.write_ipc_stream(FOLDER / "polars.arrows")
wrote("polars.arrows", [c for c in expected if c not in some])
kept = [c for c in table.schema.names if c not in ("none", "view", "large", "float dictionary", "list", "f16", "decimal9", "decimal18")]
pq.write_table(table.select(kept), FOLDER / "pyarrow.parquet", row_group_size=23)
wrote("pyarrow.parquet", [c for c in expected if c.split(".")[0] not in kept])
small = ["i64", "i8", "f64", "bool", "decimal38", "ms", "date", "text", "pair", "after"]
source = table.select(small)
duckdb.sql(f"COPY source TO '{FOLDER / 'duckdb.parquet'}' (FORMAT parquet)")
wrote("duckdb.parquet", [c for c in expected if c.split(".")[0] not in small])

# Parquet has no seconds: the zone is only in the schema that pyarrow adds.
seconds = pa.table({"t": pa.array([0, 1711846923], pa.timestamp("s", "Europe/Berlin"))})
pq.write_table(seconds, FOLDER / "seconds.parquet")

# A zone that no database knows.
mars = pa.table({"t": pa.array([0, 1711846923000], pa.timestamp("ms", "Mars/Olympus")), "y": [1.0, 2.0]})
with pa.ipc.new_file(str(FOLDER / "mars.arrow"), mars.schema) as out:
    out.write_table(mars)

(FOLDER / "expected.json").write_text(json.dumps({"files": files, "columns": expected}, ensure_ascii=False, indent=0) + "\n")
