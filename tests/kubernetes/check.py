"""Checks the manifests in docs/kubernetes.md against Kubernetes' JSON schemas and against each other.

`make test-kubernetes` runs it with the packages of requirements.txt, which carry the schemas.
"""

import re
import sys
from pathlib import Path

import kubernetes_validate
import yaml

DOC = Path(__file__).resolve().parents[2] / "docs" / "kubernetes.md"
# The first version that the document promises, and the last that the package knows.
VERSIONS = ["1.29", kubernetes_validate.latest_version()]


def main() -> int:
    manifests = [yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", DOC.read_text(), re.M | re.S)]
    faults = [fault for manifest in manifests for fault in schema_faults(manifest)]
    if not faults:
        faults = faults_together(*manifests)
    for fault in faults:
        print(f"{DOC.name}: {fault}", file=sys.stderr)
    if not faults:
        print(f"{DOC.name}: {len(manifests)} manifests fit Kubernetes {' and '.join(VERSIONS)}")
    return 1 if faults else 0


def schema_faults(manifest: dict) -> list[str]:
    """What the schema says, where unknown keys are faults too."""
    faults = []
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(manifest, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            path = ".".join(map(str, error.path))
            faults.append(f"{manifest['metadata']['name']}, Kubernetes {version}, {path}: {error.message}")
    return faults


def faults_together(draw: dict, merge: dict) -> list[str]:
    """What no schema knows: values that have to agree, and rules of the API server."""
    spec, env = draw["spec"], {each["name"]: each["value"] for each in container(draw)["env"]}
    limits = container(draw)["resources"]["limits"]
    rules = {
        "completionMode is Indexed": spec["completionMode"] == "Indexed",
        "MAPFOLIO_SHARDS is completions": env["MAPFOLIO_SHARDS"] == str(spec["completions"]),
        "LP_NUM_THREADS is the CPU limit": env["LP_NUM_THREADS"] == limits["cpu"],
        "backoffLimitPerIndex needs restartPolicy Never": pod(draw)["restartPolicy"] == "Never",
        "--resume is given": "--resume" in container(draw)["command"],
        "the merge reads what was drawn": container(merge)["command"][-1] in container(draw)["command"],
        "both have the same image": container(merge)["image"] == container(draw)["image"],
    }
    for manifest in (draw, merge):
        volumes = {volume["name"] for volume in pod(manifest)["volumes"]}
        mounts = {mount["name"] for mount in container(manifest)["volumeMounts"]}
        rules[f"the volumes of {manifest['metadata']['name']} are mounted"] = volumes == mounts
    return [f"broken: {rule}" for rule, holds in rules.items() if not holds]


def pod(manifest: dict) -> dict:
    return manifest["spec"]["template"]["spec"]


def container(manifest: dict) -> dict:
    (only,) = pod(manifest)["containers"]
    return only


if __name__ == "__main__":
    sys.exit(main())
