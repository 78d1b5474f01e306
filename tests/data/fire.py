"""Writes the good Parquet and Arrow files that the sweeps damage.

    python fire.py   (pyarrow 26.0.1)

One table of 150 rows by each codec; the Parquet files carry page checksums, which this crate's own writer does not write.
"""

import math
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent / "fire"
ROWS = 150

table = pa.table({
    "x": pa.array([math.sin(row * 0.37) * 4 for row in range(ROWS)], pa.float64()),
    "y": pa.array([None if row % 50 == 49 else (row * 37) % 101 for row in range(ROWS)], pa.int32()),
    "kind": pa.array([["ash", "beech", "lime"][row * row % 3] for row in range(ROWS)], pa.string()),
    "t": pa.array([1_700_000_000_000 + 60_000 * row for row in range(ROWS)], pa.timestamp("ms", "UTC")),
})
other = pa.table({
    "x": pa.array([row / 8 for row in range(90)], pa.float32()),
    "y": pa.array([row * row for row in range(90)], pa.uint64()),
})

for codec in ["none", "snappy", "gzip", "lz4", "zstd", "brotli"]:
    pq.write_table(table, FOLDER / f"{codec}.parquet", compression=codec, write_page_checksum=True, row_group_size=60,
                   data_page_size=400, use_dictionary=["kind"])
pq.write_table(other, FOLDER / "other.parquet", compression="snappy", write_page_checksum=True, use_dictionary=False,
               column_encoding={"x": "BYTE_STREAM_SPLIT", "y": "DELTA_BINARY_PACKED"}, data_page_version="2.0")

for codec in [None, "lz4", "zstd"]:
    options = ipc.IpcWriteOptions(compression=codec)
    encoded = table.set_column(2, "kind", table["kind"].dictionary_encode())
    for name, data, rows in [("", encoded, 60), ("other-", other, 90)]:
        with ipc.new_file(FOLDER / f"{name}{codec or 'plain'}.arrow", data.schema, options=options) as writer:
            writer.write_table(data, max_chunksize=rows)
        with ipc.new_stream(FOLDER / f"{name}{codec or 'plain'}.arrows", data.schema, options=options) as writer:
            writer.write_table(data, max_chunksize=rows)
