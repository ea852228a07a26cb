# Each target sets up what it needs; a second run starts in seconds.
.PHONY: demo picture run test check lint set-up set-up-test screenshots
PYTHON = .venv/bin/python
OUT ?= build/demo

demo: set-up
	$(PYTHON) -m app demo --out $(OUT)

# The README's picture is the demo's own.
picture: demo
	mkdir -p docs/pictures
	cp $(OUT)/screens/interview-desk-zh.png docs/pictures/interview.png

run: set-up
	$(PYTHON) -m app

test: set-up-test
	$(PYTHON) -m pytest

check: set-up-test lint
	$(PYTHON) -m pytest

lint: set-up-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

set-up:
	@packaging/set_up.sh run

set-up-test:
	@packaging/set_up.sh test

.PHONY: crash-test
crash-test: set-up-test
	$(PYTHON) -m tests.crash --table docs/benchmarks/crash.md

# Sound against picture over twelve hours of simulated time; takes minutes.
.PHONY: skew
skew: set-up-test
	$(PYTHON) -m tests.app.recorder.skew

.PHONY: attack-test bench-sealing stock-check
attack-test: set-up-test
	$(PYTHON) -m tests.attacks

# The exports of the demo, checked on a bare Debian by stock tools alone; needs root.
stock-check: set-up-test
	@[ -f $(OUT)/report.json ] || $(MAKE) demo
	$(PYTHON) -m tests.stock $(OUT)

bench-sealing: set-up-test
	$(PYTHON) -m benchmarks.sealing

# Half an hour in real time, and some 20 GB of scratch; ARGS="--only encode" runs a part of it.
.PHONY: bench-recording
bench-recording: set-up-bench
	$(PYTHON) -m benchmarks.recording $(ARGS)

# Twelve simulated hours in some minutes; needs some 8 GB of scratch.
.PHONY: long-test
long-test: set-up-test
	nice -n 5 $(PYTHON) -m tests.long $(ARGS)

# Live recognition beside its peers, in real time; SHILU_PEERS names their folder.
.PHONY: bench-speech
bench-speech: set-up-test
	$(PYTHON) -m benchmarks.speech $(ARGS)

# What is made up, by whom a line was said, and what each guard says; some minutes.
.PHONY: bench-hearing
bench-hearing: set-up-test
	$(PYTHON) -m benchmarks.hearing $(ARGS)

# Two hours of sound through one pipeline; ARGS="--pace 1" takes two hours.
.PHONY: bench-soak
bench-soak: set-up-test
	$(PYTHON) -m benchmarks.speech_soak $(ARGS)

set-up-bench:
	@packaging/set_up.sh bench

# Hours on two cores; goes on where it stopped. ARGS="--steps 4000 --fall 1200" is the default.
.PHONY: demo-model
demo-model: set-up-test
	packaging/demo_model/build.sh $(ARGS)
