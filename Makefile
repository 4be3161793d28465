# `make run` needs Python 3.11, 3.12 or 3.13 and nothing else; PYTHON=… names another one than is found.
# Dependencies are installed when a requirements file has changed, so a second start installs nothing.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

# True for a usable Python. Its name is not enough: pyenv's may be empty shims, and Debian's python3 may lack venv.
SUITS := -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
# True if it was built with optimizations, as distributions and python.org do. A tool that compiles Python on the machine,
# such as pyenv, leaves them out by default, and the product takes a quarter more processor time.
QUICK := -c 'import sys, sysconfig; sys.exit(sys.base_prefix != "/usr" and "--enable-optimizations" not in (sysconfig.get_config_var("CONFIG_ARGS") or ""))'
NAMES := python3.13 python3.12 python3.11 python3

.PHONY: run test check check-js audit messages lock bench chaos clean
.DEFAULT_GOAL := run

# `exec`: no shell stands between make and the program, so Ctrl-C and SIGTERM reach it once.
run: $(VENV)/installed
	@exec $(PY) manage.py run

# Three processes, because tests mostly wait. Each has its own Temporal, Redis, worker and web process. A test file is
# run by one process; the files start in the order of tests/slowest_first.txt, and a process that has started a browser
# continues with files that use one.
test: $(VENV)/installed-dev
	@exec $(PY) -m pytest -n 3 --dist loadfile $(ARGS)

check: $(VENV)/installed-dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m pytest tests/unit/test_regular_expressions.py tests/unit/test_requirements.py tests/unit/languages
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null; \
		then $(MAKE) --no-print-directory check-js; \
		else echo "JavaScript was not checked: that needs Node 20 or newer, with npm."; fi

# Lint, types and unit tests of static/js. Node is needed for nothing else.
check-js: node_modules/installed
	npm run --silent lint
	npm run --silent types
	npm test --silent

node_modules/installed: package.json package-lock.json
	npm ci --no-fund --no-audit
	@touch $@

# Collects the texts of templates, Python and scripts, and compiles the translations. Needs GNU gettext; the compiled
# files are committed, so nothing else does.
messages: $(VENV)/installed-dev
	$(PY) manage.py makemessages --all --no-obsolete --add-location file --no-wrap --ignore tests --ignore .venv \
		--ignore node_modules --ignore build --ignore dist --extension html,txt,py
	$(PY) manage.py makemessages --all --no-obsolete --add-location file --no-wrap --domain djangojs \
		--ignore tests --ignore .venv --ignore node_modules --ignore static/vendor --ignore build --ignore dist
	$(PY) manage.py compilemessages --locale de

# Known vulnerabilities of what is pinned, as PyPI and npm report them. Where neither can be asked, it says so and passes.
audit: $(VENV)/installed-dev
	@$(PY) -m tests.support.audit

# ARGS: names of benchmarks and options, as in `make bench ARGS="first-token --runs 10"`; docs/benchmarks.md.
bench: $(VENV)/installed-dev
	@exec $(PY) -m tests.bench $(ARGS)

# People chat while parts fail; a table at the end. ARGS="--minutes 8 --people 20 --seed 7"; `--help` names the rest.
chaos: $(VENV)/installed-dev
	@exec $(PY) -m tests.chaos $(ARGS)

# After a change of the dependencies in pyproject.toml. Versions that still fit stay; ARGS=--upgrade renews all.
LOCK = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-emit-index-url --custom-compile-command "make lock" $(ARGS)
lock:
	@test -x $(VENV)/bin/uv || $(MAKE) --no-print-directory $(VENV)/installed-dev
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt

# Keeps .data, which contains people's chats.
clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: requirements.txt | $(PY)
	@echo "Installing requirements.txt into $(VENV) (about 160 MB; a minute or two the first time) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements.txt requirements-dev.txt | $(PY)
	@echo "Installing requirements-dev.txt into $(VENV) (a minute or two the first time) ..."
	@$(PIP) -r requirements.txt -r requirements-dev.txt
	@touch $@ $(VENV)/installed

# Also made again if the Python that it was made from is gone: then its link leads nowhere.
$(PY):
	@for python in $(if $(PYTHON),"$(PYTHON)",$(NAMES) $(NAMES:%=/usr/bin/%)); do \
		"$$python" $(SUITS) >/dev/null 2>&1 || continue; \
		found="$${found:-$$python}"; \
		if "$$python" $(QUICK); then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "No Python 3.11, 3.12 or 3.13 with venv was found$(if $(PYTHON), at $(PYTHON),)." >&2; \
		echo "Install one (on Debian with its -venv package), or name it: make run PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version) ($$(command -v "$$found"))"; \
	"$$found" $(QUICK) || echo "It was built without optimizations; one built with them is faster by a quarter."; \
	exec "$$found" -m venv --clear $(VENV)
