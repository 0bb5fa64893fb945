#!/bin/sh
# import.t: these commands, a sample of their calls; `make sweep` takes all.
exec sh "${0%/*}/commands.sh" import bulk undo-import
