#!/bin/sh
# state.t: these commands, a sample of their calls; `make sweep` takes all.
exec sh "${0%/*}/commands.sh" undo-set hand merge init
