# The foreign libraries. Each is used by one file of src/store (src/README has
# the table). libgit2 is linked statically, without its network members (see
# src/store/git/nonet.c), which makes a command start in 1 ms instead of 10;
# where that does not link, make GIT2=shared uses the shared library. Of what
# is left of libgit2 only SHA-256 (mbedcrypto), pcre2 and zlib are needed.
GIT2 ?= static
LIBS_GIT2_static = -l:libgit2.a -l:libmbedcrypto.a -l:libpcre2-8.a
LIBS_GIT2_shared = -lgit2
LIBS_CFLAGS =
LIBS = $(LIBS_GIT2_$(GIT2)) -lcsv -l:libz.a -l:libutf8proc.a
# Of crm-mime alone: mail (GMime). In a program of its own, it costs no other
# command anything; nor is a message of a stranger parsed in one that writes.
MIME_CFLAGS = $(shell pkg-config --cflags gmime-3.0)
MIME_LIBS = $(shell pkg-config --libs gmime-3.0)
# Of crm-render alone: PDF (cairo, Pango, fontconfig).
RENDER_CFLAGS = $(shell pkg-config --cflags pangocairo cairo-pdf fontconfig)
RENDER_LIBS = $(shell pkg-config --libs pangocairo cairo-pdf fontconfig) -lm
