#!/bin/sh
# Deals through their stages, in several pipelines.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --pipelines sales,service,simple
clean() { test -z "$(git status --porcelain)"; }
val() { crm-opp list "name:$1" -c "$2" -o tsv | tail -n +2; }
moves() { # of a deal, oldest first, from the file
	id=$(crm-opp show "$1" -o ids)
	mlr --icsv --onidx --ofs ' ' filter "\$opp == \"$id\"" then sort -f at then cut -o -f from,to stage-changes/2026/11.csv
}
stages() { # PIPELINE STATE: keys in order
	mlr --icsv --onidx filter "\$pipeline == \"$1\" && \$state == \"$2\"" then cut -f stage config/stages.csv
}
first=$(stages sales open | head -n 1)
t 'a new deal is in the first stage of the first pipeline' 'crm-opp add D1 1000; test "$(val D1 pipeline,stage)" = "sales	$first"'
t 'of its pipeline' 'crm-opp add S1 10 pipeline=service; test "$(val S1 stage)" = "$(stages service open | head -n 1)"'
t_exit 64 'a stage of another pipeline' crm-opp add S2 10 pipeline=service stage=negotiation
t_err 'those of this one' "pipeline 'service'"
t_exit 65 'no such pipeline' crm-opp add S2 10 pipeline=nope
t 'a new deal has no stage change' 'test ! -e stage-changes'

t_tick 60
t 'stage' 'crm-opp stage D1 quotation; test "$(val D1 stage)" = quotation; clean'
t 'a row of stage-changes: from, to, at, by' 'test "$(mlr --icsv --onidx --ofs " " cut -o -f from,to,at,by stage-changes/2026/11.csv)" = "$first quotation 2026-11-21T10:01:00Z $(crm-user show ana -o ids)"'
t 'by its label, in any case' 'crm-opp stage D1 NEGOTIATION; test "$(val D1 stage)" = negotiation'
t 'the same stage is no change' 'h=$(git rev-parse HEAD); crm-opp stage D1 negotiation; test "$(git rev-parse HEAD)" = $h'
t_exit 64 'no such stage' crm-opp stage D1 nope
t_err 'those there are' 'prospecting, .*negotiation'
t_exit 64 'no stage' crm-opp stage D1
t 'set stage= is the same' 't_tick 60; crm-opp set D1 stage=quotation; moves D1 | tail -n 1 | grep -qx "negotiation quotation"'
t 'apply, too' 'crm-opp list -c id,stage -o csv name:D1 | sed s/quotation/negotiation/ | crm-opp apply -; moves D1 | wc -l | grep -qx 4'
t 'several deals, one commit' '
	for i in 1 2 3; do crm-opp add "M$i" $i; done; n=$(git rev-list --count HEAD)
	crm-opp stage name~M quotation; test "$(git rev-list --count HEAD)" = $((n + 1))
	test "$(crm-opp list stage:quotation -o count)" = 3
'
t 'from a pipe' 'crm-opp list name~M -o ids | crm-opp stage - negotiation; test "$(crm-opp list name~M stage:negotiation -o count)" = 3'
t_exit 64 'over pipelines: refused where one lacks it' crm-opp stage D1 S1 quotation
t 'and none is moved' 'test "$(val D1 stage)" = negotiation'

# closing
t 'win' 't_tick 60; crm-opp win M1; test "$(val M1 stage,state,close)" = "won	won	2026-11-21"'
t 'winning twice does not move the day' 't_tick 100000; crm-opp win M1; test "$(val M1 close)" = 2026-11-21'
t_now 2026-11-21T12:00:00Z
t 'but --on does' 'crm-opp win M1 --on 2026-11-20; test "$(val M1 close)" = 2026-11-20'
t_exit 64 'lose needs a reason' crm-opp lose M2
t_err 'says how' '--reason'
t_exit 64 'a reason that is known' crm-opp lose M2 --reason whim
t_err 'those there are' 'price, competitor'
t 'lose' 'crm-opp lose M2 --reason competitor --competitor "Other Ltd"; test "$(val M2 state,reason,competitor,close)" = "lost	competitor	Other Ltd	2026-11-21"'
t_exit 64 'set stage=lost needs one, too' crm-opp set M3 stage=lost
t 'with it' 'crm-opp set M3 stage=lost reason=price; test "$(val M3 state)" = lost'
t_exit 64 'and stage' crm-opp stage D1 lost
t '--force' 'crm-opp add F1 1; crm-opp stage F1 lost --force; test "$(val F1 state)" = lost'
t 'hold, until' 'crm-opp add H1 1 stage=quotation; crm-opp hold H1 --until +2w; test "$(val H1 state,hold_until)" = "hold	2026-12-05"'
t 'reopen goes back to where it was' 'crm-opp reopen H1; test "$(val H1 stage,hold_until)" = "quotation	"'
t 'cancel' 'crm-opp cancel H1; test "$(val H1 state)" = cancelled'
t 'reopen of a lost one drops the reason' 'crm-opp reopen M2; test "$(val M2 stage,reason,competitor)" = "negotiation		"'
t 'over two closed stages' 'crm-opp hold D1; crm-opp win D1; crm-opp reopen D1; test "$(val D1 stage)" = negotiation'
t_exit 1 'reopen of an open one' crm-opp reopen D1
t 'in the service pipeline' 'crm-opp win S1; test "$(val S1 stage)" = "$(stages service won)"'
t_exit 65 'a pipeline without such a stage' '
	mlr --csv filter "!(\$pipeline == \"simple\" && \$state == \"hold\")" config/stages.csv >../s; cp ../s config/stages.csv; git commit -qam stages || :
	crm-opp add P1 1 pipeline=simple; crm-opp hold P1'
t_err 'says what to do' 'config/stages.csv'
t 'a note with it' 'crm-opp add N1 1 note=old; crm-opp win N1 --note "signed by Ann"; val N1 note | grep -q "old.*signed by Ann"'
t 'to another pipeline, with a stage of it' 'crm-opp add X1 1; crm-opp set X1 pipeline=service stage="$(stages service open | tail -n 1)"; test "$(val X1 pipeline)" = service'
t_exit 65 'not without one that it has' 'crm-opp add X2 1 stage=quotation; crm-opp set X2 pipeline=service'

t 'apply reads the pipeline before the stage' 'printf "id,stage,pipeline\n%s,%s,service\n" "$(crm-opp show X2 -o ids)" "$(stages service open | head -n 1)" | crm-opp apply -; test "$(val X2 pipeline)" = service'

# chance and weighted, against awk and sqlite3
crm-opp add W1 333.33 stage=quotation >/dev/null
crm-opp add W2 333.33 stage=quotation probability=33.3 >/dev/null
crm-opp add W3 'JPY 1001' stage=negotiation probability=50% >/dev/null
crm-opp add W4 'KWD 1.001' probability=0 >/dev/null
t 'probability is that of the stage' 'test "$(val W1 chance)" = "$(mlr --icsv --onidx filter "\$pipeline == \"sales\" && \$stage == \"quotation\"" then cut -f probability config/stages.csv)"'
t 'or the deal'"'"'s own' 'test "$(val W2 chance)" = 33.3; test "$(val W3 chance)" = 50; test "$(val W4 chance)" = 0'
t 'weighted is rounded once, to the digits of the currency' '
	test "$(val W1 weighted)" = "$(echo "scale=6; x = 333.33 * $(val W1 chance) / 100 + 0.005; scale=2; x / 1" | bc)"
	test "$(val W2 weighted)" = 111.00
	test "$(val W3 weighted)" = 501
	test "$(val W4 weighted)" = 0.000
'
t 'found by it' 'test "$(crm-opp list currency:EUR weighted:110..111 -o count)" = 1'
t_exit 65 'a probability beyond' crm-opp set W1 probability=101
t 'winning takes the own chance away' 'crm-opp win W2; test "$(val W2 chance,probability)" = "100	"'
t 'each move is told once: files and history agree' '
	sqlite3 :memory: -cmd ".mode csv" ".import stage-changes/2026/11.csv s" ".import opps/2026/11.csv o" \
		"select count(*) from o join s on s.opp = o.id where not exists (select 1 from s t where t.opp = o.id and t.\"to\" = o.stage)" >"$T/n"
	test "$(cat "$T/n")" = 0
'
t 'rows of stage-changes are not changed' '! crm-stage-change set x y=z'
t 'all clean' 'clean; git fsck --strict; crm check'
crm-opp add Late close=2027-03-01 >/dev/null
crm-opp set Late stage=won >/dev/null
t_same 'winning by set closes today' 2026-11-21 \
    "$(crm-opp list name~late -c close -o csv | sed 1d)"
crm-opp add Early close=2027-03-01 >/dev/null
crm-opp set Early stage=won close=2026-11-02 >/dev/null
t_same 'or on the day that is given' 2026-11-02 \
    "$(crm-opp list name~early -c close -o csv | sed 1d)"

# what a move entails, whichever way it is made
crm-opp add Way1 1 close=2026-11-10 probability=30 >/dev/null
crm-opp set Way1 stage=lost reason=price competitor=Rival
t_same 'a loss by set takes the own chance away' 'Rival,,2026-11-21' \
    "$(crm-opp list name:Way1 -c competitor,probability,close -o csv | sed 1d)"
crm-opp hold Way1 --until +1w
crm-opp set Way1 stage=won
t_same 'winning by set forgets loss and waiting' ',,' \
    "$(crm-opp list name:Way1 -c reason,competitor,hold_until -o csv | sed 1d)"
t 'reopened' crm-opp reopen Way1
t_err 'it will not close on a day gone by' 'no expected close now .it was 2026-11-21'
t_same 'so it is empty' '' "$(val Way1 close)"
crm-opp set Way1 close=2027-01-31
t 'a day to come stays' 'crm-opp win Way1 --on 2027-01-31; crm-opp reopen Way1; test "$(val Way1 close)" = 2027-01-31'
printf 'entity,field,required,stage\nopp,next,yes,quotation\nopp,country,yes,\n' >config/fields.csv
git add config && git commit -qm fields
t 'required with a stage is not required before it' crm-opp add Gate country=ES
t_exit 64 'but from there on' crm-opp stage Gate quotation
t_err 'naming it' 'needs next to be filled'
t_exit 64 'and before, where there is no stage' crm-opp add Gate2
t 'hold is no stage to be held to' crm-opp hold Gate
done_testing
