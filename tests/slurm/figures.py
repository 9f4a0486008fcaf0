"""The job that the test draws, and what is known of its figures beforehand."""

import csv
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo"

# With the demo's 12 regions 96 figures; large ones, so that a shard takes seconds and can be killed midway.
RASTERS = 8
DPI = 200


def make_job(folder: Path) -> Path:
    """Writes a job of the demo's regions and layers, for several rasters, and returns its path."""
    shutil.copytree(DEMO, folder)
    rasters = [f"hour{number}" for number in range(RASTERS)]
    for number, raster in enumerate(rasters):
        # A fifth of the cells each way; other offsets give other values, and so other pictures.
        options = ["-q", "-outsize", "20%", "20%", "-a_offset", str(-33 + 2 * number)]
        subprocess.run(
            ["gdal_translate", *options, folder / "reflectivity.tif", folder / f"{raster}.tif"], check=True, timeout=60
        )
    text = (folder / "demo.toml").read_text()
    text = replace_once(text, '"reflectivity.tif"', json.dumps([f"{raster}.tif" for raster in rasters]))
    text = replace_once(text, "dpi = 100", f"dpi = {DPI}")
    job = folder / "job.toml"
    job.write_text(text)
    return job


def names() -> list[str]:
    """The figures' files in the order in which they are dealt out to shards: raster by raster."""
    with open(DEMO / "regions.csv", newline="") as file:
        regions = [re.sub(r"[^A-Za-z0-9.-]+", "_", row["name"]) for row in csv.DictReader(file)]
    return [f"hour{number}_{region}.png" for number in range(RASTERS) for region in regions]


def of_shard(shard: int, shards: int) -> list[str]:
    """The files of one shard; the number of figures is a multiple of that of shards."""
    count = len(names()) // shards
    return names()[(shard - 1) * count : shard * count]


def finished(out: Path, shard: int, shards: int) -> dict[str, int]:
    """A shard's figures that --resume has to keep, with the times of their files in nanoseconds.

    That are those that the shard's manifest holds with the hash that the file has.
    """
    manifest = out / f"manifest-{shard}-of-{shards}.jsonl"
    lines = manifest.read_text().splitlines() if manifest.exists() else []
    hashes = {}
    for line in lines:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue  # The end of a line that the process did not live to write.
        if entry.get("path"):  # A line of a figure; later ones replace earlier ones.
            hashes[entry["path"]] = entry.get("sha256")
    files = [out / name for name in of_shard(shard, shards)]
    return {
        file.name: file.stat().st_mtime_ns for file in files if file.exists() and sha256(file) == hashes.get(file.name)
    }


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def replace_once(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"demo.toml holds `{old}` {text.count(old)} times; this test expects it once"
    return text.replace(old, new)
