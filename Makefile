# Receptive: the front door.  `make tour` and `make test` need nothing done first.
.DEFAULT_GOAL := help
CTEST := ctest --test-dir build --output-on-failure --no-tests=error -j $(shell nproc)

help: ## list the targets
	@sed -nE 's/^([a-z][a-zA-Z%-]*):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

dependencies: ## install the Debian packages that building needs (says which)
	@.ci/install build

build: dependencies ## build build/cnn, build/cnn_tests and build/bench_*
	@cmake --preset release $(CMAKE_ARGS)
	@cmake --build --preset release

tour: build ## walk the lecture: its numbers, naive against optimized, figures -> build/tour/index.html
	@build/cnn tour

tour-%: build ## the same for one chapter: make tour-04
	@build/cnn tour $*

test: build ## run every test
	@$(CTEST)

test-%: build ## the tests of one chapter: make test-04
	@build/cnn_tests --source-file='*chapters/$**'

.PHONY: help dependencies build tour test
