#!/usr/bin/env python3
"""Draws the default figure of matplotlib for every figure of the gallery, and puts both beside each other.

    python3 tests/figures/beside.py FOLDER     FOLDER holds NAME.csv and NAME.png, as tests/figures.sh leaves them

Needs Python 3.11, matplotlib, pandas and Pillow. Writes FOLDER/beside/NAME.png: ours on the left.
"""

import sys
import tomllib
import warnings
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas
from PIL import Image

warnings.simplefilter("ignore")


def values(column, spread):
    if spread == "time":
        return pandas.to_datetime(column, format="ISO8601").dt.tz_localize(None)
    if spread == "whole":
        return column.astype("int64")
    return column.astype(float)


def draw(figure, folder, size):
    table = pandas.read_csv(folder / f"{figure['name']}.csv", dtype=str)
    x, y = (values(table[name], figure[name]["spread"]) for name in "xy")
    fig, ax = plt.subplots(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    scope = {"ax": ax, "colour": None}
    text = figure["args"]
    for option, setter in (("--title", ax.set_title), ("--xlabel", ax.set_xlabel), ("--ylabel", ax.set_ylabel)):
        if option in text:
            setter(text[text.index(option) + 1])
    for statement in figure.get("matplotlib", "").split(";"):
        exec(statement.strip(), scope)
    colour = scope["colour"]
    if colour == "v":
        fig.colorbar(ax.scatter(x, y, c=table["v"].astype(float), s=7), ax=ax, label="v")
    elif colour == "c":
        for name, part in table.groupby("c"):
            ax.scatter(x[part.index], y[part.index], s=7, label=name)
        ax.legend()
    elif colour == "count":
        fig.colorbar(ax.hist2d(x, y, bins=200, norm="log")[3], ax=ax, label="count")
    else:
        ax.scatter(x, y, s=7)
    path = folder / "beside" / f"{figure['name']}.png"
    fig.savefig(path)
    plt.close(fig)
    return Image.open(path).convert("RGBA")


def main(folder):
    here = Path(__file__).parent
    (folder / "beside").mkdir(exist_ok=True)
    for figure in tomllib.loads((here / "figures.toml").read_text())["figure"]:
        name = figure["name"]
        if not (folder / f"{name}.png").exists():
            continue
        ours = Image.open(folder / f"{name}.png").convert("RGBA")
        shown = ours.copy()
        shown.thumbnail((1400, 1000))
        try:
            theirs = draw(figure, folder, shown.size if min(ours.size) > 300 else ours.size)
        except Exception as error:  # what the other library cannot draw is worth seeing too
            print(f"{name}: {type(error).__name__}: {error}")
            theirs = Image.new("RGBA", (200, 100), "pink")
        page = Image.new("RGBA", (shown.width + theirs.width + 10, max(shown.height, theirs.height)), "#888")
        page.paste(shown, (0, 0), shown)
        page.paste(theirs, (shown.width + 10, 0))
        page.convert("RGB").save(folder / "beside" / f"{name}.png")


main(Path(sys.argv[1]))
