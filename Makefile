# The front door; the build itself is Meson's (meson.build). `make` alone says what there is.
BUILD  := build
TIME   := 600
NINJA  := ninja -C $(BUILD)
.PHONY: help setup build demo test check long fuzz man life stick charter picture train train-check clean

help:
	@echo 'make demo    a node screens fictional travellers and shows each hit; then three nodes exchange alerts (installs what is missing)'
	@echo 'make test    all tests but the long ones (installs what is missing)'
	@echo 'make build   the program: $(BUILD)/entente (installs nothing; says what is missing)'
	@echo 'make setup   only install what is missing: tools/setup.sh lists it with the reasons'
	@echo 'make check   the house rules only: floors, purity, headers, sources, pages, shell'
	@echo 'make long    everything that CI runs: sanitizers, fuzzing, clang, clang-tidy (up to an hour)'
	@echo 'make fuzz    every fuzz target for TIME seconds each (TIME=$(TIME)), or until each has had CPU seconds; TARGET=name for one'
	@echo 'make man     write the man pages that the command table makes'
	@echo 'make life    write docs/life.md: a year of one traveller, as the program lives it now'
	@echo 'make stick   write docs/by-stick.md: two services exchange by files, as the program does it now'
	@echo 'make charter write docs/charter.md: five services found a charter and live by it, as the program does it now'
	@echo 'make picture write the picture of the README from what the program prints'
	@echo 'make train   learn data/names and data/screen again from the training files in DIR (docs/formats/costs.md; minutes)'
	@echo 'make retrain learn tables of a service from its decided hits: DECIDED=FILE OUT=FOLDER (docs/formats/decided.md; seconds)'
	@echo 'make train-check   whether data/names and data/screen are what the training files give, byte for byte (minutes)'
	@echo 'make clean   remove what was built'

setup:
	@tools/setup.sh install test

# A new folder of tests is seen here; every other change of the build's description ninja sees itself.
$(BUILD)/build.ninja: $(wildcard tests/unit/*/meson.build)
	@if [ -f $@ ]; then meson setup --reconfigure $(BUILD); else meson setup $(BUILD); fi > $(BUILD).log || \
	    { cat $(BUILD).log; rm -f $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log; touch $@

build:
	@tools/setup.sh tell build
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA) entente

demo:
	@tools/setup.sh install build
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA) -n entente | grep -q 'no work to do' || $(NINJA) entente
	@tools/run_demo $(BUILD)/entente
	@tools/run_exchange $(BUILD)/entente

test:
	@tools/setup.sh install test
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA)
	@tools/run_tests $(BUILD) --no-suite long

check:
	@tools/setup.sh install test
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA)
	@tools/run_tests $(BUILD) --suite checks

long:
	@.ci/run

fuzz:
	@tools/setup.sh install ci
	@tools/run_fuzz $(if $(CPU),--cpu $(CPU),$(TIME)) $(TARGET)

man:
	@$(MAKE) -s --no-print-directory build
	@mkdir -p man && find man -name "*.1" ! -name entente-verify.1 -delete && $(BUILD)/entente man --all man

stick:
	@$(MAKE) -s --no-print-directory build
	@ENTENTE_BIN=$(abspath $(BUILD))/entente ENTENTE_SOURCE=$(CURDIR) sh tests/scenario/by_stick.sh --update

charter:
	@$(MAKE) -s --no-print-directory build
	@$(NINJA) src/verify/entente-verify
	@ENTENTE_BIN=$(abspath $(BUILD))/entente ENTENTE_VERIFY=$(abspath $(BUILD))/src/verify/entente-verify \
	    ENTENTE_SOURCE=$(CURDIR) sh tests/scenario/charter.sh --update

life:
	@$(MAKE) -s --no-print-directory build
	@ENTENTE_BIN=$(BUILD)/entente ENTENTE_SOURCE=. python3 tests/scenario/life.py --write

train:
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA) tools/train_costs
	$(BUILD)/tools/train_costs --train $(DIR) --seeds tools > $(BUILD)/costs.tsv
	python3 tools/train_frequencies.py $(DIR) data/bench/name_tokens.tsv > $(BUILD)/frequencies.tsv
	python3 tools/train_cultures.py data/bench/name_tokens.tsv > $(BUILD)/cultures.tsv
	python3 tools/train_spellings.py $(DIR) > $(BUILD)/spellings.tsv
	mv $(BUILD)/costs.tsv $(BUILD)/frequencies.tsv $(BUILD)/spellings.tsv $(BUILD)/cultures.tsv data/names/
	@$(NINJA) tools/train_fusion
	$(BUILD)/tools/train_fusion --train $(DIR) > $(BUILD)/fusion.tsv
	mv $(BUILD)/fusion.tsv data/screen/

retrain:
	@test -n "$(DECIDED)" && test -n "$(OUT)" || { echo 'give DECIDED=FILE and OUT=FOLDER: docs/formats/decided.md'; exit 2; }
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA) tools/train_costs tools/train_fusion
	@tools/retrain.sh $(BUILD)/tools/train_costs $(BUILD)/tools/train_fusion $(DECIDED) $(OUT) $(DIR)

train-check:
	@$(MAKE) -s --no-print-directory $(BUILD)/build.ninja
	@$(NINJA) tools/train_costs tools/train_fusion
	@tools/check_train.sh $(BUILD)/tools/train_costs $(BUILD)/tools/train_fusion $(DIR)

picture:
	@$(MAKE) -s --no-print-directory build
	@ENTENTE_BIN=$(BUILD)/entente tools/make_hit_svg.py

clean:
	rm -rf build build-*
