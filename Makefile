# Simpul. Needs git, make and Python 3.11 or later; everything else is brought.
#
#   make demo      the demonstration city, on http://localhost:8000
#   make check     the everyday part: style, types, floors, translations, unit tests
#   make test      all of that, and the journeys in a real browser
#   make messages  take new messages of the sources into the translations
#   make clean     remove everything that these made

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
EVERYDAY := not journey and not slow

.PHONY: demo check test messages clean ready-% lint unit journeys
.NOTPARALLEL:

demo: ready-demo
	@exec $(BIN)/simpul demo $(ARGS)

check: ready-check lint unit

test: ready-test lint unit journeys

messages: ready-check
	@$(BIN)/python scripts/messages.py update
	@$(BIN)/python scripts/messages.py compile

ready-%:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Simpul needs Python 3.11 or later, and there is no $(PYTHON) here."; \
	  echo "Debian and Ubuntu: sudo apt-get install python3"; exit 1; }
	@$(PYTHON) scripts/bootstrap.py $*

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/messages.py check

unit:
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "$(EVERYDAY)"

journeys:
	$(BIN)/python -m pytest -q -m "not ($(EVERYDAY))" --durations=5

clean:
	rm -rf .venv .tools .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf dist build node_modules src/simpul/web/static/vendor src/*.egg-info
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
