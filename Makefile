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
CFLAGS   := -std=c17 $(WARN) $(OPT) $(SANITIZE) -fstack-protector-strong -pthread
LDFLAGS  += $(SANITIZE) -pthread

PACKAGES := pkg-config libncurses-dev libcurl4-openssl-dev libssl-dev libcjson-dev libexpat1-dev \
            libsqlite3-dev libmicrohttpd-dev gcc libc6-dev
DEMO_PACKAGES := qemu-utils fdisk e2fsprogs dosfstools mtools python3
TEST_PACKAGES := libcmocka-dev libvterm-dev clang clang-format libclang-rt-14-dev llvm awscli \
            python3-venv sqlite3 xz-utils tmux

pc        = $(shell pkg-config $(1) $(2) 2>/dev/null)
CLIENT_PC := ncursesw libcurl libcrypto libcjson expat sqlite3
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

# What reading the whole account costs, for the benchmarks.
$(BUILD)/tests/inventory_probe: $(OBJ)/tests/bench/inventory_probe.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

# Kills the program at an exact moment.
$(BUILD)/tests/die.so: tests/preload/die.c
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
TSAN := CC=clang SANITIZE="-fsanitize=thread -fno-omit-frame-pointer" OPT="-O1 -g" BUILD=build/tsan

programs: all $(UNIT_BIN) $(BUILD)/tests/die.so $(BUILD)/tests/tt $(BUILD)/tests/uidemo

check-built: layers format-check
	@$(MAKE) --no-print-directory programs
	@$(MAKE) --no-print-directory $(ASAN) programs
	@$(MAKE) --no-print-directory $(TSAN) programs
	@tests/demo/images.sh $(BUILD)/demo
	tests/run.py $(BUILD):unit,sim,scenario,screens build/asan:unit,smoke,screens build/tsan:threads,smoke

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

# Every parser of bytes from outside, FUZZ_S seconds each.
FUZZ_S   ?= 30
fuzz: packages test-packages
	@$(MAKE) --no-print-directory $(ASAN) SANITIZE="-fsanitize=fuzzer-no-link,address,undefined" BUILD=build/fuzz fuzz-run
fuzz-run: $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*_fuzz.c))
	@for f in $^; do mkdir -p $$f.corpus; $$f -max_total_time=$(FUZZ_S) -print_final_stats=0 $$f.corpus || exit 1; done
$(BUILD)/tests/%_fuzz: $(OBJ)/tests/fuzz/%_fuzz.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(call pc,--libs,$(CLIENT_PC)) -lm

# Random faults, three at once, for as many seeds as one likes; and deaths at so many exact moments.
CHAOS ?= 1-200
CRASH ?= 1000
soak: packages test-packages
	@$(MAKE) --no-print-directory all
	@$(MAKE) --no-print-directory $(BUILD)/tests/die.so
	TATAMI_CHAOS=$(CHAOS) TATAMI_CRASH=$(CRASH) TATAMI_BUILD=$(BUILD) build/python/bin/python -m pytest -q \
	    -p no:cacheprovider tests/scenario/test_chaos.py tests/scenario/test_crash_matrix.py

# Peers to measure against; without them their rows are left out.
bench: packages
	@tests/packages.sh awscli tig
	@$(MAKE) --no-print-directory all $(BUILD)/tests/inventory_probe
	@tests/bench/run.py $(BUILD)

install: all
	install -D -m 755 $(BUILD)/tatami $(DESTDIR)$(PREFIX)/bin/tatami
	install -D -m 755 $(BUILD)/tatami-sim $(DESTDIR)$(PREFIX)/libexec/tatami/tatami-sim
	install -D -m 644 README.md $(DESTDIR)$(PREFIX)/share/doc/tatami/README.md

help:
	@echo 'make            build/tatami and build/tatami-sim'
	@echo 'make demo       two real disk images into every region of a simulated AWS'
	@echo 'make check      every test'
	@echo 'make bench      what orchestration and the console cost'
	@echo 'make install    into DESTDIR and PREFIX ($(PREFIX))'
	@echo 'make soak       releases under random faults and deaths (CHAOS=1-200 CRASH=1000)'
	@echo 'make unit layers format golden fuzz clean'

clean:
	rm -rf build

.SECONDARY:
.PHONY: all unit demo check packages test-packages programs check-built layers format format-check \
        golden fuzz fuzz-run soak bench install help clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
