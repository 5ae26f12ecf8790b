# POL-AI. `make run` starts a node from nothing; `make test` checks everything.
SHELL := /bin/bash
.DEFAULT_GOAL := help
SWIFT_BUILD := swift build -c release
# The tests alone: `--build-tests` also builds the code generators of dependencies, which nothing here runs.
TESTS := --product polaiPackageTests
POLAI := .build/release/polai
ARGS ?=

.PHONY: digests help setup build task run test unit-test end-to-end two-nodes deposit bench fuzz vectors docs replay demos lint format protos clean netlab roles test-full

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing: system packages, C libraries, the default model
	@bash scripts/setup.sh

build: setup ## Build the release binary
	@bash scripts/swift-quiet.sh $(SWIFT_BUILD) --product polai

task: build ## Make the default task (WordNet's glosses and English prose) from Debian's packages, once
	@bash scripts/tasks/default.sh

run: task ## Set up, build and start a node (ARGS="..." adds options to polai up)
	@bash scripts/write-env.sh
	@exec $(POLAI) up $(ARGS)

test: setup ## Build, run all tests, and take the default model end to end to a finalised update (a Hivemind round where hivemind is there)
	@bash scripts/swift-quiet.sh $(SWIFT_BUILD) $(TESTS)
	@bash scripts/swift-quiet.sh $(SWIFT_BUILD) --product polai
	@bash scripts/tasks/default.sh
	@bash scripts/end-to-end.sh
	@bash scripts/check-hivemind.sh --quick
	@swift test -c release --skip-build

test-full: test ## make test, then every check against real peers and the fault laboratory's S1 to S5 (hours; CHECKS="roles nat" picks some)
	@bash scripts/test-full.sh $(CHECKS)

unit-test: setup ## Run the tests without the end-to-end run (FILTER=... picks some)
	@bash scripts/swift-quiet.sh $(SWIFT_BUILD) $(TESTS)
	@swift test -c release --skip-build $(if $(FILTER),--filter $(FILTER))

end-to-end: task ## Only the end-to-end run
	@bash scripts/end-to-end.sh

two-nodes: build ## Only two nodes of one chain: join, finalise, kill -9, come back
	@bash scripts/two-nodes.sh

deposit: build ## Only two people: one founds a chain, the other joins it by deposit
	@bash scripts/deposit.sh

netlab: build ## Run a scenario of the fault laboratory, as root (SCENARIO=S2 FORM=short)
	@bash Netlab/run.sh "$(or $(SCENARIO),S2)" "$(or $(FORM),short)"

roles: build ## One node as eight processes by the commands of docker-compose.yml: wait for each other, update, kill -9 each
	@bash scripts/roles.sh

bench: setup ## Measure the main loops (POLAI_PYTHON=... adds PyTorch as the rival)
	@bash Benchmarks/run.sh

fuzz: setup ## Search for inputs that break a reader (TARGET=ssz SECONDS=600; every target for a minute)
	@bash Fuzz/run.sh "$(TARGET)" "$(or $(SECONDS),60)"

vectors: ## Write the committed test vectors anew from their oracles (ONLY="bls keys" picks some)
	@bash scripts/vectors/generate.sh $(ONLY)

docs: ## Check that the documents name only what is there
	@python3 scripts/check-docs.py

digests: ## Compare the kernels' digests over optimisation levels, instruction sets, threads and arm64
	@bash scripts/check-digests.sh

replay: ## Replay a running node's chain with the executable specification (URL=http://127.0.0.1:3500)
	@$${POLAI_PYTHON:-python3} scripts/replay.py $(URL)

demos: build ## Show on development chains how misbehaving validators are borne
	@bash scripts/devnet-demos.sh

lint: docs ## Check the floors, the format and the house rules
	@python3 scripts/check-floors.py
	@swift format lint --strict --recursive --parallel Sources Tests

format: ## Rewrite the sources in the house format
	@swift format --in-place --recursive --parallel Sources Tests

protos: ## Write the gRPC code from the .proto files (POLAI_PYTHON=... with grpcio-tools)
	@bash scripts/generate-protos.sh

clean: ## Remove build products (the chain, the model and the keys stay)
	@rm -rf .build
