# tatami: one plain Makefile. `make help` says what there is.

CC       ?= gcc
PREFIX   ?= /usr/local
DESTDIR  ?=
BUILD    ?= build
PYTHON   ?= /usr/bin/python3

WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wundef
OPT      ?= -O2 -g
SANITIZE ?=
VERSION  := 0.1.0
CPPFLAGS += -D_GNU_SOURCE -DTATAMI_VERSION='"$(VERSION)"' -DTATAMI_PREFIX='"$(PREFIX)"' -D_FILE_OFFSET_BITS=64 -I.
# What makes a mistake in memory end the program instead of serving an attacker; checked in the binaries by
# tests/scenario/test_hardened.py. The sanitizers see to fortified calls themselves.
CPPFLAGS += $(if $(SANITIZE),-DTATAMI_SANITIZED)
FORTIFY  := $(if $(SANITIZE)$(filter -O0,$(OPT)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
CFLAGS   := -std=c17 $(WARN) $(OPT) $(SANITIZE) $(FORTIFY) -fstack-protector-strong -fPIE -pthread
LDFLAGS  += $(SANITIZE) -pie -Wl,-z,relro,-z,now -pthread

PACKAGES := pkg-config libncurses-dev libcurl4-openssl-dev libssl-dev libcjson-dev libexpat1-dev \
            libsqlite3-dev libmicrohttpd-dev libnbd-dev libzstd-dev liblzma-dev qemu-utils gcc libc6-dev
DEMO_PACKAGES := qemu-utils fdisk e2fsprogs dosfstools mtools python3
TEST_PACKAGES := libcmocka-dev libvterm-dev clang clang-format libclang-rt-14-dev llvm awscli \
            python3-venv sqlite3 xz-utils zstd tmux

pc        = $(shell pkg-config $(1) $(2) 2>/dev/null)
CLIENT_PC := ncursesw libcurl libssl libcrypto libcjson expat sqlite3 libzstd liblzma
SIM_PC    := libmicrohttpd libcrypto libcjson expat
TEST_PC   := cmocka vterm

CLIENT_SRC := $(wildcard base/*.c aws/*.c core/*.c ui/*.c screens/*.c)
SIM_SRC    := $(wildcard aws/sim/*.c)
UNIT_SRC   := $(wildcard tests/unit/*_test.c)

# V=1 shows whole command lines.
V ?= 0
ifeq ($(V),0)
say = @printf '  %-5s %s\n' $(1) $(2);
else
say =
endif

OBJ         = $(BUILD)/obj
CLIENT_OBJ := $(CLIENT_SRC:%.c=$(BUILD)/obj/%.o)
SIM_OBJ    := $(SIM_SRC:%.c=$(BUILD)/obj/%.o)
TT_SRC     := $(wildcard tests/tools/tt*.c)
TT_OBJ     := $(TT_SRC:%.c=$(BUILD)/obj/%.o)
UIDEMO_SRC := $(wildcard tests/tools/uidemo*.c)
UIDEMO_OBJ := $(UIDEMO_SRC:%.c=$(BUILD)/obj/%.o)
TOOL_SRC   := $(filter-out $(TT_SRC) $(UIDEMO_SRC),$(wildcard tests/tools/*.c))
TOOL_OBJ   := $(TOOL_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_BIN   := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

all: $(BUILD)/tatami $(BUILD)/tatami-sim

$(BUILD)/tatami: $(OBJ)/main.o $(BUILD)/libtatami.a
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

$(BUILD)/libtatami.a: $(CLIENT_OBJ)
	@rm -f $@
	$(call say,AR,$@)ar rcs $@ $^

$(BUILD)/tatami-sim: $(SIM_OBJ)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(SIM_PC)) -lm

$(OBJ)/aws/sim/%.o: aws/sim/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(call pc,--cflags,$(SIM_PC)) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(call pc,--cflags,$(CLIENT_PC) $(TEST_PC)) -MMD -MP -c -o $@ $<

# One cmocka program per tests/unit/NAME_test.c; nothing else has to list them.
$(BUILD)/tests/%_test: $(OBJ)/tests/unit/%_test.o $(TOOL_OBJ) $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC) cmocka) -lm

# The terminal harness: a pty, libvterm and a script.
$(BUILD)/tests/tt: $(TT_OBJ) $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC) vterm) -lutil -lm

# What the screens' widgets look like, without AWS.
$(BUILD)/tests/uidemo: $(UIDEMO_OBJ) $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

# What reading the whole account costs, and a plain upload, for the benchmarks.
BENCH_BIN := $(BUILD)/tests/inventory_probe $(BUILD)/tests/ceiling
$(BENCH_BIN): $(BUILD)/tests/%: $(OBJ)/tests/bench/%.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

# Single parts of tatami, for what others wrote to be tried with.
INTEROP_BIN := $(patsubst tests/interop/%.c,$(BUILD)/tests/%,$(wildcard tests/interop/*.c))
$(INTEROP_BIN): $(BUILD)/tests/%: $(OBJ)/tests/interop/%.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

# Kills the program at an exact moment (die); leads AWS's host names elsewhere (names); has a wrong clock (skew).
PRELOADS := $(patsubst tests/preload/%.c,$(BUILD)/tests/%.so,$(wildcard tests/preload/*.c))
$(BUILD)/tests/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) -std=c17 $(WARN) -O2 -shared -fPIC -o $@ $< -ldl

unit: all $(UNIT_BIN)
	tests/run.py $(BUILD):unit

# ---- what a person does ----

# Two disk images made here, released into every region of a simulator, in the console; in lines where there is no
# terminal. Nothing leaves the machine.
DEMO := $(BUILD)/demo
demo: packages
	@$(MAKE) --no-print-directory all
	@tests/demo/images.sh $(DEMO)
	@$(BUILD)/tatami rehearse release $(DEMO)/x86_64 $(DEMO)/aarch64 --release acme/1.2.3 --prefix acme/ \
	    --bucket acme-images --home us-east-1 --public --yes --output $(DEMO)/manifest.json --speed 120

check: packages test-packages
	@$(MAKE) --no-print-directory check-built

# Debian packages that building and testing need.
packages:
	@tests/packages.sh $(PACKAGES) $(DEMO_PACKAGES)
test-packages:
	@tests/packages.sh $(TEST_PACKAGES)
	@tests/python.sh build/python

ASAN := CC=clang SANITIZE="-fsanitize=address,undefined -fno-omit-frame-pointer" OPT="-O1 -g" BUILD=build/asan
SANITIZERS := ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
TSAN := CC=clang SANITIZE="-fsanitize=thread -fno-omit-frame-pointer" OPT="-O1 -g" BUILD=build/tsan

programs: all $(UNIT_BIN) $(PRELOADS) $(BUILD)/tests/tt $(BUILD)/tests/uidemo

check-built: layers format-check
	@$(MAKE) --no-print-directory programs
	@$(MAKE) --no-print-directory $(ASAN) programs fuzzers
	@$(MAKE) --no-print-directory $(TSAN) programs
	@tests/demo/images.sh $(BUILD)/demo
	tests/run.py $(BUILD):unit,sim,scenario,screens build/asan:unit,smoke,screens,fuzz build/tsan:threads,smoke

layers:
	@tests/layers.sh

SOURCES := $(wildcard *.c base/*.[ch] aws/*.[ch] aws/sim/*.[ch] core/*.[ch] ui/*.[ch] screens/*.[ch] tests/*/*.[ch])
format:
	clang-format -i $(SOURCES)
format-check:
	@clang-format --dry-run -Werror $(SOURCES)

# Rewrites the golden screens; read the diff.
golden: programs
	TATAMI_GOLDEN=update tests/run.py $(BUILD):unit,screens

# What two analyzers, a second compiler and the binaries themselves say; only what has changed is looked at again.
LINT_PACKAGES := gcc clang clang-tidy binutils
LINT_SRC      := main.c $(CLIENT_SRC) $(SIM_SRC)
lint: packages test-packages
	@tests/packages.sh $(LINT_PACKAGES)
	@$(MAKE) --no-print-directory CC=gcc BUILD=build/lint analyze tidy
	@$(MAKE) --no-print-directory CC=clang BUILD=build/clang all
	TATAMI_BUILD=build/clang build/python/bin/python -m pytest -q -p no:cacheprovider tests/scenario/test_hardened.py
# The part that continuous integration has the time for: all that reads what comes from outside.
lint-fast: packages
	@tests/packages.sh $(LINT_PACKAGES)
	@$(MAKE) --no-print-directory CC=gcc BUILD=build/lint LINT_SRC="$(wildcard base/*.c aws/*.c)" analyze tidy
analyze: $(LINT_SRC:%.c=$(BUILD)/analyzed/%.o)
tidy: $(LINT_SRC:%.c=$(BUILD)/tidied/%.ok)

$(BUILD)/analyzed/%.o: %.c
	@mkdir -p $(@D)
	$(call say,GCC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -fanalyzer $(call pc,--cflags,$(CLIENT_PC) $(SIM_PC)) -MMD -MP -c -o $@ $<
$(BUILD)/tidied/%.ok: %.c $(BUILD)/analyzed/%.o .clang-tidy
	@mkdir -p $(@D)
	$(call say,TIDY,$<)clang-tidy --quiet $< -- $(CPPFLAGS) -std=c17 $(call pc,--cflags,$(CLIENT_PC) $(SIM_PC)) && touch $@

# Every parser of bytes from outside, FUZZ_S seconds each; what it finds new joins a copy of the corpus in tests/fuzz.
FUZZ_S   ?= 30
FUZZERS   = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz: packages test-packages
	@$(MAKE) --no-print-directory $(ASAN) SANITIZE="-fsanitize=fuzzer-no-link,address,undefined" BUILD=build/fuzz fuzz-run
fuzz-run: $(FUZZERS)
	@tests/fuzz/run.sh $(FUZZ_S) $^
fuzzers: $(FUZZERS)
$(OBJ)/tests/fuzz/%.o: CFLAGS += -fsanitize=fuzzer-no-link
$(BUILD)/tests/%_fuzz: $(OBJ)/tests/fuzz/%_fuzz.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm
$(BUILD)/tests/sim_%_fuzz: $(OBJ)/tests/fuzz/sim_%_fuzz.o $(filter-out %/main.o,$(SIM_OBJ))
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call pc,--libs,$(SIM_PC)) -lm

# Client and simulator against what others wrote: botocore and its models, the AWS CLI, the SDK for JavaScript, moto and
# an S3 server in Go, which the project installs into build/interop at pinned versions.
interop: packages test-packages
	@tests/interop/install.sh build/interop
	@$(MAKE) --no-print-directory all $(INTEROP_BIN) $(BUILD)/tests/skew.so
	tests/run.py $(BUILD):interop

# The long proofs: three random faults at once, deaths at exact moments, fifty releases in one process, and both again
# under the eyes of who knows every byte of memory. SPEED: of the simulated clock, where that slows the program.
CHAOS ?= 1-200
CRASH ?= 1000
SOAK  := build/python/bin/python -m pytest -q -p no:cacheprovider
soak-programs: packages test-packages
	@$(MAKE) --no-print-directory all $(PRELOADS) $(BUILD)/tests/growth_test
chaos: soak-programs
	TATAMI_CHAOS=$(CHAOS) TATAMI_BUILD=$(BUILD) $(SOAK) tests/scenario/test_chaos.py
crash: soak-programs
	TATAMI_CRASH=$(CRASH) TATAMI_BUILD=$(BUILD) $(SOAK) tests/scenario/test_crash_matrix.py
growth: soak-programs
	TATAMI_RELEASES=50 TATAMI_BUILD=$(BUILD) $(BUILD)/tests/growth_test
memory: soak-programs
	@tests/packages.sh valgrind
	TATAMI_RELEASES=8 TATAMI_SPEED=60 TATAMI_BUILD=$(BUILD) valgrind -q --leak-check=full --error-exitcode=9 \
	    --errors-for-leak-kinds=definite $(BUILD)/tests/growth_test
	@$(MAKE) --no-print-directory $(ASAN) all
	TATAMI_CHAOS=1-20 TATAMI_BUILD=build/asan $(SANITIZERS) $(SOAK) tests/scenario/test_chaos.py
soak: chaos crash growth memory

# Peers to measure against; without them their rows are left out.
bench: packages
	@tests/packages.sh awscli tig
	@tests/python.sh build/python
	@tests/bench/peers.sh $(BUILD)/peers
	@$(MAKE) --no-print-directory all $(BENCH_BIN)
	@build/python/bin/python tests/bench/run.py $(BUILD)

install: all
	install -D -m 755 $(BUILD)/tatami $(DESTDIR)$(PREFIX)/bin/tatami
	install -D -m 755 $(BUILD)/tatami-sim $(DESTDIR)$(PREFIX)/libexec/tatami/tatami-sim
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/tatami/README.md

help:
	@echo 'make            build/tatami and build/tatami-sim'
	@echo 'make demo       two real disk images into every region of a simulated AWS'
	@echo 'make check      every test'
	@echo 'make bench      what orchestration, the console and uploads cost'
	@echo 'make install    into DESTDIR and PREFIX ($(PREFIX))'
	@echo 'make interop    against moto, an S3 server, the AWS CLI, two SDKs and their models'
	@echo 'make soak       releases under random faults and deaths, many in one process, under valgrind and sanitizers;'
	@echo '                its parts: chaos (CHAOS=1-200), crash (CRASH=1000), growth, memory'
	@echo 'make lint       what the analyzers of gcc and clang say (lint-fast: of base/ and aws/)'
	@echo 'make unit layers format golden fuzz clean'

clean:
	rm -rf build

.SECONDARY:
.PHONY: all unit demo check packages test-packages programs check-built layers format format-check \
        golden lint lint-fast analyze tidy fuzz fuzz-run fuzzers interop soak soak-programs chaos crash growth memory bench \
        install help clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
