"""Makes earthquakes.csv and earthquakes.parquet beside this file from vega-datasets' earthquakes.json.

    npm pack vega-datasets@3.2.1 && tar -xzf vega-datasets-3.2.1.tgz
    python earthquakes.py package/data/earthquakes.json        (pyarrow 26.0.1)
"""

import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

features = json.loads(Path(sys.argv[1]).read_text())["features"]
features.sort(key=lambda feature: feature["properties"]["time"])
properties = [feature["properties"] for feature in features]
places = [feature["geometry"]["coordinates"] for feature in features]

table = pa.table(
    {
        "time": pa.array([p["time"] for p in properties], pa.timestamp("ms", tz="UTC")),
        "longitude": pa.array([c[0] for c in places], pa.float64()),
        "latitude": pa.array([c[1] for c in places], pa.float64()),
        "depth": pa.array([c[2] for c in places], pa.float64()),
        "magnitude": pa.array([p["mag"] for p in properties], pa.float64()),
        "place": pa.array([p["place"] for p in properties], pa.string()),
        "type": pa.array([p["type"] for p in properties], pa.string()),
    }
)
folder = Path(__file__).parent
pq.write_table(table, folder / "earthquakes.parquet", compression="snappy", store_schema=False)


def field(value):
    """RFC 4180: quoted only where it must be."""
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


with open(folder / "earthquakes.csv", "w", newline="\n") as out:
    out.write(",".join(table.column_names) + "\n")
    for row in table.to_pylist():
        time = row.pop("time").strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        out.write(",".join(field(value) for value in [time, *row.values()]) + "\n")

print(table.num_rows, "rows", table.schema)
