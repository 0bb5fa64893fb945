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
crm-opp add Barn 5k tags=hot,dry >/dev/null
crm-opp add Shed 5k tags=hot >/dev/null
t_same 'verbs alone' list,log,lose "$(offers crm-opp l | paste -sd, | tr -d ' ')"
t_same 'tags, once each' +hot "$(offers crm-opp list +h | grep hot)"
t_same 'computed ones' -OPEN "$(offers crm-opp list -OP)"
t_same 'a type of activity is a verb' call "$(offers crm-act cal)"
t_same 'and one of the own, too' demo "$(
	echo 'demo,Demo,event,90,show;win,liked,,visit' >>config/activities.csv
	offers crm-act dem)"
t_same 'its outcomes' liked "$(offers crm-act demo roof --outcome '')"
t_same 'those of a call' 'reached' "$(offers crm-act call roof --outcome re)"
t_same 'what it is for' 'purpose=win' "$(offers crm-act demo roof purpose=w)"
t_same 'whom it is about' Roof "$(offers crm-act call Ro)"
crm-quote new Roof name='Roof offer' >/dev/null
t_same 'an option that names a quote' 'Roof offer' "$(
	offers crm-opp win Roof --quote Ro)"
t_same 'formats' ndjson "$(offers crm-opp list -o nd)"
t_same 'columns' amount "$(offers crm-opp list -c am)"
t_same 'the last of several columns' name,account,name,amount "$(
	offers crm-opp list -c name,a | paste -sd,)"
t_same 'through a reference' name,owner.team "$(
	offers crm-opp list -c name,owner.tea)"
t_same 'sorted by' state,amount,state,amount- "$(
	offers crm-opp list -s state,amount | paste -sd,)"
t_same 'down' state,amount- "$(offers crm-opp list -s state,amount-)"
t_same 'an option and its value in one word' --sort=amount "$(
	offers crm-opp list --sort=am | head -n 1)"
t_same 'what a report groups by' owner.team "$(
	offers crm-report pipeline --by owner.te)"
t_same 'its period' last-month,last-quarter,last-week,last-year "$(
	offers crm report pipeline -p last | sort | paste -sd,)"
t_same 'its options' --period "$(offers crm report pipeline --per)"
t_same 'nothing instead of a file' '' "$(offers crm-lead import n)"
t_same 'but options' --atomic "$(offers crm-lead import --at)"
t_same 'reasons' price "$(offers crm-opp lose x --reason pri)"
t_same 'date words' close:eoq "$(offers crm-opp list close:eoq)"
t_same 'names' Roof "$(offers crm-opp show Roo)"
t_same 'what crm conflict takes' take "$(offers crm conflict t)"
t_same 'no options that a command has not' '' "$(offers crm-opp log --col | grep columns)"
t_same 'nothing is said where nothing is known' '' "$(
	cd /; offers crm-opp list stage:n 2>&1)"

crm-product add Window sku=WIN-90 price=450 >/dev/null
crm-account add Acme >/dev/null
quote=$(crm-quote new Roof account=Acme -o ids)
crm-quote line add "$quote" WIN-90 >/dev/null 2>&1
crm-quote issue "$quote" >/dev/null
t_same 'verbs of a quote' revise "$(offers crm-quote revi)"
t_same 'and of its lines' move "$(offers crm-quote line mo)"
t_same 'its number' Q2026-0001 "$(offers crm-quote show Q2026)"
t_same 'its states' state:issued "$(offers crm-quote list state:iss)"
t_same 'how it stands, which is computed' 'standing:open standing:ordered' \
    "$(offers crm-quote list standing:o | paste -sd ' ' -)"
t_same 'whether it is approved' 'approval:given approval:missing' \
    "$(offers crm-quote list approval: | sort | paste -sd ' ' -)"
t_same 'how an order stands' standing:overdue "$(offers crm-order list standing:overd)"
t_same 'why it was rejected' price "$(offers crm-quote reject x --reason pri)"
t_same 'a product by its SKU' WIN-90 "$(offers crm-product show WIN-)"
printf 'term,label,schedule,text\nnet45,45 days,100%%@+45,\n' >config/terms.csv
t_same 'terms of payment' terms=net45 "$(offers crm-quote set x terms=ne)"
for page in "$repo"/man/crm-*.1; do
	page=${page##*/}
	echo "${page%.1}"
done | sort >"$T/pages"
t_same 'bash completes every command' "$T/pages" "$(
	bash -c '. "$1"; complete -p' - "$repo/share/completion/crm.bash" |
	    sed -n 's/.*-F _crm \(crm-.*\)/\1/p' | sort)"

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
