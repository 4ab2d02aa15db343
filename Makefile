# The commands of the house; `make help` prints this list.
.DEFAULT_GOAL := help
PY := .venv/bin/python
STAMP := .venv/.installed
WORKERS ?= auto
SEED ?= 1
FAULTS ?= 200

help:  ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

env: $(STAMP)  ## make the environment from the pinned lock (once; again when the lock changes)

$(STAMP): requirements.lock pyproject.toml
	@test -x $(PY) || python3 -m venv .venv
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip -q
	@echo "installing what is needed (hash-checked)…"
	@grep -A 200 '^uv==' requirements.lock | awk 'NR==1||/^    --hash/{print} NR>1&&!/^    --hash/{exit}' > .venv/uv.lock
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.lock
	@.venv/bin/uv pip install -q -p $(PY) --require-hashes -r requirements.lock
	@.venv/bin/uv pip install -q -p $(PY) --no-deps --no-build-isolation -e .
	@touch $@

up: env  ## run the whole product on this machine, ready for the first complaint; Ctrl-C stops it
	@.venv/bin/desk up

demo: env  ## play some thirty complaints through a desk of its own in about three minutes; Ctrl-C stops it
	@.venv/bin/desk demo

test: env  ## everything CI runs: lint, types, contracts, every test
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m pytest -q -n $(WORKERS) --dist loadfile

lint: env  ## lint and types only
	@.venv/bin/ruff check .
	@.venv/bin/mypy

faults: env  ## kill, freeze and cut off every part of a running desk, 200 times, and reckon up; SEED=… FAULTS=…
	@$(PY) -m trials.faults --seed $(SEED) --faults $(FAULTS)

bench: env  ## measure what a case costs and how punctual the desk is (half an hour or so)
	@$(PY) -m trials.bench

bench-short: env  ## the same, small
	@$(PY) -m trials.bench --short

migration: env  ## a thousand running cases take a new version of their policy, on real servers (some minutes)
	@MIGRATED=1000 $(PY) -m pytest -q -s -n 0 tests/journeys/test_migration.py

docs: env  ## write the generated pages of docs/ anew
	@$(PY) -m tools.docs

pictures: env  ## take the screenshots in docs/pictures anew
	@PICTURES=docs/pictures $(PY) -m pytest -q tests/journeys/test_temporal_ui.py

lock: env  ## pin every dependency anew, with hashes and without any registry's name
	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra embedded --extra dev pyproject.toml -o requirements.lock

	@.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --extra build pyproject.toml -o requirements.prod.lock

secrets: env  ## make the key files docker-compose.yml wants, if they aren't there
	@mkdir -p secrets && chmod 700 secrets
	@test -s secrets/master_key || $(PY) -c "import base64,os; print(base64.b64encode(os.urandom(32)).decode())" > secrets/master_key
	@test -s secrets/session_secret || $(PY) -c "import secrets; print(secrets.token_urlsafe(48))" > secrets/session_secret
	@chmod 644 secrets/*

.PHONY: help env up demo test lint faults bench bench-short migration docs pictures lock secrets
