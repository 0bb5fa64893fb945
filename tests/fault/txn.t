#!/bin/sh
# txn.t: every fifth point at which a transaction can break; all of them with
# SWEEP_STEP=1, which takes a minute for each row of sweep.sh.
SWEEP_STEP=${SWEEP_STEP:-5} exec sh "${0%/*}/sweep.sh"
