#!/bin/sh
# What a command prints is the id of what it is about, and of nothing else that
# it changed or made on the way: it goes into the next command.
. "${0%/*}/../lib.sh"
t_store
crm-user add 'Ana Test' login=ana >"$OUT" 2>&1
crm-product add Window sku=WIN price=450 warranty=24 >"$OUT"
crm-account add Acme >"$OUT"
deal=$(crm-opp add Roof 5k account=Acme product=Window -o ids)
crm-act call Roof fri 10:00 budget >"$OUT"

q=$(crm-quote new "$deal" -o ids)
t_same 'new: the quote, not its first line' 1 \
    "$(crm-quote list "$q" -o count)"
t_same 'a dry run prints what it would print, once' "$q" \
    "$(crm-quote set "$q" intro=Hello note=Bye -n -o ids 2>"$ERR")"
t_same 'and nothing where nothing changes' '' \
    "$(crm-quote set "$q" intro= -n -o ids 2>"$ERR")"
t_same 'issue' "$q" "$(crm-quote issue "$q" -o ids)"
r=$(crm-quote revise "$q" -o ids)
t_same 'revise: the new one' "$q" "$(crm get "$r.previous")"
crm-product set WIN price=500 >"$OUT"
t_same 'reprice: the quote whose lines it changed' "$r" \
    "$(crm-quote reprice "$r" -o ids)"
t_same 'and none where none was' '' "$(crm-quote reprice "$r" -o ids)"
t_same 'issue of a revision: not what it takes the place of' "$r" \
    "$(crm-quote issue "$r" -o ids)"
t_same 'that is superseded, though' superseded "$(crm get "$q.state")"
other=$(crm-quote new "$deal" -o ids)
crm-quote issue "$other" >"$OUT"
o=$(crm-opp win "$deal" --quote "$r" -o ids)
t_same 'win: the order' "$r" "$(crm get "$o.quote")"
t_same 'pay' "$o" "$(crm-order pay "$o" 100 2>"$ERR")"
t_same 'pay with rows prints no id beside them' part \
    "$(crm-order pay "$o" 100 -o csv 2>"$ERR" | head -n 1 | cut -d, -f2)"
t_same 'deliver' "$o" "$(crm-order deliver "$o" all --serial S1)"
t_same 'return' "$o" "$(crm-order return "$o" 1 x1 --reason broken)"
done_testing
