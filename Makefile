# Receptive: the front door.  `make tour` and `make test` need nothing done first.
.DEFAULT_GOAL := help
JOBS := $(shell getconf _NPROCESSORS_ONLN)
CTEST = ctest --output-on-failure --no-tests=error -j $(JOBS)
BUILD = cmake --build --preset release

help: ## list the targets
	@sed -nE 's/^([a-z][a-zA-Z%-]*):[^#]*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | sed 's/%/04/g' | expand -t 22

dependencies: # the Debian packages that building needs, where they are missing
	@.ci/install build

configure: dependencies # build/, with Ninja and the release preset
	@cmake --preset release --log-level=NOTICE $(CMAKE_ARGS)

build: configure ## build everything: build/cnn, build/cnn_tests, build/bench_*
	@$(BUILD)

tour: configure ## walk the lecture: its numbers, naive against optimized, figures -> build/tour/index.html
	@$(BUILD) --target cnn
	@build/cnn tour

tour-%: ## the same for one chapter -> build/tour/%/index.html
	@chapter=$$(.ci/chapter $*) && $(MAKE) --no-print-directory configure && \
	    $(BUILD) --target cnn && build/cnn tour $$chapter

test: configure ## run every test
	@$(BUILD) --target cnn_tests cnn_gradients
	@$(CTEST) --test-dir build

# A chapter by its number, or the proof of a slide or an erratum: make test-s-06, make test-E1.
test-%: ## the tests of one chapter; test-s-06, test-E1: of one slide, of one erratum
	@set -e; case '$*' in \
	    s-* | [EHAS][0-9]*) chapter= ;; \
	    *) chapter=$$(.ci/chapter '$*') ;; \
	esac; \
	$(MAKE) --no-print-directory configure; \
	$(BUILD) --target cnn_tests cnn_gradients; \
	if [ -z "$$chapter" ]; then $(CTEST) --test-dir build -R '(^|[^A-Za-z0-9])$*([^0-9]|$$)'; exit; fi; \
	build/cnn_tests --source-file="*chapters/$${chapter}_*"; \
	build/cnn_gradients --source-file="*chapters/$${chapter}_*"

test-torch: configure ## torchvision's networks at full size beside this book's: logits, gradients
	@.ci/install peers
	@$(BUILD) --target cnn cnn_tests
	@python=python3; python3 -c 'import torchvision' 2>/dev/null || python=/usr/bin/python3; \
	    $$python -B chapters/program/torch_networks.py build/cnn build/cnn_tests $(NETS)

bench-build: # the benchmarks, with their packages
	@.ci/install bench
	@$(MAKE) --no-print-directory configure
	@$(BUILD) --target benchmarks
	@mkdir -p build/bench

# Runs build/bench_$$1: what it says on the console, its samples in build/bench/$$1.json.
RUN_BENCH = set -e; run() { echo "== $$1"; rm -f build/bench/$$1.json; \
    build/bench_$$1 --benchmark_out=build/bench/$$1.json $(QUICK) $(if $(FILTER),'--benchmark_filter=$(FILTER)'); }

bench: bench-build ## every layer by naive, optimized and oneDNN -> build/bench/*.md
	@rm -f build/bench/*
	@$(RUN_BENCH); for binary in build/bench_0[1-9]* build/bench_[1-9]*; do \
	    [ ! -e $$binary ] || run $${binary#build/bench_}; \
	done
	@python3 -B benchmarks/table.py build/bench/*.json

bench-quick: ## a few layers of each chapter, in two minutes
	@$(MAKE) --no-print-directory bench QUICK=--quick

bench-compare: ## two runs side by side: BASE=old.json [NEW=new.json], files or folders
	@python3 -B benchmarks/compare.py $(or $(BASE),"") $(or $(NEW),build/bench)

bench-training: bench-build ## the training of LeNet-5 and ResNet-20 beside PyTorch's
	@.ci/install peers
	@set -e; python3 -B benchmarks/training_pytorch.py lenet5 build/bench_06_lenet build/bench/lenet5_pytorch.json; \
	    python3 -B benchmarks/training_pytorch.py resnet20 build/bench_16_resnet build/bench/resnet20_pytorch.json

bench-explain: bench-build ## saliency and Grad-CAM of a ResNet-18 beside PyTorch's
	@.ci/install peers
	@python3 -B benchmarks/explanations_pytorch.py build/bench_29_grad_cam build/bench/explanations_pytorch.json

bench-%: ## the benchmarks of one chapter; FILTER='resnet.*/b1/' for some rows
	@chapter=$$(.ci/chapter $* benchmarks) && $(MAKE) --no-print-directory bench-build && \
	    { $(RUN_BENCH); for binary in build/bench_$${chapter}_*; do run $${binary#build/bench_}; done; } && \
	    python3 -B benchmarks/table.py build/bench/$${chapter}_*.json

train: configure ## train the small networks whose weights data/ ships
	@$(BUILD) --target cnn
	@for net in lenet5 lenet5_1998 vgg_small unet_small garment_finder; do build/cnn train $$net --replace && cp build/train/$$net.safetensors build/train/$$net.json data/; done
	@build/cnn train transfer --experiment && cp build/train/transfer_garments.* data/

docs: tour ## the book -> build/docs/html/index.html
	@.ci/install docs
	@$(BUILD) --target cnn_tests cnn_gradients
	@python3 -B docs/book.py

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

.PHONY: help dependencies configure build tour test test-torch bench-build bench bench-quick bench-compare bench-training bench-explain train docs lint sanitize clang clean
