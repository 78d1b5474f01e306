"""Writes viridis.txt: the 256 colours of viridis as matplotlib gives bytes, `r g b` a line; t takes line floor(256 t).

    python tests/data/viridis.py        (matplotlib 3.11.2)
"""

from pathlib import Path

from matplotlib import colormaps

rows = [" ".join(str(c) for c in colormaps["viridis"](i, bytes=True)[:3]) for i in range(256)]
(Path(__file__).parent / "viridis.txt").write_text("\n".join(rows) + "\n")
