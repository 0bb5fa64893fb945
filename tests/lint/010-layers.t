#!/bin/sh
# The layers: base <- store <- crm <- cmd, and each foreign library in its one
# place. And sizes: what is too long to read is too long to be right.
. "${0%/*}/../lib.sh"
cd "$repo" || exit 1

# upward LAYER FORBIDDEN: includes of layers that it must not know.
upward() {
	grep -rnE "^#include \"($2)/" "src/$1" || :
}

t_same 'base includes base only' '' "$(upward base 'store|crm|cmd')"
t_same 'store includes base and store only' '' "$(upward store 'crm|cmd')"
t_same 'crm does not include cmd' '' "$(upward crm cmd)"
t_same 'mime includes base, itself and csvwrite' '' "$(
	grep -rnE '^#include "(store|crm|cmd)/' src/mime |
	    grep -vF '"store/csvwrite.h"' || :)"
t_same 'nothing else includes mime' '' "$(
	grep -rlE '^#include "mime/' src | grep -v '^src/mime/' || :)"

t_same 'render includes base and itself' '' "$(
	grep -rnE '^#include "(store|crm|cmd|mime)/' src/render || :)"
t_same 'nothing else includes render' '' "$(
	grep -rlE '^#include "render/' src | grep -v '^src/render/' || :)"

while read -r header place; do
	t_same "<$header> is included by $place only" '' \
	    "$(grep -rlE "^#include <$header>" src | grep -v "^src/$place" || :)"
done <<END
csv.h store/csvfile.c
git2.*.h store/git/
zlib.h store/deflate.c
utf8proc.h store/unicode.c
iconv.h store/charset.c
gmime/.* mime/
glib.* mime/
cairo.* render/
pango/.* render/
fontconfig/.* render/
spawn.h base/spawn.c
libical/.*h store/ical_lib.c
END

t_same 'every header has a guard of its own name' '' "$(
	find src -name '*.h' | while read -r h; do
		g=CRM_$(echo "${h#src/}" | tr 'a-z/.-' 'A-Z___')
		grep -q "^#ifndef $g\$" "$h" || echo "$h: $g"
	done)"

t_same 'a header that a subject keeps to itself is named NAME_impl.h' '' "$(
	find src -name '*_int.h' -o -name '*_priv.h' -o -name '*_private.h')"

t_same 'no file of code is longer than 500 lines' '' "$(
	find src tests -name '*.[ch]' -exec wc -l {} + |
	    awk '$2 != "total" && $1 > 500 && $2 !~ /tests\/unit/')"

# What no other object asks for is static, or nobody's. The tests alone may ask
# for what is in $seams; git/nonet.c is asked by libgit2, and what reads
# calendars (ics, ical) by nobody yet.
seams='main scan_file_with scan_kernel_named sha1_blocks_plain'
objects() {
	find "build/${MODE:-release}/base" "build/${MODE:-release}/store" \
	    "build/${MODE:-release}/crm" "build/${MODE:-release}/cmd" \
	    "build/${MODE:-release}/mime" "build/${MODE:-release}/render" -name '*.o' 2>/dev/null | while read -r o; do
		src=src/${o#build/*/}
		[ -e "${src%.o}.c" ] && echo "$o"
	done
}
if [ -n "$(objects)" ] && command -v nm >/dev/null; then
	t_same 'every function that is exported is used by another file' '' "$(
		objects | xargs nm -Ag | awk -v seams="$seams" '
		BEGIN { n = split(seams, s); while (n) asked[s[n--]] = 1 }
		$(NF - 1) == "U" { asked[$NF] = 1 }
		$(NF - 1) ~ /^[TDBR]$/ && $NF !~ /^_/ && !/nonet\.o:|store\/ic(al|s)[a-z_]*\.o:/ {
			sub(/:.*/, "", $1); by[$NF] = $1 }
		END { for (f in by) if (!(f in asked)) print by[f] ": " f }')"
else
	t_skip 'every function that is exported is used' 'nothing is built'
fi

# A function begins at the start of a line behind its type, and ends with a }.
t_same 'functions of verbs are shorter than 60 lines' '' "$(
	find src/cmd -name '*.c' -exec awk '
	/^(verb|cmd)_[a-z_]*\(/ { name = $0; at = FNR }
	/^}/ && at { if (FNR - at >= 60)
		print FILENAME ":" at ": " name " " FNR - at + 1
		at = 0 }' {} +)"
done_testing
