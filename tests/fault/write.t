#!/bin/sh
# write.t: these commands, a sample of their calls; `make sweep` takes all.
exec sh "${0%/*}/commands.sh" add set stage apply convert doc issue order pay \
    deliver quotes
