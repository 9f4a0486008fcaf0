#!/usr/bin/env python3
"""Writes colors.json: what matplotlib 3.11 answers, for tests/style.rs to compare with.

    python make_colors.py        (needs matplotlib 3.11; writes beside itself)

Numbers that must be exact are written as the integers of their bits.
"""

import json
import pathlib
import zlib

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colors

SIZES = [1, 2, 7, 16, 256]
FULL = [("turbo", 16), ("viridis_r", 7), ("tab10", 16), ("cubehelix", 16), ("gist_ncar_r", 7), ("Blues", 9)]
LUTS = [("viridis", 5), ("tab10_r", 7), ("Spectral", 1), ("gist_ncar_r", 300), ("cubehelix", 17), ("Set1", 20)]
LISTS = [
    ["white", "#4040ff", "navy"],
    ["g", "0.3", "C1", "tab:olive", "#12345678", "none", "rebeccapurple"],
    ["0.05098039215686274", "y"],
]
BITS = {"f32": np.uint32, "f64": np.uint64}
FLOATS = {"f32": np.float32, "f64": np.float64}

BOUNDARIES = [
    np.arange(-4.0, 45.0, 3.0),
    [0.1, 0.3, 0.7],
    [-1.7, -0.3, 0.2, 0.6],
    [0.0, 1.0],
    [1e-40, 1e-3, 0.7, 12345.678, 3.3e38],
    [100000.1, 100000.2, 100000.3],
]
LINEAR = [
    ("turbo", 0.0, 1.0),
    ("tab10", -4.1, 44.3),
    ("tab20", 273.15, 313.15),
    ("viridis", -0.1, 0.3),
    ("twilight", -1e30, 3e30),
]
PARSED = """k r g b c m y w none None NONE red Red STEELBLUE rebeccapurple lightgoldenrodyellow grey gray tab:blue TAB:Grey
tab:olive C0 C1 C9 C10 C123456789012345678901234567890 #f80 #F80c #ff8000 #FF800080 #00000000 0 0.5 1 1.0 .25 1e-1""".split()
REFUSED = ["K", "c0", "C", "C-1", "#", "#12", "#12345", "#gggggg", "1.5", "-0.1", "nan", "rde", "tab:", ""]


def table(name, n):
    return matplotlib.colormaps[name].resampled(n)(np.arange(n), bytes=True)


def resampled(cmap):
    return {n: zlib.crc32(cmap.resampled(n)(np.arange(n), bytes=True).tobytes()) for n in SIZES}


def lut_case(name, n):
    cmap = plt.get_cmap(name, n)
    return {"name": name, "n": n, "crc": zlib.crc32(cmap(np.arange(n), bytes=True).tobytes()), "sizes": resampled(cmap)}


def list_case(names):
    listed, blended = colors.ListedColormap(names), colors.LinearSegmentedColormap.from_list("blend", names)
    table = listed(np.arange(listed.N), bytes=True)
    return {"colors": names, "listed": table.tolist(), "sizes": resampled(listed), "blended": resampled(blended)}


def around(edges, dtype):
    """The edges in dtype, their two neighbours on each side, and the ends of the line."""
    edges = np.asarray(edges).astype(dtype)
    low, high = dtype(-np.inf), dtype(np.inf)
    below, above = np.nextafter(edges, low), np.nextafter(edges, high)
    ends = np.array([low, high, np.finfo(dtype).min, np.finfo(dtype).max, -0.0, 0.0], dtype)
    return np.unique(np.concatenate([edges, below, np.nextafter(below, low), above, np.nextafter(above, high), ends]))


def case(values_of, edges, class_of, **rest):
    """Values around the edges and their classes, in both precisions."""
    for kind, dtype in FLOATS.items():
        values = around(edges, dtype)
        with np.errstate(all="ignore"):
            classes = class_of(values)
        assert (np.diff(classes) >= 0).all()
        rest[kind] = {"bits": values.view(BITS[kind]).tolist(), "classes": classes.tolist()} | values_of(values)
    return rest


def boundary_case(levels, extend):
    levels = np.asarray(levels, float)
    offset = extend in ("min", "both")
    count = len(levels) - 1 + offset + (extend in ("max", "both"))
    norm = colors.BoundaryNorm(levels, count, extend=extend)
    cmap = matplotlib.colormaps["turbo"].resampled(count)

    def class_of(values):
        index = norm(values).data.astype(int)
        return np.where(index == count, len(levels), np.where(index < 0, 0, index + 1 - offset))

    def also(values):
        return {
            "digitize": np.digitize(values, levels).tolist(),
            "colors_crc": zlib.crc32(cmap(norm(values), bytes=True).tobytes()),
        }

    bits = levels.view(np.uint64).tolist()
    return case(also, levels, class_of, levels_bits=bits, extend=extend)


def linear_case(name, vmin, vmax):
    cmap = matplotlib.colormaps[name]
    norm = colors.Normalize(vmin, vmax)
    # A colormap whose colours are their own indices, with recognisable outsides.
    marked = colors.ListedColormap(np.arange(cmap.N)[:, None] / 1024 * [1, 0, 0], under=(0, 1, 0), over=(0, 0, 1))

    def class_of(values):
        red, green, blue, _ = marked(norm(values)).T
        return np.where(green == 1, 0, np.where(blue == 1, cmap.N + 1, np.rint(red * 1024).astype(int) + 1))

    step = max(1, cmap.N // 32)
    edges = vmin + (vmax - vmin) * np.arange(0, cmap.N + 1, step) / cmap.N
    edges = np.append(edges, vmax)
    also = lambda values: {"colors_crc": zlib.crc32(cmap(norm(values), bytes=True).tobytes())}
    return case(also, edges, class_of, cmap=name, vmin_bits=bits(vmin), vmax_bits=bits(vmax))


def bits(number):
    return int(np.float64(number).view(np.uint64))


def refused(text):
    try:
        colors.to_rgba(text)
    except ValueError:
        return True
    return False


def main():
    assert matplotlib.__version__.startswith("3.11."), matplotlib.__version__
    assert all(map(refused, REFUSED))
    answers = {
        "sizes": SIZES,
        "crcs": {n: [zlib.crc32(table(n, size).tobytes()) for size in SIZES] for n in matplotlib.colormaps},
        "lengths": {n: matplotlib.colormaps[n].N for n in matplotlib.colormaps},
        "own_crcs": {n: zlib.crc32(c(np.arange(c.N), bytes=True).tobytes()) for n, c in matplotlib.colormaps.items()},
        "full": [{"name": n, "colors": table(n, size).tolist()} for n, size in FULL],
        "luts": [lut_case(*case) for case in LUTS],
        "lists": [list_case(names) for names in LISTS],
        "boundary": [boundary_case(l, e) for l in BOUNDARIES for e in ("neither", "min", "max", "both")],
        "linear": [linear_case(*c) for c in LINEAR],
        "parsed": {text: colors.to_rgba(text) for text in PARSED},
        "named": {n: colors.to_hex(c) for n, c in colors.get_named_colors_mapping().items() if not n.startswith("xkcd:")},
        "refused": REFUSED,
    }
    lines = [f"{json.dumps(key)}:{json.dumps(value, separators=(',', ':'))}" for key, value in answers.items()]
    path = pathlib.Path(__file__).with_name("colors.json")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
