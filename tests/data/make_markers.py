#!/usr/bin/env python3
"""Writes markers.json: how much of each pixel matplotlib's Agg covers with each of its markers.

Run with matplotlib 3.11. A marker is drawn as the path of its MarkerStyle with that style's join and cap, at an exact
place (without snapping, as `scatter` places it), once its face and once its edge, in black on white.
"""

import json
from pathlib import Path

import matplotlib
import numpy
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.transforms import Affine2D, IdentityTransform

NAMES = "o . s ^ v < > D d * p h H 8 + x P X | _ 1 2 3 4".split()
SIDE_PX = 28
SIZE_PX = 13.0
# Agg's limit for sharp corners is the line's width in pixels here: thinner lines would lose the tips of triangles, which
# matplotlib's other backends and mapfolio draw.
WIDTH_PX = 2.5


def covered(name: str, place: tuple[float, float], part: str) -> str:
    style = MarkerStyle(name)
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(SIZE_PX).translate(*place))
    figure = Figure(figsize=(SIDE_PX / 72, SIDE_PX / 72), dpi=72)
    canvas = FigureCanvasAgg(figure)
    patch = PathPatch(
        path,
        transform=IdentityTransform(),
        facecolor="black" if part == "face" else "none",
        edgecolor="black" if part == "edge" else "none",
        linewidth=WIDTH_PX if part == "edge" else 0,
        joinstyle=style.get_joinstyle(),
        capstyle=style.get_capstyle(),
        snap=False,
    )
    figure.add_artist(patch)
    patch.set_clip_on(False)
    canvas.draw()
    return (255 - numpy.asarray(canvas.buffer_rgba())[..., 0]).tobytes().hex()


def main() -> None:
    markers = []
    for k, name in enumerate(NAMES):
        # From the lower left corner, as matplotlib counts.
        place = (SIDE_PX / 2 + (k * 7 % 16) / 16 - 0.5, SIDE_PX / 2 + (k * 11 % 16) / 16 - 0.5)
        parts = ["face", "edge"] if MarkerStyle(name).is_filled() else ["edge"]
        for part in parts:
            drawn = {"marker": name, "part": part, "x": place[0], "y": SIDE_PX - place[1]}
            markers.append(drawn | {"covered": covered(name, place, part)})
    document = {
        "matplotlib": matplotlib.__version__,
        "side_px": SIDE_PX,
        "size_px": SIZE_PX,
        "width_px": WIDTH_PX,
        "markers": markers,
    }
    lines = json.dumps(document).replace('{"marker"', '\n{"marker"')
    (Path(__file__).parent / "markers.json").write_text(lines + "\n")


main()
