# The two commands that everything starts with: `make demo` and `make test`.

# Where rustup puts cargo, for a shell that was open before it was installed.
export PATH := $(PATH):$(HOME)/.cargo/bin

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
DIR := maps/demo
GALLERY := docs/gallery

.PHONY: help demo gallery test test-slurm test-kubernetes lint bench measure deps
.DEFAULT_GOAL := help

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile

demo: deps ## build mapfolio and draw its 12 demo maps into maps/demo (DIR=... for elsewhere)
	cargo build --release --locked
	"$(TARGET_DIR)/release/mapfolio" demo "$(DIR)"
	@echo "The maps are in $(abspath $(DIR))"

gallery: deps ## draw the figures of docs/gallery from their job files (GALLERY=... for elsewhere)
	cargo build --release --locked
	for job in docs/gallery/*.toml; do \
		"$(TARGET_DIR)/release/mapfolio" render "$$job" --out "$(GALLERY)" || exit; \
	done

test: deps ## run every test, those in the documentation too
	@.ci/apt-deps gdal-bin
	cargo test --workspace --locked

test-slurm: deps ## run assets/slurm on a real Slurm of one node (needs root; installs slurmctld, slurmd and munge)
	cargo build --locked
	tests/slurm/run.py "$(TARGET_DIR)/debug/mapfolio"

test-kubernetes: ## check the manifests in docs/kubernetes.md against Kubernetes' schemas (from PyPI, in target)
	@.ci/apt-deps python3-venv
	python3 -m venv "$(TARGET_DIR)/kubernetes"
	"$(TARGET_DIR)/kubernetes/bin/pip" install --quiet --requirement tests/kubernetes/requirements.txt
	"$(TARGET_DIR)/kubernetes/bin/python" tests/kubernetes/check.py

lint: deps ## check the format, the code and the documentation; any warning fails
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

bench: deps ## run the benchmarks
	cargo bench --workspace --locked

measure: deps ## time and weigh thousands of figures, kill and resume runs (12 minutes; MEASURE="speed --runs 5" or MEASURE=--help)
	@.ci/apt-deps gdal-bin
	cargo build --release --locked
	tests/night/measure.py "$(TARGET_DIR)/release/mapfolio" $(MEASURE)

deps: ## install what Debian or Ubuntu packages are missing
	@.ci/apt-deps
	@command -v cargo >/dev/null || { \
		echo "error: cargo was not found. Install Rust (see rustup.rs), open a new terminal, and run make again." >&2; \
		exit 1; }
