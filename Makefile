# crm: build, check, install. `make help` lists the targets.
# Everything generated lies in build/ and bin/. Sources are found by folder.

MODE ?= release
CC ?= gcc
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
SHAREDIR ?= $(PREFIX)/share/crm
LIBEXECDIR ?= $(PREFIX)/libexec/crm
COMPDIR ?= $(PREFIX)/share/bash-completion/completions

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wvla -Wformat=2 \
	-Wno-pedantic -Wundef -Wpointer-arith
ifdef DEV
WARN += -Werror
endif
STD = -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
CPPFLAGS += -Isrc -DCRM_SHARE='"$(SHAREDIR)"' -DCRM_LIBEXEC='"$(LIBEXECDIR)"'

CFLAGS_release = -O2 -g
CFLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-omit-frame-pointer \
	-fno-sanitize-recover=undefined
CFLAGS_cov = -O0 -g --coverage
CFLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined
LDFLAGS_asan = -fsanitize=address,undefined
LDFLAGS_cov = --coverage
LDFLAGS_fuzz = -fsanitize=address,undefined
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
SRC_crm := $(wildcard src/crm/*.c src/crm/*/*.c)
SRC_cmd := $(wildcard src/cmd/*.c)
SRC_mime := $(wildcard src/mime/*.c)
SRC_render := $(wildcard src/render/*.c)
LIBOBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_base) $(SRC_store) $(SRC_crm))
CMDOBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_cmd))
MIMEOBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_mime))
RENDEROBJ := $(patsubst src/%.c,$(O)/%.o,$(SRC_render))
LIB = $(O)/libcrm.a

# One program; every command is a name of it, and has a page of that name.
# Helpers, which it starts, have what is heavy and apart.
HELPERS := crm-mime crm-render
PROGS := $(patsubst man/%.1,%,$(wildcard man/crm-*.1))
UNIT := $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FAULT := $(patsubst tests/fault/%.c,$(O)/%.so,$(wildcard tests/fault/*.c))
BENCH := $(patsubst tests/bench/%.c,$(O)/bench/%,$(wildcard tests/bench/*.c))

# Short lines, unless V=1.
Q = $(if $(or $(V),$(findstring s,$(firstword -$(MAKEFLAGS)))),,@echo "  $(1) $@" && )
# All cores, unless told otherwise.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
ifneq ($(filter clean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

all: $(BIN)/crm $(PROGS:%=$(BIN)/%) $(HELPERS:%=$(BIN)/libexec/%) ## the commands, in bin/

$(O)/%.o: src/%.c Makefile src/libs.mk
	@mkdir -p $(@D)
	$(call Q,CC)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(LIBS_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB): $(LIBOBJ)
	$(call Q,AR)rm -f $@ && ar rcs $@ $^

$(BIN)/crm: $(CMDOBJ) $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(CMDOBJ) $(LIB) $(LIBS)

$(MIMEOBJ): ALL_CFLAGS += $(MIME_CFLAGS)
$(BIN)/libexec/crm-mime: $(MIMEOBJ) $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(MIMEOBJ) $(LIB) $(MIME_LIBS)

$(RENDEROBJ): ALL_CFLAGS += $(RENDER_CFLAGS)
$(BIN)/libexec/crm-render: $(RENDEROBJ) $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(RENDEROBJ) $(LIB) $(RENDER_LIBS)

$(PROGS:%=$(BIN)/%): $(BIN)/crm
	@ln -sf crm $@

$(O)/unit/%: tests/unit/%.c $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -Itests/unit $(ALL_LDFLAGS) -MMD -MP \
		-o $@ $(filter %.c %.o,$^) $(LIB) $(LIBS) -lcmocka
# Output is no part of the library, but has a test of its own.
$(O)/unit/test_emit $(O)/unit/test_emit_fit: $(patsubst src/%.c,$(O)/%.o,$(wildcard src/cmd/emit*.c))

# A target by itself replays its corpus; libFuzzer drives it in make fuzz.
REPLAY = $(if $(filter fuzz,$(MODE)),-fsanitize=fuzzer,tests/fuzz/replay.c)
$(O)/fuzz/%: tests/fuzz/%.c tests/fuzz/replay.c $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(ALL_LDFLAGS) -MMD -MP \
		-o $@ $< $(filter %.o,$^) $(REPLAY) $(LIB) $(LIBS)
# The reader of descriptions needs nothing of what draws them.
$(O)/fuzz/fuzz_page: $(patsubst src/%.c,$(O)/%.o,$(wildcard src/render/page*.c))

$(O)/%.so: tests/fault/%.c
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(STD) $(WARN) -O1 -g -fPIC -shared -MMD -MP -o $@ $< -ldl

$(O)/bench/%: tests/bench/%.c $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) $(ALL_LDFLAGS) -MMD -MP \
		-o $@ $< $(LIB) $(LIBS)

unit: $(UNIT) ## the unit tests' programs
tests: all $(UNIT) $(FUZZ) $(FAULT)

# Programs that read CRM_SHARE know where it is installed: built anew where
# that changes. (An installed or a fresh tree finds it by itself.)
$(O)/.share: FORCE
	@mkdir -p $(@D)
	@echo '$(SHAREDIR) $(LIBEXECDIR)' | cmp -s - $@ || \
		echo '$(SHAREDIR) $(LIBEXECDIR)' >$@
$(patsubst src/%.c,$(O)/%.o,$(shell grep -rls CRM_SHARE src)): $(O)/.share

# make deps check: first the one, then the other.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(LIBOBJ) $(CMDOBJ) $(MIMEOBJ) $(RENDEROBJ) $(FAULT) $(O)/.share: | deps
endif

-include $(shell find build/$(MODE) -name '*.d' 2>/dev/null)

deps: ## install what building and testing needs (Debian; sudo where not root)
	sh tests/deps

check: tests ## all tests; T=tests/cli/110-lead.t or T=unit: only these
	MODE=$(MODE) BIN=$(BIN) sh tests/run $(T)

check-asan: ## the same with address and undefined behaviour sanitizers
	$(MAKE) MODE=asan check T='$(T)'

# valgrind is slow: only a part, unless T says which.
check-valgrind: tests ## unit tests and some commands under valgrind
	MODE=$(MODE) BIN=$(BIN) UNDER=valgrind sh tests/run \
		$(or $(T),unit tests/cli/1*.t)

lint: all ## rules about the sources, pages and scripts
	MODE=$(MODE) BIN=$(BIN) sh tests/run lint

sweep: ## faults at every call that changes the disk (an hour)
	SWEEP_STEP=1 $(MAKE) check T=fault

bench: all $(BENCH) ## budgets, side by side with other programs
	MODE=$(MODE) BIN=$(BIN) sh tests/bench/run

SECS ?= 60
fuzz: ## T=csv SECS=60: fuzz one target with clang; T=all: each
	for t in $(if $(filter all,$(T)),$(patsubst \
	    tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)),$(T)); do \
		$(MAKE) MODE=fuzz CC=clang build/fuzz/fuzz/fuzz_$$t && \
		mkdir -p build/fuzz/found/$$t && \
		build/fuzz/fuzz/fuzz_$$t -max_total_time=$(SECS) \
			-artifact_prefix=build/fuzz/found/crash-$$t- \
			build/fuzz/found/$$t tests/fuzz/corpus/$$t || exit 1; \
	done

coverage: ## lines that the tests run, per file, in build/cov/coverage
	-find build/cov -name '*.gcda' -delete
	$(MAKE) MODE=cov check T='$(T)'
	find build/cov -name '*.gcda' | xargs gcov -n -r 2>/dev/null | \
		sh tests/coverage >build/cov/coverage
	@tail -n 1 build/cov/coverage

sample: all ## a store with invented data in build/sample, and its reports
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh share/example/show.sh build/sample

install: all ## DESTDIR= PREFIX=/usr/local
	for d in $(BINDIR) $(COMPDIR) $(SHAREDIR) $(LIBEXECDIR) \
	    $(MANDIR)/man1 $(MANDIR)/man5 $(MANDIR)/man7 $(MANDIR)/man8; do \
		install -d $(DESTDIR)$$d; done
	install -m 755 $(BIN)/crm $(DESTDIR)$(BINDIR)/crm
	for p in $(HELPERS); do install -m 755 $(BIN)/libexec/$$p \
		$(DESTDIR)$(LIBEXECDIR)/$$p; done
	for p in $(PROGS); do ln -sf crm $(DESTDIR)$(BINDIR)/$$p; done
	for m in man/*.[1578]; do install -m 644 $$m \
		$(DESTDIR)$(MANDIR)/man$${m##*.}/; done
	cd share && find calendar example pipelines reports templates -type f -exec \
		install -D -m 644 '{}' '$(DESTDIR)$(SHAREDIR)/{}' ';'
	install -m 644 crmrc.sample $(DESTDIR)$(SHAREDIR)/
	install -m 644 share/completion/crm.bash $(DESTDIR)$(COMPDIR)/crm
	for p in $(PROGS); do ln -sf crm $(DESTDIR)$(COMPDIR)/$$p; done

uninstall: ## the same DESTDIR and PREFIX
	for p in crm $(PROGS); do \
		rm -f $(DESTDIR)$(BINDIR)/$$p $(DESTDIR)$(COMPDIR)/$$p; done
	for m in man/*.[1578]; do \
		rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; done
	for p in $(HELPERS); do rm -f $(DESTDIR)$(LIBEXECDIR)/$$p; done
	-rmdir $(DESTDIR)$(LIBEXECDIR)
	rm -rf $(DESTDIR)$(SHAREDIR)

clean: ## what was built
	rm -rf build $(filter-out bin/.gitignore,$(wildcard bin/*))

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

FORCE:
.PHONY: all unit tests deps check check-asan check-valgrind lint sweep bench fuzz \
	coverage sample install uninstall clean help
.SECONDARY:
