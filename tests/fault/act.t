#!/bin/sh
# act.t: these commands, a sample of their calls; `make sweep` takes all.
exec sh "${0%/*}/commands.sh" act-add act-set act-done act-rm act-move act-archive
