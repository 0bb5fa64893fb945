#!/bin/sh
# What is in the repository, and what is not.
. "${0%/*}/../lib.sh"
cd "$repo" || exit 1
git -c safe.directory='*' ls-files >"$T/files" 2>/dev/null ||
    t_skip_rest 'this is no git checkout'

t_same 'nothing else is at the top' '' "$(
	cut -d/ -f1 "$T/files" | sort -u | grep -vxE \
	    'bin|src|man|share|tests|Makefile|README|crmrc\.sample|LICENSE|\.gitignore|\.ci')"
t_same 'nothing that was built is tracked' '' "$(
	grep -E '^(build|bin/[^.])|\.(o|a|so|d)$' "$T/files")"
t_same 'a number is one test' '' "$(
	sed -n 's,^\(tests/[a-z]*/[0-9]*\)-.*\.t$,\1,p' "$T/files" | sort |
	    uniq -d)"

# These would hold on one machine, or for a while only. [] keep this file out.
t_same 'no paths of one machine' '' "$(
	xargs grep -nIE '(^|[^a-zA-Z0-9_.])/(wor[k]|roo[t])/' <"$T/files")"
t_same 'no hosts of package registries' '' "$(
	xargs grep -nIE 'deb[.]debian|regist[r]y\.np[m]|pyp[i]\.org|crate[s]\.io|prox[y]\.golang|snapsho[t]\.debian' \
	    <"$T/files")"
t_same 'no blanks at the end of lines' '' "$(
	grep -vE 'corpus|\.csv$|crmrc\.sample' "$T/files" |
	    xargs grep -nIE '[[:blank:]]+$')"
done_testing
