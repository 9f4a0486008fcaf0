#!/usr/bin/env python3
"""Writes gmt.json: the colours that GMT gives values by colour palette tables, for tests/color_files.rs to compare with.

    python make_gmt.py        (needs GMT 6.4's `gmt` and GDAL's command line tools; writes beside itself)

GMT's grids hold 32-bit floats; all values here are such. A table with limits is stretched by `gmt makecpt -T`.
"""

import json
import pathlib
import struct
import subprocess
import tempfile

CASES = [
    # text, modifier, limits, values
    ("# COLOR_MODEL = RGB\n0 0/0/0 255 255/0/254\n", "", None, [0.49, 0.5, 0.501, 1.5, 2.5, 127.5, 128.5, 255, 255.1, -1]),
    ("0 0 0 0 10 200 100 50\n10 40 20 60\n", "", None, [0, 5, 9.99, 10, 15, 20]),
    ("0 red 10 -\n10 blue 20 -\nB 1/2/3\nF 4\nN green\n", "", None, [-1, 0, 5, 9.999, 10, 15, 20, 21]),
    ("0 red 10 blue\n10 green 20 gray L ; label\n20 lightblue 21 gray50\n", "", None, [-1, 0, 2, 5, 10, 11, 20, 20.5, 21, 22]),
    ("# COLOR_MODEL = HSV\n0 0-1-1 10 120-0.5-0.5\n10 red 20 blue\n", "", None, [0, 1, 2.5, 5, 7.5, 9.9, 10, 11, 15, 18, 20]),
    ("# COLOR_MODEL = hsv\n0 0 1 1 10 360 0.5 0.5\n", "", None, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ("# COLOR_MODEL = +HSV\n0 0-1-1 10 120-0.5-0.5\n10 red 20 blue\n", "", None, [0, 1, 2.5, 5, 7.5, 9.9, 10, 11, 15, 18, 20]),
    ("# COLOR_MODEL = hsv\n0 0-1-1 10 0/0/255\n10 red 20 10/200/30\n", "", None, [0, 1, 2.5, 5, 7.5, 9.9, 10, 11, 15, 18, 20]),
    ("# COLOR_MODEL = CMYK\n0 10 0 50 20 10 0 30 0 0\n", "", None, [0, 1, 2.5, 5, 7.5, 10]),
    ("1 red ;one\n2 blue ;two\n5 green ; five\n", "", None, [1, 2, 5]),
    ("1 red ;one\n2 blue ;two\nN 7/8/9\n", "", None, [0, 1, 1.5, 2, 3]),
    ("0 red 10 blue\n", "", [-100, 200], [-101, -100, -50, 0, 33, 100, 199, 200, 201]),
    ("# HARD_HINGE\n# RANGE = -50/200\n-1 red 0 blue\n0 green 1 white\n", "", [-100, 300], [-99, -50, -1, 0, 1, 150, 299, 301]),
    ("# HARD_HINGE\n-1 red 0 blue\n0 green 1 white\n", "", [20, 300], [10, 21, 30, 150, 299, 301]),
    ("# HARD_HINGE\n-1 red 0 blue\n0 green 1 white\n", "", [-300, -20], [-301, -299, -150, -21, 10]),
    ("# SOFT_HINGE\n-1 red 0 blue\n0 green 1 white\n", "", [-100, 300], [-99, 0, 99, 101, 299, 301]),
    ("# SOFT_HINGE\n-1 red 0 blue\n0 green 1 white\n", "+h10", [-100, 300], [-99, 0, 9, 11, 155, 299, 301]),
]


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def single(value):
    """The nearest 32-bit float."""
    return struct.unpack("f", struct.pack("f", value))[0]


def colors(work, text, modifier, limits, values):
    """What `gmt grdimage -A` paints."""
    cpt, grid, image = work / "a.cpt", work / "a.nc", work / "a.tif"
    cpt.write_text(text)
    if limits:
        static = run("gmt", "makecpt", f"-C{cpt}{modifier}", f"-T{limits[0]}/{limits[1]}")
        cpt.write_text(static)
    rows = work / "a.xyz"
    rows.write_text("".join(f"{k} {y} {value!r}\n" for k, value in enumerate(values) for y in (0, 1)))
    run("gmt", "xyz2grd", rows, f"-R0/{len(values) - 1}/0/1", "-I1", f"-G{grid}")
    run("gmt", "grdimage", grid, f"-C{cpt}", "-Jx1c", f"-A{image}")
    bands = []
    for band in (1, 2, 3):
        cells = run("gdal_translate", "-q", "-of", "XYZ", "-b", band, image, "/vsistdout/").splitlines()[: len(values)]
        bands.append([int(cell.split()[2]) for cell in cells])
    return [list(color) for color in zip(*bands)]


def main():
    assert run("gmt", "--version").startswith("6.4")
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for text, modifier, limits, values in CASES:
            values = [single(value) for value in values]
            found = colors(pathlib.Path(folder), text, modifier, limits, values)
            case = {"cpt": text, "modifier": modifier, "limits": limits, "values": values, "colors": found}
            lines.append(json.dumps(case, separators=(",", ":")))
    pathlib.Path(__file__).with_name("gmt.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    main()
