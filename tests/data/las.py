"""Writes las.json: the numbers of LAS and LAZ files by laspy, not by this program.

    python las.py FOLDER...        (laspy 2.7.0, lazrs 0.8.2, numpy 2.4.6)

FOLDERs hold the files; those in las/ are from laspy's own tests (BSD-2-Clause, las/LICENSE). For each file: its rows,
and for each column the CRC-32 of its values as little-endian f64, the first and the last one. Files that laspy cannot
read have none. scan_angle is in degrees (steps of 0.006 in point formats from 6 on).
"""

import json
import sys
import zlib
from pathlib import Path

import laspy
import numpy as np

NAMES = ["x", "y", "z", "intensity", "return_number", "number_of_returns", "classification", "scan_angle", "user_data",
         "point_source_id", "gps_time", "red", "green", "blue", "nir"]

# What laspy calls bytes that the file does not describe.
UNDESCRIBED = ["ExtraBytes", "Reserved"]


def numbers(las, name):
    if name == "scan_angle" and las.header.point_format.id < 6:
        name = "scan_angle_rank"
    array = np.array(las[name], "<f8")
    return array * 0.006 if name == "scan_angle" else array


files = {}
for path in sorted(path for folder in sys.argv[1:] for path in Path(folder).glob("*.la[sz]")):
    try:
        las = laspy.read(path)
    except BaseException as error:  # a panic of the decoder is no Exception
        files[path.name] = {"laspy": f"{type(error).__name__}: {error}"}
        continue
    standard = set(las.point_format.dimension_names)
    columns = {}
    for name in NAMES + [name for name in las.point_format.extra_dimension_names if name not in UNDESCRIBED]:
        if name in standard or name in "xyz" or name == "scan_angle":
            array = numbers(las, name)
            parts = {name: array} if array.ndim == 1 else {f"{name}.{i}": array[:, i] for i in range(array.shape[1])}
            for name, part in parts.items():
                part = np.ascontiguousarray(part)
                ends = [float(part[0]), float(part[-1])] if len(part) else []
                columns[name] = {"crc": zlib.crc32(part.tobytes()), "ends": ends}
    files[path.name] = {"rows": len(las.points), "columns": columns}
(Path(__file__).parent / "las.json").write_text(json.dumps(files, indent=0) + "\n")
