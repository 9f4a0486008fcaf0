#!/usr/bin/env python3
"""Writes legend.json: where matplotlib puts the frames of legends, and the letters in them.

Run with matplotlib 3.11. The axes are as large as the map boxes that the tests draw. Hinting is off, as in mapfolio.
"""

import json
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

matplotlib.rcParams["text.hinting"] = "no_hinting"

DPI = 100
AXES_PX = (500, 400)
LABELS = ["Observatory", "Station", "pg", "Railway, disused"]
CASES = [
    ("upper right", 1, None, 10.0, 3),
    ("upper left", 1, "Sites", 10.0, 3),
    ("lower left", 2, None, 10.0, 4),
    ("lower right", 3, "Wider than the entry below", 8.0, 1),
    ("right", 1, None, 14.0, 2),
    ("center left", 1, None, 10.0, 1),
    ("center right", 2, "Sites", 10.0, 3),
    ("lower center", 4, None, 8.0, 4),
    ("upper center", 2, None, 10.0, 3),
    ("center", 1, "Sites", 12.0, 4),
]


def ink_of(text, legend, canvas) -> list[int]:
    """Left, top, right and bottom of the dark pixels of one of a legend's texts."""
    others = [*legend.get_texts(), legend.get_title(), *legend.legend_handles]
    for other in others:
        other.set_visible(other is text)
    canvas.draw()
    rows, columns = np.nonzero(np.asarray(canvas.buffer_rgba())[..., :3].max(axis=2) < 128)
    for other in others:
        other.set_visible(True)
    return [int(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)]


def main() -> None:
    cases = []
    for loc, ncols, title, fontsize, count in CASES:
        figure = Figure(figsize=(AXES_PX[0] / DPI, AXES_PX[1] / DPI), dpi=DPI)
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        for label in LABELS[:count]:
            axes.plot([0], [0], "o", color="red", label=label)
        legend = axes.legend(loc=loc, ncols=ncols, title=title, fontsize=fontsize, title_fontsize=fontsize)
        canvas.draw()
        box = legend.get_frame().get_window_extent()
        frame = [box.x0, AXES_PX[1] - box.y1, box.x1, AXES_PX[1] - box.y0]
        case = {"loc": loc, "ncols": ncols, "title": title, "fontsize": fontsize, "labels": LABELS[:count]}
        texts = [*legend.get_texts(), *([legend.get_title()] if title else [])]
        inks = [ink_of(text, legend, canvas) for text in texts]
        cases.append(case | {"frame": [round(v, 2) for v in frame], "inks": inks})
    document = {"matplotlib": matplotlib.__version__, "dpi": DPI, "axes_px": AXES_PX, "cases": cases}
    lines = json.dumps(document).replace('{"loc"', '\n{"loc"')
    (Path(__file__).parent / "legend.json").write_text(lines + "\n")


main()
