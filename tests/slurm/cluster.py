"""A Slurm of one node that lives in a folder: its own munged, slurmctld and slurmd.

Its ports are Slurm's usual ones, and it listens on every interface. So it belongs into a network namespace that has only
the loopback interface, where it meets nobody else's Slurm and nobody reaches it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

# The node claims more than the machine has: the tasks of a test shall run side by side, and none needs much.
NODE_CPUS = 8
NODE_MEMORY_MB = 65536

SLURM_CONF = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# A requeued job waits until its credential has expired, by default for two minutes.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/slurmctld
SlurmdSpoolDir={folder}/slurmd
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
JobRequeue=1
KillWait=5
MessageTimeout=30
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory_mb} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Failure(Exception):
    """What went wrong, for the one who reads the test's output."""


class Cluster:
    """Runs while the `with` block does; every process that it started is gone afterwards."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.env = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}
        self.daemons: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Cluster":
        try:
            self._configure()
            self._start_munged()
            self._start("slurmctld", "slurmctld", "-D")
            self.wait_for("slurmctld to answer", lambda: "UP" in self.call("scontrol", "ping", check=False), 30)
            self._start("slurmd", "slurmd", "-D")
            self.wait_for("the node to be idle", lambda: self.call("sinfo", "--noheader", "--format=%T") == "idle", 30)
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def __exit__(self, failure: type | None, *_) -> None:
        # Signals wait, so that nothing keeps the daemons from being stopped.
        waiting = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGINT, signal.SIGTERM})
        try:
            if failure:
                print(f"\n{self._report()}\n", file=sys.stderr)
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)

    # Commands and jobs.

    def call(self, *command: str, check: bool = True, **env: str) -> str:
        """Runs a command of Slurm's and returns what it wrote to stdout, without the space around it."""
        done = subprocess.run(
            command, env={**self.env, **env}, cwd=self.folder, capture_output=True, text=True, timeout=60
        )
        if check and done.returncode != 0:
            raise Failure(f"`{' '.join(command)}` exits with {done.returncode}: {done.stderr.strip()}")
        return done.stdout.strip()

    def submit(self, script: Path, *options: str, **env: str) -> str:
        """Submits a script with these options and additions to its environment, and returns the job's id."""
        return self.call("sbatch", "--parsable", *options, str(script), **env)

    def job(self, job_id: str) -> dict[str, str]:
        """What Slurm knows of a job: JobState, ExitCode, Restarts and so on."""
        return dict(re.findall(r"(\w+)=(\S*)", self.call("scontrol", "show", "job", "--oneliner", job_id)))

    def state(self, job_id: str) -> str:
        return self.job(job_id)["JobState"]

    def wait_for(self, what: str, condition, seconds: float) -> None:
        """Waits until the condition holds. A daemon that ends meanwhile, or that it takes too long, is a failure."""
        end = time.monotonic() + seconds
        while not condition():
            for name, daemon in self.daemons.items():
                if daemon.poll() is not None:
                    raise Failure(f"{name} ended with {daemon.returncode} while waiting for {what}")
            if time.monotonic() > end:
                raise Failure(f"waited {seconds:.0f} s for {what}")
            time.sleep(0.1)

    def processes(self) -> list[int]:
        """The processes of daemons, jobs and steps: those that work in the cluster's folder."""
        return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if self.folder == work_folder(pid)]

    # The daemons.

    def _configure(self) -> None:
        for name in ("slurmctld", "slurmd"):
            (self.folder / name).mkdir()
        host = socket.gethostname().split(".")[0]
        conf = SLURM_CONF.format(host=host, folder=self.folder, cpus=NODE_CPUS, memory_mb=NODE_MEMORY_MB)
        (self.folder / "slurm.conf").write_text(conf)
        # No control groups: in a container they are not ours to write to. Before 23.11 nothing above asks for them.
        if slurm_version() >= (23, 11):
            (self.folder / "cgroup.conf").write_text("CgroupPlugin=disabled\n")

    def _start_munged(self) -> None:
        key, munge_socket = self.folder / "munge.key", self.folder / "munge.socket"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        files = {"key-file": key, "socket": munge_socket}
        files |= {f"{kind}-file": self.folder / f"munged.{kind}" for kind in ("pid", "seed")}
        files |= {"log-file": self.folder / "munged.log"}
        self._start("munged", "munged", "--foreground", *(f"--{option}={path}" for option, path in files.items()))
        self.wait_for("munged's socket", munge_socket.is_socket, 10)

    def _start(self, name: str, *command: str) -> None:
        with open(self.folder / f"{name}.out.log", "w") as log:
            # A session of its own keeps Ctrl-C from the daemon, so that it is there for the orderly end.
            self.daemons[name] = subprocess.Popen(
                command,
                env=self.env,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _report(self, lines: int = 30) -> str:
        """The jobs, and the ends of all logs."""
        parts = []
        if "slurmd" in self.daemons:
            parts.append(("scontrol show job", self.call("scontrol", "show", "job", "--oneliner", check=False)))
        for log in sorted(self.folder.glob("*.log")):
            parts.append((log.name, "\n".join(log.read_text(errors="replace").splitlines()[-lines:])))
        return "\n\n".join(f"---- {name}\n{text}" for name, text in parts)

    def _stop(self) -> None:
        """Ends the daemons in the order that leaves none waiting for another, then what is left of their jobs."""
        for name in ("slurmd", "slurmctld", "munged"):
            if name not in self.daemons:
                continue
            daemon = self.daemons.pop(name)
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


def work_folder(pid: int) -> Path | None:
    """The folder that a process works in; None if the process is gone."""
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return None


def environment(pid: int) -> list[str]:
    """A process's environment when it started, as NAME=VALUE; empty if it is gone."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def slurm_version() -> tuple[int, int]:
    """Year and month of the installed Slurm."""
    text = subprocess.run(["slurmctld", "-V"], capture_output=True, text=True, check=True).stdout
    year, month = re.search(r"(\d+)\.(\d+)", text).groups()
    return int(year), int(month)
