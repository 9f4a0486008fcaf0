"""The jobs that are measured: a raster's copies with other values, and regions like those of a file, as many as wanted."""

import csv
import json
import random
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """What mapfolio draws, but for rasters and regions."""

    mapfolio: Path
    settings: list[str]

    def command(self, rasters: Path | str, regions: Path, out: Path, *more: str) -> list[str]:
        inputs = ["--raster", str(rasters), "--regions", str(regions), "--crs", "lcc", "--out", str(out)]
        return [str(self.mapfolio), "render", *inputs, *self.settings, *more]


def shifted(raster: Path, count: int, folder: Path) -> str:
    """Writes copies of a raster whose values are greater by 0.25 from one to the next, and returns a pattern for them."""
    described = subprocess.run(["gdalinfo", "-json", raster], check=True, capture_output=True, text=True).stdout
    offset = json.loads(described)["bands"][0].get("offset", 0)
    for number in range(count):
        options = ["-q", "-b", "1", "-a_offset", str(offset + 0.25 * number)]
        subprocess.run(["gdal_translate", *options, raster, folder / f"step{number:03}.tif"], check=True)
    return f"{folder}/step*.tif"


def like(regions: Path, count: int, folder: Path) -> Path:
    """Writes that many regions, always the same: those of a file again and again, each moved by up to a tenth."""
    with open(regions, newline="") as file:
        boxes = [[float(row[bound]) for bound in ("xmin", "xmax", "ymin", "ymax")] for row in csv.DictReader(file)]
    dice = random.Random(1)
    path = folder / f"regions{count}.csv"
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "xmin", "xmax", "ymin", "ymax"])
        for number in range(count):
            xmin, xmax, ymin, ymax = boxes[number % len(boxes)]
            x, y = (dice.uniform(-0.1, 0.1) * size for size in (xmax - xmin, ymax - ymin))
            writer.writerow([f"R{number:05}", xmin + x, xmax + x, ymin + y, ymax + y])
    return path
