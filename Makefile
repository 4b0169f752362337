# Receptive: the front door.  `make tour` and `make test` need nothing done first.
.DEFAULT_GOAL := help
JOBS := $(shell getconf _NPROCESSORS_ONLN)
CTEST = ctest --output-on-failure --no-tests=error -j $(JOBS)
BUILD = cmake --build --preset release

help: ## list the targets
	@sed -nE 's/^([a-z][a-zA-Z%-]*):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | sed 's/%/04/' | expand -t 20

dependencies: # the Debian packages that building needs, where they are missing
	@.ci/install build

configure: dependencies # build/, with Ninja and the release preset
	@cmake --preset release --log-level=NOTICE $(CMAKE_ARGS)

build: configure ## build everything: build/cnn, build/cnn_tests, build/bench_*
	@$(BUILD)

tour: configure ## walk the lecture: its numbers, naive against optimized, figures -> build/tour/index.html
	@$(BUILD) --target cnn
	@build/cnn tour

tour-%: configure ## the same for one chapter
	@$(BUILD) --target cnn
	@build/cnn tour $*

test: configure ## run every test
	@$(BUILD) --target cnn_tests cnn_gradients
	@$(CTEST) --test-dir build

test-%: configure ## the tests of one chapter
	@$(BUILD) --target cnn_tests cnn_gradients
	@build/cnn_tests --source-file='*chapters/$**'
	@build/cnn_gradients --source-file='*chapters/$**'

train: configure ## train the small networks whose weights data/ ships
	@$(BUILD) --target cnn
	@build/cnn train lenet5

docs: tour ## the book -> build/docs/html/index.html
	@.ci/install docs
	@$(BUILD) --target cnn_tests cnn_gradients
	@python3 docs/book.py

lint: configure ## formatting, clang-tidy and the rules of the house
	@.ci/install lint
	@$(BUILD)
	@.ci/lint

sanitize: dependencies ## the tests under AddressSanitizer, UndefinedBehaviorSanitizer, then ThreadSanitizer
	@set -e; for preset in debug tsan; do \
	    cmake --preset $$preset; cmake --build --preset $$preset --target cnn_tests cnn_gradients; \
	    $(CTEST) --test-dir build-$$preset; \
	done

clang: dependencies ## build and test with Clang, warnings as errors
	@.ci/install clang
	@cmake --preset clang
	@cmake --build --preset clang
	@$(CTEST) --test-dir build-clang

clean: ## remove every build folder
	@rm -rf build build-*

.PHONY: help dependencies configure build tour test train docs lint sanitize clang clean
