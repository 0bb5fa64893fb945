#!/bin/sh
# show.sh: makes the sample store anew in the folder DIR and shows what it
# says: the pipeline, target versus sales, and where the business comes from.
#
#	sh show.sh DIR

set -e
[ $# -eq 1 ] || { echo "usage: sh show.sh DIR" >&2; exit 64; }
# only ever what make.sh made
[ ! -e "$1" ] || [ -e "$1/crmrc" ] || { echo "$1 is no store" >&2; exit 65; }
rm -rf "$1"
sh "$(dirname "$0")/make.sh" "$1" 2>"$1.log" || { cat "$1.log" >&2; exit 1; }
export CRM_NOW=2026-11-21T10:00:00Z LOGNAME=ana CRM_CONFIG=/dev/null
for report in 'pipeline --unit quarter' 'target --period 2026-Q4' source; do
	# shellcheck disable=SC2086 # a name and options
	crm-report $report -C "$1" -o table --no-pager
	echo
done
echo "The store is in $1: cd there and try crm-opp list, crm --help, man crm"
