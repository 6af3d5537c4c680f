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
CPPFLAGS += -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I.
CFLAGS   := -std=c17 $(WARN) $(OPT) $(SANITIZE) -fstack-protector-strong -pthread
LDFLAGS  += $(SANITIZE) -pthread

PACKAGES := pkg-config libncurses-dev libcurl4-openssl-dev libssl-dev libcjson-dev libexpat1-dev \
            libsqlite3-dev libmicrohttpd-dev
TEST_PACKAGES := libcmocka-dev libvterm-dev clang clang-format libclang-rt-14-dev llvm qemu-utils awscli \
            fdisk e2fsprogs python3 python3-pytest python3-boto3 tmux

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
TOOL_SRC   := $(filter-out $(TT_SRC) tests/tools/uidemo.c,$(wildcard tests/tools/*.c))
TOOL_OBJ   := $(TOOL_SRC:%.c=$(BUILD)/obj/%.o)
UNIT_BIN   := $(UNIT_SRC:tests/unit/%.c=$(BUILD)/tests/%)

all: $(BUILD)/tatami $(BUILD)/tatami-sim

$(BUILD)/tatami: $(OBJ)/main.o $(BUILD)/libtatami.a
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC))

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
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC) cmocka)

# The terminal harness: a pty, libvterm and a script.
$(BUILD)/tests/tt: $(TT_OBJ) $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC) vterm) -lutil

# What the screens' widgets look like, without AWS.
$(BUILD)/tests/uidemo: $(OBJ)/tests/tools/uidemo.o $(BUILD)/libtatami.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(call pc,--libs,$(CLIENT_PC))

unit: $(UNIT_BIN)
	@for t in $(UNIT_BIN); do $$t || exit 1; done

format:
	clang-format -i $(CLIENT_SRC) $(SIM_SRC) $(UNIT_SRC) $(wildcard */*.h aws/sim/*.h tests/*/*.c tests/*/*.h main.c)

clean:
	rm -rf build

.PHONY: all unit format clean
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
