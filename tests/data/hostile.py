"""Writes what only pyarrow writes of tests/data/hostile: a Parquet file whose pages have checksums."""

import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = pathlib.Path(__file__).parent / "hostile"


def main():
    rows = np.arange(400.0)
    table = pa.table({"x": rows, "y": np.sqrt(rows)})
    pq.write_table(table, FOLDER / "checksums.parquet", use_dictionary=False, write_page_checksum=True)


if __name__ == "__main__":
    main()
