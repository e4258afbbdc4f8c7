# `make demo` and `make test` do all the set-up themselves: Debian packages (deploy/setup.sh), the
# environment in .venv, the packages pinned in constraints.txt. What is there is not done again.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard kiosk/locale/*/LC_MESSAGES/kiosk.po))

# Options that are handed on.
DEMO_ARGS ?=
TEST_ARGS ?=
# Such as --short, or --rounds 3 --devices 50.
BENCH_ARGS ?=
# Seconds for each target; minutes, events a second and cameras.
FUZZ_SECONDS ?= 60
SOAK_MINUTES ?= 10
SOAK_RATE ?= 20
SOAK_DEVICES ?= 50
# What `make tour` takes pictures of.
DISPLAYS ?= td1 td2-7 ws7
LANGS ?= en pt_BR
THEMES ?= daylight dark
# SYSTEM=ready leaves the system's packages alone; PYTHON names the interpreter to use.
SYSTEM ?=
PYTHON ?=
export PYTHON

comma := ,
headline = @printf '\n== %s\n' '$(1)'

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@printf '\nVariables: DEMO_ARGS TEST_ARGS BENCH_ARGS FUZZ_SECONDS SOAK_MINUTES SOAK_RATE SOAK_DEVICES DISPLAYS LANGS THEMES PYTHON SYSTEM=ready\n           ARCHITECTURES RELEASES ACCELERATOR BOOT_TEST_ARGS\n'

.PHONY: demo
demo: $(VENV)/run.done $(CATALOGUES) ## show the kiosk against an embedded PiOrchestrator
	@$(BIN)/kiosk demo $(DEMO_ARGS)

.PHONY: test
test: lint ## every check and every test
ifeq ($(TEST_ARGS),)
	$(call headline,pytest$(comma) the journeys beside the rest)
	@# They wait for a panel most of the time, so that the other tests have the processor.
	@mkdir -p build
	@$(BIN)/pytest tests/journeys > build/journeys.log 2>&1 & journeys=$$!; \
	    failed=0; $(BIN)/pytest --ignore=tests/journeys --ignore=tests/chaos || failed=1; \
	    printf '\n== the faults\n'; $(BIN)/pytest tests/chaos || failed=1; \
	    wait $$journeys || failed=1; \
	    printf '\n== the journeys\n'; cat build/journeys.log; exit $$failed
else
	$(call headline,pytest)
	@$(BIN)/pytest $(TEST_ARGS)
endif

.PHONY: chaos
chaos: $(VENV)/dev.done $(CATALOGUES) ## every fault done to the kiosk; the table also in build/chaos.md
	@$(BIN)/pytest tests/chaos --chaos-table $(TEST_ARGS)

.PHONY: fuzz
fuzz: $(VENV)/fuzz.done ## coverage-guided fuzzing of what reads a stranger's bytes; grows tests/fuzz/corpus
	@$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

.PHONY: soak
soak: $(VENV)/dev.done $(CATALOGUES) ## the kiosk for long over a flapping service: what grows; build/soak.json
	@$(BIN)/python -m tests.soak --minutes $(SOAK_MINUTES) --rate $(SOAK_RATE) --devices $(SOAK_DEVICES)

.PHONY: fleet
fleet: $(VENV)/dev.done ## how sixty kiosks come back after an outage, second by second
	@$(BIN)/python -m tests.fleet

.PHONY: lint
lint: $(VENV)/dev.done $(CATALOGUES) ## the checks that run nothing: style, types, layers
	$(call headline,ruff check)
	@$(BIN)/ruff check .
	$(call headline,ruff format)
	@$(BIN)/ruff format --check .
	$(call headline,mypy)
	@$(BIN)/mypy
	$(call headline,lint-imports)
	@$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/dev.done ## rewrite the code in the house's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

.PHONY: tour
tour: $(VENV)/run.done $(CATALOGUES) ## pictures of every screen into build/tour
	@failed=0; for display in $(DISPLAYS); do for lang in $(LANGS); do for theme in $(THEMES); do \
	    out="build/tour/$$display-$$lang-$$theme"; printf '\n== %s\n' "$$out"; \
	    $(BIN)/kiosk tour --display "$$display" --lang "$$lang" --theme "$$theme" --out "$$out" \
	        || failed=1; \
	done; done; done; exit $$failed

.PHONY: pictures
pictures: $(VENV)/run.done $(CATALOGUES) ## the pictures of docs/tour.md
	@$(BIN)/kiosk tour --out build/tour/pictures
	@$(BIN)/python docs/pictures.py build/tour/pictures

.PHONY: bench
bench: $(VENV)/dev.done $(CATALOGUES) ## the kiosk beside a page in Chromium, into build/bench.json
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages bench
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages browser \
	    || echo 'Chromium cannot be installed here.'
	@$(BIN)/python -m tests.bench $(BENCH_ARGS)

.PHONY: translations
translations: $(VENV)/dev.done ## bring the catalogues up to date with the source
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k NC_:1c,2 -k plural:1,2 --omit-header --no-wrap \
	    --sort-by-file --add-location=file -o build/kiosk.pot .
	@$(BIN)/pybabel update -i build/kiosk.pot -d kiosk/locale -D kiosk --no-wrap \
	    --ignore-obsolete --no-fuzzy-matching
	@# Dates and unfilled names in the head would differ after every run and tell nothing.
	@sed -Ei '/^"(Project-Id|Report-Msgid|POT-Creation|PO-Revision|Last-Trans|Generated-By)/d' \
	    kiosk/locale/*/LC_MESSAGES/kiosk.po

# What packages without a wheel are built with, pinned like everything else.
BUILD_TOOLS := setuptools wheel Babel meson-python ninja pybind11

.PHONY: constraints
constraints: $(VENV)/packages.done ## pin anew everything that pyproject.toml leads to
	@deploy/setup.sh venv build/constraints
	@build/constraints/bin/pip install -q --upgrade pip
	@build/constraints/bin/pip install -q -e '.[dev]' $(BUILD_TOOLS)
	@{ echo '# Every package of the product, its tests and its builds: made by `make constraints`.'; \
	    build/constraints/bin/pip list --format=freeze --exclude kiosk; } > constraints.txt
	@rm -r build/constraints

# The appliance: what is installed on a Pi, and the proof that it boots.

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
ARCHITECTURES ?= amd64 arm64
RELEASES ?= bookworm trixie
# kvm is quicker where it works; the test does not need it.
ACCELERATOR ?= tcg
# Such as --from it_upgrades: on the system that an earlier boot test has installed.
BOOT_TEST_ARGS ?=

.PHONY: bundle
bundle: $(ARCHITECTURES:%=build/kiosk-$(VERSION)-%.tar) ## what a Pi without a network installs, a tar each

.PHONY: boot-test
boot-test: build/kiosk-$(VERSION)-amd64.tar $(RELEASES:%=build/boot-test/%/disk.img) ## install, boot, break and remove the kiosk in a virtual machine
	@deploy/boot-test/upgrades.sh $(BIN)/python build/boot-test/upgrades.tar
	@# Beside each other: an emulated machine has one processor, and needs all of it.
	@running=(); for release in $(RELEASES); do \
	    ($(BIN)/python deploy/boot-test/boot_test.py "build/boot-test/$$release" $< \
	        build/boot-test/upgrades.tar "build/boot-test/$$release/out" \
	        --accelerator $(ACCELERATOR) $(BOOT_TEST_ARGS) 2>&1 | \
	        sed -u "s/^/$$release: /") & running+=($$!); \
	done; failed=0; for one in "$${running[@]}"; do wait "$$one" || failed=1; done; exit $$failed

build/kiosk-$(VERSION)-%.tar: build/bundle/%.done $(VENV)/dev.done $(CATALOGUES) FORCE
	@# Setuptools would pack what is left there of modules that are gone.
	@rm -rf build/bundle/wheel build/lib build/bdist.*
	@SOURCE_DATE_EPOCH=315532800 $(BIN)/python -m pip wheel --disable-pip-version-check -q --no-deps --no-build-isolation -w build/bundle/wheel .
	@deploy/bundle.sh pack build/bundle/$* $@ build/bundle/wheel/*.whl

# Made anew when what goes in has changed; the kiosk's own wheel is added to it each time.
build/bundle/%.done: deploy/bundle.sh deploy/setup.sh constraints.txt pyproject.toml
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages bundle
	@for release in bookworm trixie; do \
	    deploy/bundle.sh parts "$$release" "$*" "build/bundle/$*/$$release"; done
	@touch $@

build/boot-test/%/disk.img: deploy/boot-test/image.sh $(wildcard deploy/boot-test/guest/*)
	$(call headline,Making a $* to boot)
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages boot
	@deploy/boot-test/image.sh $* $(@D)

.PRECIOUS: build/bundle/%.done build/boot-test/%/disk.img
FORCE:

.PHONY: clean
clean: ## remove everything that make has made, the environment too
	rm -rf $(VENV) build dist kiosk.egg-info $(CATALOGUES) .hypothesis .*_cache
	find kiosk tests -name __pycache__ -prune -exec rm -rf {} +

# The environment. Its stamps live in it, and go with it: also when its Python has gone, as it does
# when the system is upgraded.
$(shell test -e $(BIN)/python || rm -f $(VENV)/*.done)

INPUTS := $(BIN)/python pyproject.toml constraints.txt setup.py
PIP = $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
# pip itself comes first: older ones cannot pin what packages are built with.
INSTALL = $(PIP) -q pip && PYTHONWARNINGS=ignore $(PIP) --build-constraint constraints.txt
# One line a package, so that a slow line shows that it goes on.
MILESTONES = sed -un 's/^Collecting \([^ ><=]*\).*/   \1/p; /^Building wheel/p; /^Installing collected/{s/:.*/ .../;p}'

$(VENV)/packages.done: deploy/setup.sh
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages
	@mkdir -p $(VENV)
	@touch $@

$(BIN)/python: | $(VENV)/packages.done
	@deploy/setup.sh venv $(VENV)
	@touch $(VENV)/packages.done

$(VENV)/run.done: $(INPUTS) | $(VENV)/packages.done
	$(call headline,Installing the kiosk into $(VENV))
	@$(INSTALL) -e . Babel | $(MILESTONES)
	@$(BIN)/python -m compileall -q kiosk
	@touch $@

$(VENV)/dev.done: $(INPUTS) | $(VENV)/packages.done
	@[[ '$(SYSTEM)' == ready ]] || deploy/setup.sh packages tests
	$(call headline,Installing the kiosk and its tools into $(VENV))
	@$(INSTALL) -e '.[dev]' | $(MILESTONES)
	@$(BIN)/python -m compileall -q kiosk
	@touch $(VENV)/run.done $@

# Only here: there is no wheel for a Pi.
$(VENV)/fuzz.done: pyproject.toml | $(VENV)/dev.done
	$(call headline,Installing the fuzzer)
	@$(PIP) -q --only-binary :all: --group fuzz
	@touch $@

%.mo: %.po | $(VENV)/run.done
	@$(BIN)/pybabel -q compile -i $< -o $@
