# Set-up is part of every target: a fresh clone needs only Python >= 3.11 (with venv), git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# More processes than cores: tests wait for terminals, disks and other processes as well.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 4)
# Compiled code is kept in the venv, whatever the environment says: else each process of a test compiles all of it anew.
PYTEST := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal

.PHONY: run test test-full check format docs bench bench-large fuzz crash-test clean

run: $(READY)
	@$(BIN)/paperreader sample

# The quick profile (three minutes on two cores); tests/README.md says what it leaves to test-full.
test: $(READY)
	@$(PYTEST) -m 'not full'

# Every test, with more examples of what is generated.
test-full: $(READY)
	@$(PYTEST) --hypothesis-profile full

check: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The generated pages and pictures, then the site in build/docs; a broken link between pages is an error.
docs: $(VENV)/.docs
	@$(BIN)/python docs/generate.py
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going docs build/docs

# Each prints what it measured beside its reference, and fails where the ratio is too large.
bench: $(READY)
	@for name in first_paint decided_start decision_cost cursor_key filter_key command_line filter_quality sort_key paste_text whole_titles export_cost; do $(BIN)/python -m benchmarks.$$name; done

# The same for the search and for a library of a million papers, made of the corpus the first time (10 minutes, 8 GB).
bench-large: $(READY)
	@for name in library_start search_quality search_key "search_key 1000000" index_build corpus_import editorials undo_cost soak ranking interest_cost similar_papers; do $(BIN)/python -m benchmarks.$$name; done

# More than the tests have time for: make fuzz COUNT=10000 tries as many texts and inputs (and 500 in a terminal).
fuzz: $(READY)
	@PYTHONPATH=tests/support $(BIN)/python tests/hostile/fuzz.py $(if $(COUNT),--texts $(COUNT) --inputs $(COUNT)) $(FUZZ)

# The proof of durability at full length (a quarter of an hour); tests/durability/README.md says what it covers.
crash-test: $(READY)
	@PYTHONPATH=tests/support $(BIN)/python tests/durability/crash_test.py

clean:
	rm -rf $(VENV) build dist

# uv where it is there, else venv and pip; pip learnt dependency groups in 25.1.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "paperreader needs Python 3.11 or newer; name one with: make PYTHON=python3.11"; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
		{ test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); } && \
		uv pip install --quiet --python $(BIN)/python --editable . --group dev; \
	else \
		{ test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); } && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1' && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev; \
	fi
	@touch $(READY)

$(VENV)/.docs: $(READY)
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python --group docs; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --group docs; fi
	@touch $@
