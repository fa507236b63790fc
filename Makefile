# Everything that is done with this project, by one word each. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_HOME ?= .lookback/demo
TEST_WORKERS ?= 2
EMULATOR := .venv-bigquery
AUDIT := .venv-audit

.PHONY: help setup demo test integration check sim mutants model chaos fuzz audit browser pictures rehearse bench plots \
	deploy destroy pins target-given

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# The demo needs the runtime and the embedded stack only; tests and checks need the rest too.
$(BIN)/.local: pyproject.toml .ci/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Lookback needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt --editable '.[local]'
	@touch $@

$(BIN)/.dev: $(BIN)/.local
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint .ci/constraints.txt --editable '.[dev]'
	@touch $@

# The BigQuery emulator wants another DuckDB, and its pytest plugin must not be where pytest runs.
$(EMULATOR)/.ready: tests/emulators/bigquery-requirements.txt
	$(PYTHON) -m venv $(EMULATOR)
	$(EMULATOR)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

setup: $(BIN)/.dev  ## make the virtual environment with everything for development

demo: $(BIN)/.local  ## run a week's backfill on a made-up season, validated at the end
	@rm -rf $(DEMO_HOME)
	LOOKBACK_HOME=$(DEMO_HOME) LOOKBACK_SOURCE=synthetic $(BIN)/backfill calendar --load 2024-25
	LOOKBACK_HOME=$(DEMO_HOME) LOOKBACK_SOURCE=synthetic $(BIN)/backfill request 2024-11-08 2024-11-14 --request-id demo
	LOOKBACK_HOME=$(DEMO_HOME) LOOKBACK_SOURCE=synthetic $(BIN)/backfill run
	LOOKBACK_HOME=$(DEMO_HOME) LOOKBACK_SOURCE=synthetic $(BIN)/backfill validate 2024-11-08 2024-11-14

PYTEST := $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile

test: $(BIN)/.dev  ## run the tests but for the slow ones
	$(PYTEST) -m 'not integration'

# The dashboard's tests want Chromium; where it cannot be installed they are skipped, and fail with CI=true.
browser:
	@for each in chromium chromium-browser google-chrome; do command -v $$each > /dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium > /dev/null; \
	else \
		echo "the dashboard's tests need Chromium: apt-get install chromium" >&2; \
	fi

integration: $(BIN)/.dev $(EMULATOR)/.ready browser  ## run whole stacks: the real season, Google's emulators, kills; and planted bugs
	$(PYTEST) -m integration

check: $(BIN)/.dev  ## what CI runs: lint, format, types, layers, all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test sim integration

SEEDS ?= 2000
KIND ?=
sim: $(BIN)/.dev  ## play seeds of the simulation: SEEDS=2000 or SEEDS=5000-6000, or one: SEED=17 KIND=operators
	$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(if $(KIND),--kind $(KIND))

mutants: $(BIN)/.dev  ## take every guard of the pipeline away, and see what notices: SEEDS=2000 at most, ONLY=b, TRACE=b
	$(BIN)/python -m tests.simulation.mutants --seeds $(SEEDS) --jobs $(TEST_WORKERS) \
		$(if $(ONLY),--only "$(ONLY)") $(if $(TRACE),--trace "$(TRACE)")

rehearse: $(BIN)/.dev $(EMULATOR)/.ready  ## run a gap fill on Google's emulators and compare it with the embedded run
	$(BIN)/python -m tests.rehearsal $(REHEARSAL)

model: $(BIN)/.dev  ## explore every interleaving of small backfills with a crash, a message twice, a lease run out
	$(BIN)/python -m tests.model

RUNS ?= 20
DAYS ?= 30
WAREHOUSE ?= embedded

chaos: $(BIN)/.dev $(EMULATOR)/.ready  ## run a month on processes that are killed, frozen and cut off: RUNS=20 SEED=1 DAYS=30
	$(BIN)/python -m tests.chaos --runs $(RUNS) --seed $(or $(SEED),1) --days $(DAYS) --warehouse $(WAREHOUSE)

pictures: $(BIN)/.dev browser  ## take the pictures of the dashboard in docs/images, of a made-up season
	$(BIN)/python -m tests.browser.pictures docs/images

bench: $(BIN)/.dev  ## print each budget beside its figure
	$(BIN)/python -m bench

plots: $(BIN)/.dev  ## make the tables and plots of the performance page from the last 'make bench'
	$(BIN)/python -m bench.plots

INPUTS ?= 100000
fuzz: $(BIN)/.dev  ## send hostile input to every way in, and print what came of it: INPUTS=100000
	$(BIN)/python -m tests.fuzz --inputs $(INPUTS) $(FUZZ)

$(AUDIT)/.ready: .ci/audit-requirements.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Strict: a package that the advisories' source does not know, or cannot be asked about, is not passed over.
audit: $(BIN)/.dev $(AUDIT)/.ready  ## look for secrets, wide roles, and known flaws of the pinned dependencies
	$(BIN)/python -m pytest tests/infra/test_secrets.py
	$(AUDIT)/bin/pip-audit --strict --progress-spinner off --disable-pip --no-deps --requirement requirements.txt \
		--requirement requirements-nba-stats.txt --requirement .ci/constraints.txt

SOURCE ?= synthetic
NBA_PROXY ?=
SEASON ?= 2024-25
STATUS_INVOKERS ?= []
NOTIFICATION_CHANNELS ?= []
ALERT_EMAILS ?= []
# Values hold commas, so pairs are parted by semicolons (gcloud topic escaping).
SUBSTITUTIONS = ^;^_REGION=$(REGION);_SOURCE=$(SOURCE);_SEASON=$(SEASON);_NBA_PROXY=$(NBA_PROXY)$\
	;_STATUS_INVOKERS=$(STATUS_INVOKERS);_NOTIFICATION_CHANNELS=$(NOTIFICATION_CHANNELS);_ALERT_EMAILS=$(ALERT_EMAILS)

target-given:
	@test -n "$(PROJECT)" -a -n "$(REGION)" || { echo "say where: PROJECT=my-project REGION=us-central1" >&2; exit 2; }

deploy: target-given  ## deploy what changed to Google Cloud: PROJECT=... REGION=...
	gcloud builds submit . --project=$(PROJECT) --region=$(REGION) --config=cloudbuild.yaml \
		--ignore-file=infra/deploy/build.gcloudignore --substitutions='$(SUBSTITUTIONS)' \
		--service-account=projects/$(PROJECT)/serviceAccounts/lookback-deployer@$(PROJECT).iam.gserviceaccount.com

destroy: target-given $(BIN)/.local  ## take the deployment down, after asking; data stays unless DESTROY_DATA=yes
	$(BIN)/python -m infra.deploy.destroy --project=$(PROJECT) --region=$(REGION)

# Compiles the pinned requirements from pyproject.toml; the project's own line has no place in them.
COMPILE := $(BIN)/pip-compile --quiet --upgrade --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
pins: $(BIN)/.dev
	$(COMPILE) --output-file requirements.txt pyproject.toml
	$(COMPILE) --extra nba-stats --output-file requirements-nba-stats.txt pyproject.toml
	$(COMPILE) --extra dev --output-file .ci/constraints.txt pyproject.toml
	sed -i '/^lookback/d' .ci/constraints.txt
	$(COMPILE) --output-file tests/emulators/bigquery-requirements.txt tests/emulators/bigquery-requirements.in
