#!/bin/sh
# What a deal must have before it comes to a stage: config/gates.csv.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --pipelines sales,service
stage() { crm-opp show "$1" -c stage -o tsv | tail -n +2; }
gates() { # ROWS
	{ echo pipeline,stage,of,needs,say; cat; } >config/gates.csv
	git add config/gates.csv
	git commit -qm gates
}
gates <<'END'
service,coordination,act,type:visit state:done,the place was measured
service,payment,quote,"state:accepted,ordered",
service,installation,order,standing:paid,the order is paid
END
t 'the table is in order' crm check
crm-account add Acme >"$OUT"
crm-product add name=Lift sku=LIFT price=900 >"$OUT"
D=$(crm-opp add Lift account=Acme pipeline=service)
t 'a stage without a gate' crm-opp stage "$D" measurements
t_exit 64 'nothing was measured' crm-opp stage "$D" coordination
t_err 'what it needs, and who says so' \
    "stage 'coordination' needs that the place was measured \\(config/gates.csv:2, or --force\\)"
t_same 'it stays where it is' measurements "$(stage "$D")"
crm-act visit "$D" 2026-11-20 09:00 1h 'measuring' >"$OUT"
t_exit 64 'a visit that is yet to be' crm-opp stage "$D" coordination
crm-act done "$(crm-act list "opp:$D" -o ids)" purpose=measure \
    result='is 90 wide' >"$OUT" 2>&1
t 'measured' crm-opp stage "$D" coordination
t_exit 64 'over a gate to a later stage' crm-opp set "$D" stage=installation
t_err 'without words of its own it is the filter' \
    "'payment': no quote of the deal passes 'state:accepted,ordered' \\(config/gates.csv:3"
t_exit 64 'in an import of what is no history, too' crm-opp add Other \
    pipeline=service stage=payment
Q=$(crm-quote new "$D")
crm-quote line add "$Q" LIFT >"$OUT"
crm-quote issue "$Q" >"$OUT"
O=$(crm-quote order "$Q" --accept)
t 'accepted' crm-opp stage "$D" payment
crm-order pay "$O" 800 >"$OUT" 2>&1
t_exit 64 'paid in part' crm-opp stage "$D" installation
t_err 'is not paid' 'needs that the order is paid'
crm-order pay "$O" 100 >"$OUT" 2>&1
t 'paid' crm-opp stage "$D" installation
t_same 'it is there' installation "$(stage "$D")"
t 'back goes without asking' crm-opp stage "$D" first-call
D2=$(crm-opp add Second account=Acme pipeline=service)
t_exit 64 'the order of another deal is none of its own' \
    crm-opp stage "$D2" installation
t_exit 64 'winning is a stage, too' crm-opp win "$D2"
t 'losing has no gate' crm-opp lose "$D2" --reason price
t_exit 64 'from there it passes all gates again' \
    crm-opp stage "$D2" coordination
t '--force' crm-opp stage "$D2" coordination --force
t 'another pipeline has none' \
    'D3=$(crm-opp add Third account=Acme pipeline=sales)
     crm-opp stage "$D3" negotiation'
printf 'name,pipeline,stage\nOld,service,installation\n' >"$T/old.csv"
t 'history is not held to it' crm-opp import "$T/old.csv"
printf 'name,pipeline,stage\nNew,service,installation\n' >"$T/new.csv"
t_exit 3 'unless that is wanted' crm-opp import --gates "$T/new.csv"

gates <<'END'
service,nowhere,order,standing:paid,
END
t_exit 65 'a stage that there is not' crm-opp stage "$D" measurements
t_err 'with its line' \
    "config/gates.csv:2: there is no stage 'nowhere' in service"
gates <<'END'
service,payment,product,brand:Atlas,
END
t_exit 65 'what belongs to no deal' crm check
t_out 'with its line' "config/gates.csv:2: error: of: no records of a deal are called 'product'"
gates <<'END'
service,payment,order,standin:paid,
END
t_exit 65 'a filter that is none' crm check
t_out 'with its line' 'config/gates.csv:2: error: needs: .*standin'
done_testing
