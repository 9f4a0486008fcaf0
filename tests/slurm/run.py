#!/usr/bin/env python3
"""Runs assets/slurm on a real Slurm: `run.py MAPFOLIO`, with the path of the program.

An array of four shards is drawn. The program of one is killed, as by the kernel when memory runs out, and its task is
requeued by hand; another one gets the signal that Slurm sends ahead of the time limit, and its task requeues itself.
The figures have to be those of a single run, byte by byte, and none that was finished may be drawn again.

It needs root on Debian or Ubuntu, and leave to make namespaces, in which Slurm is alone. Elsewhere it is skipped, but
not where CI=true.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import figures
from cluster import Cluster, Failure, environment

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "assets" / "slurm"
PACKAGES = ["gdal-bin", "iproute2", "munge", "slurm-client", "slurmctld", "slurmd"]

# A network with nothing but a loopback interface, and processes that the kernel ends together with the first of them.
NAMESPACES = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
# The argument of the run within.
INSIDE = "--inside"

SHARDS = 4
# The shards that are disturbed, and how many finished figures they have by then.
KILLED, STOPPED = 2, SHARDS
MIDWAY = 3
LIMIT_S = 170


def main() -> int:
    mapfolio = Path(sys.argv[1]).resolve()
    if INSIDE not in sys.argv:
        return enter_namespace(mapfolio)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Slurm asks the system for an address to listen on, which finds none while there is only 127.0.0.1 (AI_ADDRCONFIG).
    subprocess.run(["ip", "address", "add", "127.0.0.2/8", "dev", "lo"], check=True)

    # Whatever ends this process ends it in order, which stops the daemons.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT_S)
    try:
        with tempfile.TemporaryDirectory(prefix="mapfolio-slurm-") as folder:
            Path(folder).chmod(0o755)  # munged wants its socket where every user could come to it.
            test(mapfolio, Path(folder))
    except Failure as failure:
        print(f"test-slurm failed: {failure}", file=sys.stderr)
        return 1
    print("test-slurm passed")
    return 0


def enter_namespace(mapfolio: Path) -> int:
    """Installs what is missing and goes on in namespaces, or says why that is not possible."""
    if reason := why_not_here():
        in_ci = os.environ.get("CI") == "true"
        print(f"test-slurm {'has to run in CI' if in_ci else 'is skipped'}: {reason}", file=sys.stderr)
        return 1 if in_ci else 0
    subprocess.run([REPOSITORY / ".ci" / "apt-deps", *PACKAGES], check=True)
    sys.stdout.flush()
    # The shell is there to be the first process, which has to reap those that are left to it.
    shell = ["bash", "-c", '"$@"; exit $?', "init"]
    os.execvp("unshare", [*NAMESPACES, *shell, sys.executable, __file__, str(mapfolio), INSIDE])


def why_not_here() -> str | None:
    if not shutil.which("dpkg-query"):
        return "it takes Slurm from the packages of Debian or Ubuntu, and this is neither"
    if os.geteuid() != 0:
        return "it starts Slurm's daemons, which needs root"
    if subprocess.run([*NAMESPACES, "true"], capture_output=True).returncode != 0:
        return "it needs namespaces, and unshare(1) is not allowed here"
    return None


def too_long(*_) -> None:
    raise Failure(f"it took longer than {LIMIT_S} s")


def test(mapfolio: Path, folder: Path) -> None:
    # Tasks find the program as they do at a site, on PATH.
    (folder / "bin").mkdir()
    (folder / "bin" / "mapfolio").symlink_to(mapfolio)
    os.environ["PATH"] = f"{folder}/bin:{os.environ['PATH']}"
    single, array = folder / "single", folder / "array"

    with step("a single run"):
        job = figures.make_job(folder / "job")
        run("mapfolio", "render", str(job), "--out", str(single), "--adapter", "cpu", "--quiet")
        expect("the single run's figures", sorted(file.name for file in single.glob("*.png")), sorted(figures.names()))

    (folder / "slurm").mkdir()
    with Cluster(folder / "slurm") as cluster:
        draw_as_array(cluster, job, array)
        with step("compare"):
            compare(single, array)
            run("mapfolio", "verify", str(array))


def draw_as_array(cluster: Cluster, job: Path, out: Path) -> None:
    """Draws the job with assets/slurm while one task is killed and one is stopped, and merges it."""
    settings = {"JOB": str(job), "OUT": str(out), "SHARDS": str(SHARDS), "ADAPTER": "cpu"}
    small = ["--cpus-per-task=1", "--mem=1G", "--time=5"]
    task_of = "{}_{}".format

    with step("submit"):
        array = cluster.submit(SCRIPTS / "mapfolio.sbatch", f"--array=1-{SHARDS}", *small, **settings)
        merge = cluster.submit(SCRIPTS / "merge.sbatch", f"--dependency=afterany:{array}", *small, **settings)

    with step("stop one task as Slurm does ahead of the time limit; it requeues itself"):
        task = task_of(array, STOPPED)
        midway(cluster, out, STOPPED)
        cluster.call("scancel", "--signal=TERM", task)
        cluster.wait_for(f"task {task} to requeue itself", lambda: cluster.job(task)["Restarts"] == "1", 30)
        kept = finished_midway(out, STOPPED)

    with step("kill the program of another task with SIGKILL, and requeue the task"):
        task = task_of(array, KILLED)
        midway(cluster, out, KILLED)
        os.kill(program_of(cluster, array, KILLED), signal.SIGKILL)
        cluster.wait_for(f"task {task} to fail", lambda: cluster.state(task) == "FAILED", 30)
        kept |= finished_midway(out, KILLED)
        cluster.call("scontrol", "requeue", task)

    with step("wait for the array and the merge"):
        ends = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL"}
        cluster.wait_for("the merge to end", lambda: cluster.state(merge) in ends, LIMIT_S)
        for shard in range(1, SHARDS + 1):
            ended = cluster.job(task_of(array, shard))
            restarts = "1" if shard in (KILLED, STOPPED) else "0"
            expect(f"shard {shard}", (ended["JobState"], ended["Restarts"]), ("COMPLETED", restarts))
        expect("the merge", (cluster.state(merge), cluster.job(merge)["ExitCode"]), ("COMPLETED", "0:0"))

    now = {name: (out / name).stat().st_mtime_ns for name in kept}
    expect("figures that were drawn a second time", [name for name in kept if now[name] != kept[name]], [])
    print(f"    {len(kept)} figures of the disturbed shards were kept")


def midway(cluster: Cluster, out: Path, shard: int) -> None:
    """Waits until a shard has some figures."""
    files = [out / name for name in figures.of_shard(shard, SHARDS)]
    cluster.wait_for(f"{MIDWAY} figures of shard {shard}", lambda: sum(map(Path.exists, files)) >= MIDWAY, 60)


def finished_midway(out: Path, shard: int) -> dict[str, int]:
    """The finished figures of a shard that was disturbed, with their times; they must be some and not all."""
    finished, all_of_it = figures.finished(out, shard, SHARDS), figures.of_shard(shard, SHARDS)
    if not 0 < len(finished) < len(all_of_it):
        raise Failure(f"shard {shard} should have been disturbed midway, but has {len(finished)} of {len(all_of_it)}")
    return finished


def program_of(cluster: Cluster, array: str, shard: int) -> int:
    """The process of mapfolio itself that draws a shard."""
    marks = {f"SLURM_ARRAY_JOB_ID={array}", f"SLURM_ARRAY_TASK_ID={shard}"}
    found = [
        pid
        for pid in cluster.processes()
        if marks <= set(environment(pid)) and Path(f"/proc/{pid}/comm").read_text().strip() == "mapfolio"
    ]
    if len(found) != 1:
        raise Failure(f"shard {shard} should be drawn by one process, found {found}")
    return found[0]


def compare(single: Path, array: Path) -> None:
    """The array's folder holds the figures of the single run, byte by byte, the manifests and the report."""
    manifests = {"manifest.jsonl", *(f"manifest-{shard}-of-{SHARDS}.jsonl" for shard in range(1, SHARDS + 1))}
    wanted = {*figures.names(), *manifests, "report.html"}
    locks = {f".{manifest}.lock" for manifest in manifests}
    found = {file.name for file in array.iterdir()}
    expect("files that are missing", sorted(wanted - found), [])
    expect("files that should not be left", sorted(found - wanted - locks), [])
    differing = [name for name in figures.names() if (single / name).read_bytes() != (array / name).read_bytes()]
    expect("figures that differ from the single run's", differing, [])
    print(f"    {len(figures.names())} figures are the single run's")


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"`{' '.join(command)}` exits with {done.returncode}:\n{done.stderr}")


def expect(what: str, got, wanted) -> None:
    if got != wanted:
        raise Failure(f"{what}: {got}, should be {wanted}")


@contextmanager
def step(what: str):
    print(f"{what} ..", flush=True)
    start = time.monotonic()
    yield
    print(f"    {time.monotonic() - start:.1f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
