#!/bin/sh
# The moves of a deal through its pipeline.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --pipelines sales,service

cell() { crm-opp show Roof -c "$1" -o csv | tail -n +2; }
crm-opp add Roof 48k >/dev/null

t_same 'a deal begins at the first stage of the first pipeline' \
    sales,prospecting "$(cell pipeline,stage)"
t_same 'its chance is that of the stage' 10,4800.00 "$(cell chance,weighted)"
t 'to a stage, by its label' crm-opp stage Roof Quotation --note 'offer sent'
t_same 'weighted follows' 50,24000.00 "$(cell chance,weighted)"
t 'a chance of its own' crm-opp set Roof probability=60
t_same 'goes before' 60,28800.00 "$(cell chance,weighted)"
t_exit 65 'a stage of another pipeline' crm-opp stage Roof measurements
t_err 'the stages are told' 'prospecting, qualification'

t 'on hold' crm-opp hold Roof --until 2027-02-01 --why 'no money yet'
t_same 'until then' hold,2027-02-01 "$(cell state,hold_until)"
t_same 'it is not open' 0 "$(crm-opp list +OPEN -o count)"
t_tick 86400
t 'reopened' crm-opp reopen Roof
t_same 'at the stage that it left' 'quotation,' "$(cell stage,hold_until)"

t_exit 64 'lost without a reason' crm-opp lose Roof
t_err 'the option is told' '--reason'
t_exit 65 'an unknown reason' crm-opp lose Roof --reason bored
t 'lost' crm-opp lose Roof --reason price --competitor Rahmen
t_same 'closed today, the chance gone' lost,price,Rahmen,2026-11-22,, "$(
	cell state,reason,competitor,close,probability,hold_until)"
t 'reopened again' crm-opp reopen Roof
t_same 'reason and competitor are gone' 'quotation,,' "$(
	cell stage,reason,competitor)"
t 'won, the day before' crm-opp win Roof --on yesterday
t_same 'on that day' won,2026-11-21,48000.00 "$(cell state,close,weighted)"
t_same 'each move is recorded' 'prospecting>quotation
quotation>hold
hold>quotation
quotation>lost
lost>quotation
quotation>won' "$(
	git log --reverse --format=%H -- stage-changes | while read -r c; do
		git show "$c" -- stage-changes | grep '^+S' | cut -d, -f3,4 |
		    tr , '>'
	done)"
t_same 'notes are lines' 'offer sent
no money yet' "$(crm get "$(crm-opp list -o ids).note")"
t 'called off' crm-opp cancel Roof
t_same 'is not lost' cancelled, "$(cell state,reason)"
t 'a plain change of the stage is a move, too' '
	crm-opp set Roof stage=negotiation
	test "$(wc -l <stage-changes/2026/11.csv)" -eq 9
'

crm-opp add Door 1k pipeline=service >/dev/null
crm-opp add Gate 2k pipeline=service >/dev/null
t 'two at once' crm-opp win pipeline:service
t_same 'each to the stage won of its pipeline' 'done
done' "$(crm-opp list +WON -c stage -o tsv | tail -n +2)"
t_same 'in one commit' 'opp win: 2 changed' "$(git log -1 --format=%s)"
done_testing
