# Two commands: `make run` opens Trunkline, `make test` proves it. Both set up everything they need first.
# `make help` lists the rest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BIN := .venv/bin

# TESTS="tests/domain -k pricing" narrows `make test`; DATABASE=postgres runs the server of `make run` on PostgreSQL.
# WORKERS=0 runs the tests in one process, as -s and --pdb want it.
TESTS ?=
WORKERS ?= auto
DATABASE ?=
DATA ?=

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## /make \1|/' | column -t -s '|'

.PHONY: setup
setup: ## environment, locked packages and system libraries: only what is missing
	@packaging/setup/system.sh
	@packaging/setup/venv.sh

.PHONY: run
run: setup ## a server with the demo company, and the app signed in to it (without a screen: the day, told)
	@$(PY) packaging/run.py $(if $(DATABASE),--database $(DATABASE))

.PHONY: check
check: setup ## style, types and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

.PHONY: test
test: setup check ## everything that must hold
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

.PHONY: bench
bench: setup ## the speeds we promise, measured
	@$(PY) tests/bench/run.py

.PHONY: pricing-key
pricing-key: setup ## DATA=folder (AdventureWorks with its answer key): every line priced by the rules, against the key
	@$(PY) tests/bench/pricing_key.py $(DATA)

.PHONY: gs1
gs1: setup ## the scan path against GS1's own cases and biip's, by kind; DATA=folder takes another folder of them
	@$(PY) tests/bench/gs1.py $(DATA)

.PHONY: barcodes
barcodes: setup ## labels printed, turned, blurred and read back, by kind; every bad code with the sentence it is told
	@$(PY) tests/desktop/barcodes.py $(DATA)

.PHONY: bench-rules
bench-rules: setup ## how fast the rules price: a long quote with its traces, and 20,000 products
	@$(PY) tests/bench/rules.py

.PHONY: bench-sync
bench-sync: setup ## how fast a new tablet fills against raw sqlite3, a long queue is acknowledged, orders are decided
	@$(PY) tests/bench/run.py sync queue work

.PHONY: bench-ui
bench-ui: setup ## the real window over 100,000 products: key to paint, card, scrolling, cold start, keys while it loads
	@$(PY) tests/bench/run.py ui

# CHANGES=100 makes fewer; DATABASE=postgres plays it there.
.PHONY: bench-live
bench-live: setup ## from a tap on one tablet to the row on another; what an idle tablet costs; 300 that wait
	@$(PY) tests/bench/live.py --changes $(or $(CHANGES),1000) --database $(or $(DATABASE),sqlite)

# SEED=7 is another run; CASES and MESSAGES say how many.
.PHONY: fuzz
fuzz: setup ## the interface against its own description, and mutated messages against server and tablet
	@$(PY) tests/fuzz/run.py --seed $(or $(SEED),1) --cases $(or $(CASES),20000) --messages $(or $(MESSAGES),100000)

.PHONY: authz
authz: setup ## every route and op type, by everybody, on everybody's things: another territory's answers as a missing one
	@$(PY) tests/authz/authz.py

.PHONY: crash
crash: setup ## kill -9 of tablet and server at random moments, then a separate program counts
	@$(PY) tests/journeys/crash.py

# SEEDS=17 replays one; PLANTED=name puts a known bug in and stops when it is caught; UNTIL=80 TELL=1 tells the story so far.
.PHONY: simulate
simulate: setup ## many tablets, a server, network and disks in one process, a story per seed; faults, then all must agree
	@PYTHONHASHSEED=0 $(PY) tests/simulation/simulate.py --seeds '$(or $(SEEDS),0-99)' --jobs $(or $(JOBS),1) \
		--planted '$(PLANTED)' $(if $(UNTIL),--until $(UNTIL)) $(if $(TELL),--tell)

# ONLY=naive-cursor plants one; COUNT=200 plays fewer seeds for each.
.PHONY: planted
planted: setup ## puts known bugs into sync, one at a time, and looks whether the simulator's invariants find each
	@PYTHONHASHSEED=0 $(PY) tests/simulation/planted.py --only '$(ONLY)' --seeds $(or $(COUNT),1000) --jobs $(or $(JOBS),2)

# COUNT=300 tries fewer; ONLY='app.domain.pricing.*' those of one module; LEAST=95 asks for more.
.PHONY: mutants
mutants: setup ## changes the rules in small ways and looks whether a test notices; survivors in build/
	@$(PY) tests/bench/mutants.py --seed $(or $(SEED),1) --count $(or $(COUNT),2000) --least $(or $(LEAST),90) \
		--only '$(or $(ONLY),*)'

.PHONY: coverage-rules
coverage-rules: setup ## every branch of the rules is reached by their own tests
	@mkdir -p build
	@$(PY) -m coverage run --data-file=build/rules.coverage --branch --source=app/domain -m pytest -q tests/domain
	@$(PY) -m coverage report --data-file=build/rules.coverage --show-missing --fail-under=100

.PHONY: shots
shots: setup ## a picture of every screen, in build/shots
	@$(PY) tests/desktop/shots.py

.PHONY: papers
papers: setup ## every page of every printed document as a picture, in build/papers; exit 1 when words of a line are lost
	@$(PY) tests/printing/papers.py

.PHONY: package
package: setup ## the tablet app as a bundle and a .deb, proved in a clean root
	@packaging/setup/system.sh bundle
	@packaging/build.sh

.PHONY: format
format: setup ## put imports and layout in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# The lock is made by uv from the ranges in pyproject.toml, for every system and Python we support at once. It names no
# registry: whoever installs uses their own. UPGRADE=1 takes the newest of everything, UPGRADE=name of one package.
.PHONY: lock
lock: setup ## requirements.lock again, and the server's part of it, from the ranges in pyproject.toml
	@test -x build/lock/bin/uv || { python3 -m venv build/lock && build/lock/bin/pip install --quiet uv; }
	@build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
		--no-header $(if $(filter 1,$(UPGRADE)),--upgrade,$(if $(UPGRADE),--upgrade-package $(UPGRADE))) \
		--output-file requirements.lock pyproject.toml
	@echo hatchling | build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --extra server \
		--generate-hashes --no-header --no-annotate --constraint requirements.lock \
		--output-file packaging/server/requirements.lock pyproject.toml -
	@packaging/setup/venv.sh

.PHONY: clean
clean: ## what was made here, but not the environment
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
