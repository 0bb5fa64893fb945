#!/bin/sh
# Scripts see nothing of the machine that they run on.
. "${0%/*}/../lib.sh"

# What a script sees when all is set by whoever runs it.
sees() {
	env GIT_DIR=/xyzzy GIT_AUTHOR_NAME=xyzzy GIT_CONFIG_COUNT=1 \
	    GIT_CONFIG_KEY_0=a.b GIT_CONFIG_VALUE_0=xyzzy GIT_EDITOR=xyzzy \
	    GIT_PAGER=xyzzy XDG_DATA_HOME=/xyzzy XDG_CONFIG_HOME=/xyzzy \
	    LC_TIME=xyzzy LANGUAGE=xyzzy CRM_NOW=2001-01-01 CRM_DIR=/xyzzy \
	    CRM_NOCACHE=xyzzy CRM_USER=xyzzy COLUMNS=xyzzy TZ=Asia/Tokyo \
	    TZDIR=/xyzzy HOME=/xyzzy EMAIL=xyzzy PAGER=xyzzy NO_COLOR=xyzzy \
	    EDITOR=xyzzy SOURCE_DATE_EPOCH=xyzzy GNUPGHOME=/xyzzy \
	    SSH_AUTH_SOCK=/xyzzy MLRRC=/xyzzy \
	    sh -c 'umask 077; . "${0%/*}/../lib.sh"
		echo "$T"; env; umask; done_testing' \
	    "$repo/tests/lint/060-alone.t"
}
sees >"$T/sees"
own=$(head -n 1 "$T/sees")
t_same 'nothing of it' '' "$(grep xyzzy "$T/sees")"
t_same 'but what is its own' "CRM_GC=0
CRM_NOW=2026-11-21T10:00:00Z
CRM_SEED=1
GIT_CONFIG_GLOBAL=$own/.gitconfig
GIT_CONFIG_NOSYSTEM=1
HOME=$own
LC_ALL=C.UTF-8
TZ=UTC
XDG_CONFIG_HOME=$own/.config" "$(grep -E \
    '^(CRM_(GC|NOW|SEED)|GIT_CONFIG.*|HOME|LC_.*|TZ|XDG_.*)=' "$T/sees" | sort)"
t 'files that others may read' grep -qx 0022 "$T/sees"
done_testing
