# Everything works on a fresh machine: each target makes .venv and installs first if need be.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: install demo test test-all lint types bench bench-all docs clean

install: $(INSTALLED)

# PyTorch first and by its exact version, so that nothing else chooses another build.
$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet "$$(grep '^torch==' constraints.txt)"
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install
	@echo '$$ imagette train digits' && $(BIN)/imagette train digits
	@run=$$(ls -td runs/digits-standard-* | head -1) && \
	echo && echo "$$ imagette evaluate $$run" && $(BIN)/imagette evaluate $$run && \
	echo && echo "$$ imagette predict $$run examples/four.jpg" && \
	$(BIN)/imagette predict $$run examples/four.jpg && \
	echo && echo "The classifier is $$run/model.onnx; all of the run lies in $$run:" && ls -1 $$run

# A file of tests to each core at a time. One thread each: more would wait for one another.
test: export OMP_NUM_THREADS = 1
test: install
	$(BIN)/pytest -m "not slow" --numprocesses logical --maxprocesses 4 --dist loadfile

test-all: install
	$(BIN)/pytest

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install
	$(BIN)/mypy

# benchmarks/README.md says what each measures, needs and writes.
bench: install
	$(BIN)/python -m benchmarks.time_to_accuracy --short
	$(BIN)/python -m benchmarks.waiting --repeats 5 --save
	$(BIN)/python -m benchmarks.same_work --rounds 2 --seconds 1 --save
	$(BIN)/python -m benchmarks.opening
	$(BIN)/python -m benchmarks.checks

# Hours. If stopped, only time_to_accuracy goes on where it was: run the other lines singly.
bench-all: bench
	$(BIN)/python -m benchmarks.time_to_accuracy
	$(BIN)/python -m benchmarks.waiting --save
	$(BIN)/python -m benchmarks.same_work --backends tensorflow jax torch --save
	$(BIN)/python -m benchmarks.growth --save
	$(BIN)/python -m benchmarks.main_job
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.large_set
	$(BIN)/python -m benchmarks.photos
	$(BIN)/python -m benchmarks.label_errors
	$(BIN)/python -m benchmarks.rejection

docs: install
	$(BIN)/pytest -m "not slow" tests/test_docs.py

clean:
	rm -rf .venv .venvs .pytest_cache .mypy_cache .ruff_cache .hypothesis
