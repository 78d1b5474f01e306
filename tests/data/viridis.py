"""Writes viridis.txt: the 256 colours of viridis as matplotlib's to_hex gives them, `r g b` a line; t takes line floor(256 t).

    python tests/data/viridis.py        (matplotlib 3.11.2)
"""

from pathlib import Path

from matplotlib import colormaps
from matplotlib.colors import to_hex

rows = [" ".join(map(str, bytes.fromhex(to_hex(colormaps["viridis"](i))[1:]))) for i in range(256)]
(Path(__file__).parent / "viridis.txt").write_text("\n".join(rows) + "\n")
