#!/usr/bin/env python3
"""Measures a night of maps: `measure.py MAPFOLIO [speed] [memory] [kills]`, all three if none is named.

speed   seconds of whole runs, medians of several that take turns, and how they grow with the figures
memory  what the process holds while thousands of figures are drawn
kills   runs that are killed at random moments and resumed, against one that is left alone

By default the demo's raster, layers and regions are drawn; `--raster`, `--layer`, `--regions` and `--levels` take other
ones, and `--peer` another program for the same 120 regions. Only the kills can fail.
"""

import argparse
import hashlib
import json
import random
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jobs import Job, like, shifted

DEMO = Path(__file__).resolve().parents[2] / "assets" / "demo"
STEPS = 48
# Figures that cost little, where it is their number that counts.
SMALL = ["--figsize", "5,4", "--dpi", "60"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mapfolio", type=Path)
    parser.add_argument("what", nargs="*", metavar="|".join(MEASURES))
    parser.add_argument("--raster", type=Path, default=DEMO / "reflectivity.tif")
    parser.add_argument("--steps-raster", type=Path, help="the raster of which the 48 steps are copies")
    parser.add_argument("--regions", type=Path, default=DEMO / "regions.csv", help="with xmin,xmax,ymin,ymax")
    parser.add_argument("--regions-120", type=Path, help="120 regions; otherwise made from the others")
    parser.add_argument("--layer", action="append", help="as for mapfolio")
    parser.add_argument("--levels", default="5:80:5")
    parser.add_argument("--cmap", default="turbo")
    parser.add_argument("--peer", help="a command with {regions} and {out} in it")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    if unknown := set(options.what) - set(MEASURES):
        parser.error(f"no such measure: {', '.join(unknown)}")
    layers = options.layer or [f"{DEMO}/counties.shp:linewidth=0.45", f"{DEMO}/states.shp:linewidth=1.25"]
    settings = [f"--levels={options.levels}", "--cmap", options.cmap, *(f"--layer={layer}" for layer in layers)]
    job = Job(options.mapfolio.resolve(), settings)
    faults = 0
    with tempfile.TemporaryDirectory(prefix="mapfolio-night-") as folder:
        for what in options.what or MEASURES:
            print(f"{what}:", flush=True)
            faults += MEASURES[what](job, options, Path(folder))
    return 1 if faults else 0


def speed(job: Job, options: argparse.Namespace, folder: Path) -> int:
    """One raster on ever more regions, a peer beside it, and many rasters in one run and in one each."""
    out = folder / "out"
    regions = {12: options.regions, 120: options.regions_120 or like(options.regions, 120, folder)}
    regions[1000] = like(regions[120], 1000, folder)
    pattern = shifted(options.steps_raster or options.raster, STEPS, folder)
    commands = {f"{count} regions": job.command(options.raster, file, out) for count, file in regions.items()}
    if options.peer:
        commands["peer, 120 regions"] = shlex.split(options.peer.format(regions=regions[120], out=out))
    commands["48 rasters x 12 regions"] = job.command(pattern, options.regions, out)
    walls = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            walls[name].append(timed(command, out))
    alone = sum(timed(job.command(raster, options.regions, out), out) for raster in sorted(folder.glob("step*.tif")))

    wall = {name: statistics.median(times) for name, times in walls.items()}
    for name, times in walls.items():
        print(f"  {name}: {wall[name]:.2f} s of {', '.join(f'{t:.2f}' for t in times)}")
    print(f"  48 runs of one raster each: {alone:.2f} s, once")
    added = (wall["120 regions"] - wall["12 regions"]) / 108
    print(f"  an added map: {1000 * added:.1f} ms")
    growth = wall["1000 regions"] / (wall["120 regions"] * 1000 / 120)
    print(f"  1,000 regions against 1,000/120 of 120: {growth:.2f}")
    if options.peer:
        print(f"  120 regions against the peer: {wall['120 regions'] / wall['peer, 120 regions']:.2f}")
    together = wall["48 rasters x 12 regions"]
    print(f"  48 x 12: {STEPS * 12 / together:.1f} figures/s; one run each takes {alone / together:.2f} times as long")
    summary = summary_of([*commands["48 rasters x 12 regions"], "--json"])
    seconds = summary["seconds"]
    print("  48 x 12, seconds:", ", ".join(f"{stage} {value:.2f}" for stage, value in seconds.items()))
    busiest = max(seconds["draw"] + seconds["read_back"], seconds["encode"] + seconds["write"])
    print(f"  48 x 12, wall against the busiest of drawing and encoding: {summary['wall_s'] / busiest:.2f}")
    return 0


def memory(job: Job, options: argparse.Namespace, folder: Path) -> int:
    """A dozen figures and ten thousand of them."""
    (folder / "steps").mkdir()
    pattern = shifted(options.steps_raster or options.raster, STEPS, folder / "steps")
    runs = {
        "12 regions": (options.raster, options.regions),
        "10,000 regions": (options.raster, like(options.regions, 10_000, folder)),
        "48 rasters x 208 regions": (pattern, like(options.regions, 208, folder)),
    }
    for name, (rasters, regions) in runs.items():
        held = []

        def look(process: subprocess.Popen, figures: int, held: list[int] = held) -> None:
            if figures % 500 == 0 and figures >= 1000:
                held.append(resident_bytes(process.pid))

        summary = summary_of(job.command(rasters, regions, folder / "out", *SMALL, "--json"), look)
        growth = f", {(held[-1] - held[0]) / (500 * (len(held) - 1)):.0f} B a figure after 1,000" if held else ""
        print(f"  {name}: {summary['drawn']} figures, at most {summary['peak_memory_bytes'] / 1e6:.0f} MB{growth}")
    return 0


def kills(job: Job, options: argparse.Namespace, folder: Path) -> int:
    """Kills runs at random moments with SIGKILL, resumes them, and compares with one that was left alone."""
    (folder / "kills").mkdir()
    pattern = shifted(options.steps_raster or options.raster, 4, folder / "kills")
    whole, out = folder / "whole", folder / "killed"
    lasts = timed(job.command(pattern, options.regions, whole, *SMALL), whole)
    wanted = hashes(whole)
    dice = random.Random(2)
    faults = finished = 0
    for number in range(1, options.kills + 1):
        shutil.rmtree(out, ignore_errors=True)
        command = job.command(pattern, options.regions, out, *SMALL, "--quiet")
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(dice.uniform(0, lasts))
        process.send_signal(signal.SIGKILL)
        process.wait()
        before = {name: mtime(out / name) for name in finished_by(out)}
        finished += len(before)
        resumed = subprocess.run([*command, "--resume"], check=False, stdout=subprocess.DEVNULL)
        after = hashes(out)
        found = {
            f"--resume exits with {resumed.returncode}": resumed.returncode != 0,
            "files are others": after != wanted,
            "temporary files are left": any(".tmp" in file.name for file in out.iterdir()),
            "finished figures were drawn again": any(mtime(out / name) != time for name, time in before.items()),
        }
        for fault in [fault for fault, is_there in found.items() if is_there]:
            faults += 1
            print(f"  kill {number}: {fault}")
    print(f"  {options.kills} kills with {finished} figures finished by then: {faults} faults")
    return faults


def timed(command: list[str], out: Path) -> float:
    """Seconds that a command takes that begins with an empty folder."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def summary_of(command: list[str], look=lambda process, figures: None) -> dict:
    """The last event of a run with --json; `look` is called after each figure."""
    with subprocess.Popen([*command, "--quiet"], stdout=subprocess.PIPE, text=True) as process:
        for figures, line in enumerate(process.stdout, start=1):
            event = json.loads(line)
            if event["event"] == "figure":
                look(process, figures)
    if process.returncode:
        sys.exit(f"mapfolio exits with {process.returncode}")
    return event


def resident_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.png")}


def finished_by(out: Path) -> list[str]:
    """The figures that a manifest has as drawn."""
    manifest = out / "manifest.jsonl"
    names = []
    for line in manifest.read_text().splitlines() if manifest.exists() else []:
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            continue  # The end of a line that the process did not live to write.
        if event.get("status") == "drawn":
            names.append(event["path"])
    return names


def mtime(file: Path) -> int:
    return file.stat().st_mtime_ns


MEASURES = {"speed": speed, "memory": memory, "kills": kills}


if __name__ == "__main__":
    sys.exit(main())
