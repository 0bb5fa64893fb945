#!/bin/sh
# Completion: what the program offers, and what bash makes of it.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Bo Lind' login=bo >/dev/null
id=$(crm-opp add Roof 5k owner=bo)

offers() { crm complete -- "$@"; }
t_same 'commands' 'report
redo' "$(offers crm re)"
t_same 'verbs' list "$(offers crm-opp li)"
t_same 'own verbs' reopen "$(offers crm-opp reo)"
t_same 'options' --output "$(offers crm-opp list --out)"
t_same 'fields' stage:,start:,state: "$(offers crm-opp list sta | paste -sd,)"
t_same 'stages' stage:negotiation "$(offers crm-opp list stage:n)"
t_same 'owners' owner:bo "$(offers crm-opp list owner:b | head -n 1)"
t_same 'ids' "$id" "$(offers crm-opp show "${id%?????}")"
t_same 'reports' pipeline "$(offers crm-report pi)"
t_same 'nothing is said where nothing is known' '' "$(
	cd /; offers crm-opp list stage:n 2>&1)"

# bash FUNCTION: COMPREPLY for a line, words apart as readline takes them
reply() {
	bash -c '. "$1"; shift; COMP_LINE=$1 COMP_POINT=${#1}; shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _crm
		printf "%s\n" "${COMPREPLY[@]}"' - \
	    "$repo/share/completion/crm.bash" "$@"
}
t_same 'bash: a verb' list "$(reply 'crm-opp li' crm-opp li)"
t_same 'bash: behind the colon' negotiation "$(
	reply 'crm-opp list stage:n' crm-opp list stage : n)"
t_same 'bash: right behind it' 8 "$(
	reply 'crm-opp list stage:' crm-opp list stage : | wc -l)"
t_same 'bash: a blank in a value, any case' 'bo
Bo\ Lind' "$(
	reply 'crm-opp set x owner=Bo' crm-opp set x owner = Bo)"
done_testing
