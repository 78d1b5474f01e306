"""One table as other programs write it to text: text/*.csv, *.txt, *.json, *.jsonl, packed and not.

text/expected.json holds its values as Python's numbers: times in microseconds, dates in days, null where there is none.
text/numpy.expected.json holds the rows of the files that numpy.savetxt wrote.

Run: python text.py   (numpy 2.4.6, pandas 3.1.1, duckdb 2.0.0; gzip 1.12 and zstd 1.5.4 of the command line)

The versions it ran with are written to text/versions.json.
"""

import datetime
import json
import math
import pathlib
import subprocess

import duckdb
import numpy
import pandas

FOLDER = pathlib.Path(__file__).parent / "text"
FOLDER.mkdir(exist_ok=True)
ROWS = 60

start = datetime.datetime(1969, 12, 31, 23, 59, 0)
names = ["red", "dark blue", 'said "so"', "a,b;c", "two\nlines", "größe 😀"]
table = {
    "i": [(row * 7919) % 256 - 100 for row in range(ROWS)],
    "f": [round(math.sin(row * 0.7) * 10 ** (row % 5), 9) for row in range(ROWS)],
    "n": [None if row % 7 == 3 else row / 8 for row in range(ROWS)],
    "big": [2**62 + row * 3 for row in range(ROWS)],
    "u": [2**64 - 1 - row for row in range(ROWS)],
    "b": [row % 3 == 0 for row in range(ROWS)],
    "t": [start + datetime.timedelta(seconds=row * 17, microseconds=row * 1001) for row in range(ROWS)],
    "d": [(start + datetime.timedelta(days=row * 40)).strftime("%Y-%m-%d") for row in range(ROWS)],
    "c": [None if row % 11 == 5 else names[row % len(names)] for row in range(ROWS)],
}
epoch = datetime.datetime(1970, 1, 1)
expected = dict(table)
expected["t"] = [(time - epoch) // datetime.timedelta(microseconds=1) for time in table["t"]]
expected["d"] = [(datetime.date.fromisoformat(day) - epoch.date()).days for day in table["d"]]
(FOLDER / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")

frame = pandas.DataFrame(table).astype({"u": "uint64", "t": "datetime64[us]"})
json_options = {"orient": "records", "double_precision": 15, "date_format": "iso", "date_unit": "us"}
frame.to_json(FOLDER / "pandas.jsonl", lines=True, **json_options)
frame.to_json(FOLDER / "pandas.json", **json_options)
frame.to_json(FOLDER / "pandas-indented.json", indent=2, **json_options)
frame.to_csv(FOLDER / "pandas.csv", index=False)
frame.to_csv(FOLDER / "pandas.tsv", index=False, sep="\t", lineterminator="\r\n")
frame.to_csv(FOLDER / "pandas-quoted.csv", index=False, quoting=1)
frame.to_csv(FOLDER / "pandas-comma.csv", index=False, sep=";", decimal=",", encoding="utf-8-sig")
frame.drop(columns=["n", "c", "t"]).to_csv(FOLDER / "pandas-blank.txt", index=False, sep=" ")

python = [{key: (str(value) if key == "t" else value) for key, value in zip(table, row)} for row in zip(*table.values())]
for row in python:
    row["n"] = math.nan if row["n"] is None else row["n"]
    row["more"] = {"i": row.pop("i"), "f": row["f"], "deep": {"x": 1}}
    row["list"] = [1, 2]
(FOLDER / "python-nested.jsonl").write_text("".join(json.dumps(row) + "\n" for row in python))

duckdb.sql("SET TimeZone = 'UTC'")
duckdb.register("frame", frame)
rows = "SELECT * REPLACE (d::DATE AS d) FROM frame"
for target, options in [
    ("duckdb.jsonl", "FORMAT JSON"),
    ("duckdb.json", "FORMAT JSON, ARRAY true"),
    ("duckdb.csv.gz", "FORMAT CSV, HEADER, COMPRESSION gzip"),
    ("duckdb.jsonl.zst", "FORMAT JSON, COMPRESSION zstd"),
]:
    duckdb.sql(f"COPY ({rows}) TO '{FOLDER / target}' ({options})")


def pack(name, command, parts=1):
    """Packs a file in so many parts that are put one behind another."""
    data = (FOLDER / name).read_bytes()
    size = -(-len(data) // parts)
    cut = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(subprocess.run(command, input=part, capture_output=True, check=True).stdout for part in cut)


(FOLDER / "gzip.tsv.gz").write_bytes(pack("pandas.tsv", ["gzip", "-9n"]))
(FOLDER / "gzip-members.csv.gz").write_bytes(pack("pandas.csv", ["gzip", "-1n"], 3))
(FOLDER / "zstd.json.zst").write_bytes(pack("pandas.json", ["zstd", "-q", "--check"]))
(FOLDER / "zstd-frames.csv.zst").write_bytes(pack("pandas.csv", ["zstd", "-q", "-19"], 3))

two = numpy.column_stack([table["f"], table["i"]])
numpy.savetxt(FOLDER / "numpy.txt", two)
numpy.savetxt(FOLDER / "numpy-header.txt", two, fmt="%25.16g", header="made by numpy\nf i", footer="the end")
numpy.savetxt(FOLDER / "numpy.csv", two, delimiter=",", header="f,i", fmt="%.17g")
numpy.save(FOLDER / "numpy.npy", numpy.ascontiguousarray(two))
(FOLDER / "numpy.npy.gz").write_bytes(pack("numpy.npy", ["gzip", "-n"]))
(FOLDER / "numpy.npy").unlink()

versions = {module.__name__: module.__version__ for module in (numpy, pandas, duckdb)}
for command in (["gzip", "--version"], ["zstd", "--version"]):
    versions[command[0]] = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()[0]
(FOLDER / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")
