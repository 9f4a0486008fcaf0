"""Writes text.json beside this file: matplotlib's text widths and tick choices, against which tests compare.

Run with matplotlib installed: python make_text.py. Hinting is off, as in mapfolio.
"""

import json
import pathlib

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib import ticker
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

plt.rcParams["text.hinting"] = "no_hinting"

TEXTS = [
    "CONUS",
    "northern plains",
    "AVATAR To. Wy LT",
    "2 m temperature [°C]",
    "−40 −2.5 0 17.25 1e−7",
    "Composite reflectivity (dBZ), 2024-05-06 22:30 UTC",
    "São Tomé, Łódź, Ísafjörður",
    "p < 0.05; Δt = ±3 h · µm²",
    "Very long title: Pacific Northwest and Northern Rockies, HRRR surface temperature, run of 00 UTC",
]
SIZES = [(10.0, 72.0), (10.0, 100.0), (16.0, 100.0), (16.0, 300.0)]

# vmin, vmax, most intervals
RANGES = [
    (0, 1, 9), (-4, 44, 9), (0, 100, 9), (-40.3, 41.7, 9), (-40.3, 41.7, 3), (0.1, 0.7, 5), (1e-7, 9e-7, 9),
    (0, 2.5e7, 9), (-1, 1, 2), (999.2, 1031.4, 9), (100000.1, 100000.9, 9), (1e9, 1e9 + 1, 5), (-3e-3, 4e-3, 7),
    (0, 1e6, 9), (0, 99999, 9), (273.15, 310.15, 1), (5, 75, 9), (-1e-12, 1e-12, 9), (0, 3, 9), (17, 19, 4),
]

# ticks as given, for their texts
GIVEN = [
    [0, 0.5, 1], [-4, -1, 2, 5, 8], [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10], [0, 1e6, 2e6], [1e-7, 2e-7, 5e-7],
    [1.25, 2.5, 5], [-1e-6, 0, 1e-6], [5], [0.125], [1000, 1005.5], [999999], [-250000, 0, 250000], [0, 0.1 + 0.2],
]


def width_px(text, size_pt, dpi):
    renderer = RendererAgg(100, 100, dpi)
    properties = FontProperties(family="DejaVu Sans", size=size_pt)
    return float(renderer.get_text_width_height_descent(text, properties, False)[0])


def formatted(values, interval):
    figure, axes = plt.subplots()
    axes.set_xlim(*interval)
    formatter = ticker.ScalarFormatter()
    axes.xaxis.set_major_formatter(formatter)
    texts = formatter.format_ticks(values)
    exponent = formatter.get_offset()
    plt.close(figure)
    return {"values": values, "interval": list(interval), "texts": texts, "exponent": exponent}


def chosen(vmin, vmax, intervals):
    locator = ticker.MaxNLocator(nbins=intervals, steps=[1, 2, 2.5, 5, 10])
    ticks = [float(tick) for tick in locator.tick_values(vmin, vmax)]
    return {"vmin": vmin, "vmax": vmax, "intervals": intervals, "ticks": ticks}


def lines(rows):
    return "[\n" + ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"


def main():
    widths = [
        {"text": text, "size_pt": size, "dpi": dpi, "width_px": width_px(text, size, dpi)}
        for text in TEXTS
        for size, dpi in SIZES
    ]
    choices = [chosen(*case) for case in RANGES]
    texts = [formatted(values, (min(values), max(values) if len(values) > 1 else values[0] + 1)) for values in GIVEN]
    for choice in choices:
        span = choice["vmin"], choice["vmax"]
        inside = [tick for tick in choice["ticks"] if span[0] <= tick <= span[1]]
        if abs(span[0]) < 1e6:
            texts.append(formatted(inside, span))
    tables = {"widths": widths, "choices": choices, "texts": texts}
    body = ",\n".join(f'"{name}": {lines(rows)}' for name, rows in tables.items())
    pathlib.Path(__file__).with_name("text.json").write_text("{\n" + body + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
