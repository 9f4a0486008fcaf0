#!/usr/bin/env python3
"""Writes annotations.json: which pixels matplotlib's texts and their boxes take.

Run with matplotlib 3.11. Hinting is off, as in mapfolio. Bounds are left, top, right, bottom in pixels from the figure's
upper left corner: of the ink that covers half of a pixel or more, and of the box, if there is one.
"""

import json
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

matplotlib.rcParams["text.hinting"] = "no_hinting"

DPI = 100
FIGSIZE = (6, 4)
TEXTS = ["Hill", "(gÅj)", "One\nlonger line\nHj", "Top\n\nlow"]
# Coordinates, text, ha, va, rotation, fontsize, pad of the box in points.
CASES = [
    (xy, text, ha, va, rotation, fontsize, pad)
    for k, (xy, text, ha, va, rotation, fontsize, pad) in enumerate(
        (xy, text, ha, va, rotation, fontsize, pad)
        for text in TEXTS
        for ha in ("left", "center", "right")
        for va in ("top", "center", "baseline", "bottom")
        for rotation, fontsize, pad, xy in (
            (0, 14, None, (0.5, 0.5)),
            (90, 18, 4, (0.41, 0.52)),
            (180, 11, None, (0.5, 0.47)),
            (270, 14, 2, (0.6, 0.6)),
        )
    )
    if k % 3 != 1
]


def bounds(mask: np.ndarray) -> list[int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [int(columns[0]), int(rows[0]), int(columns[-1] + 1), int(rows[-1] + 1)]


def main() -> None:
    cases = []
    for xy, text, ha, va, rotation, fontsize, pad in CASES:
        figure = Figure(figsize=FIGSIZE, dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        style = {"ha": ha, "va": va, "rotation": rotation, "fontsize": fontsize}
        box = None if pad is None else {"facecolor": "red", "edgecolor": "none", "pad": pad}
        figure.text(*xy, text, **style, bbox=box)
        canvas.draw()
        red, green, _ = np.moveaxis(np.asarray(canvas.buffer_rgba())[..., :3].astype(int), -1, 0)
        case = {"xy": xy, "text": text} | style | {"pad": pad, "ink": bounds(red < 128)}
        cases.append(case | {"box": None if pad is None else bounds(green < 128)})
    document = {"matplotlib": matplotlib.__version__, "dpi": DPI, "figsize": FIGSIZE, "cases": cases}
    lines = json.dumps(document).replace('{"xy"', '\n{"xy"')
    (Path(__file__).parent / "annotations.json").write_text(lines + "\n")


main()
