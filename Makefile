# crm: build, check, install. `make help` lists the targets.
# Everything generated lies in build/ and bin/. Sources are found by folder.

MODE ?= release
CC ?= gcc
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
SHAREDIR ?= $(PREFIX)/share/crm
COMPDIR ?= $(PREFIX)/share/bash-completion/completions

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 \
	-Wno-pedantic -Wundef -Wpointer-arith
ifdef DEV
WARN += -Werror
endif
STD = -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
CPPFLAGS += -Isrc -DCRM_SHARE='"$(SHAREDIR)"'

CFLAGS_release = -O2 -g
CFLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer \
	-fno-sanitize-recover=undefined
CFLAGS_cov = -O0 -g --coverage
LDFLAGS_asan = -fsanitize=address,undefined
LDFLAGS_cov = --coverage
# No PIE: nothing to relocate at start, which is most of a command's start-up.
PIE_release = -no-pie
PIEC_release = -fno-pie
ALL_CFLAGS = $(STD) $(WARN) $(CFLAGS_$(MODE)) $(PIEC_$(MODE)) -pthread $(CFLAGS)
ALL_LDFLAGS = $(LDFLAGS_$(MODE)) $(PIE_$(MODE)) -pthread $(LDFLAGS)

O = build/$(MODE)
BIN = $(if $(filter release,$(MODE)),bin,$(O)/bin)

include src/libs.mk

SRC_base := $(wildcard src/base/*.c)
SRC_store := $(wildcard src/store/*.c src/store/git/*.c)
SRC_crm := $(wildcard src/crm/*.c)
SRC_cmd := $(wildcard src/cmd/*.c)
LIBOBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_base) $(SRC_store) $(SRC_crm))
CMDOBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_cmd))
LIB = $(O)/libcrm.a

# One program; every command is a name of it.
PROGS := $(patsubst src/cmd/%.c,%,$(wildcard src/cmd/crm-*.c))
UNIT := $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FAULT := $(patsubst tests/fault/%.c,$(O)/%.so,$(wildcard tests/fault/*.c))

all: $(BIN)/crm $(PROGS:%=$(BIN)/%) $(FUZZ) $(FAULT)

$(O)/%.o: src/%.c Makefile src/libs.mk
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(LIBS_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIBOBJ)
	rm -f $@ && ar rcs $@ $^

$(BIN)/crm: $(CMDOBJ) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $(CMDOBJ) $(LIB) $(LIBS)

$(PROGS:%=$(BIN)/%): $(BIN)/crm
	ln -sf crm $@

$(O)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -Itests/unit $(ALL_LDFLAGS) -MMD -MP \
		-o $@ $< $(LIB) $(LIBS) -lcmocka

$(O)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(ALL_LDFLAGS) -MMD -MP \
		-o $@ $< tests/fuzz/replay.c $(LIB) $(LIBS)

$(O)/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) -O1 -g -fPIC -shared -MMD -MP -o $@ $< -ldl

unit: $(UNIT)

-include $(shell find build/$(MODE) -name '*.d' 2>/dev/null)

clean:
	rm -rf build $(filter-out bin/.gitignore,$(wildcard bin/*))

.PHONY: all unit clean
.SECONDARY:
