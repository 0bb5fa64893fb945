#!/bin/sh
# Days and limits of quotes and orders: what is due, until when it holds, how
# much is the most; what winning a deal does to the rest of it.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --timezone UTC
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 warranty=24 >"$OUT"
crm-product add name=Rock sku=ROCK price=10 warranty=1200 >"$OUT"
crm-product add name=Plain sku=PLAIN price=10 >"$OUT"
draft() { # NAME FIELD=VALUE...
	name=$1
	shift
	crm-quote new Acme name="$name" "$@"
}
state() { crm get "$1.state"; }

# --- until when ---------------------------------------------------------------
A=$(draft A valid_until=2026-11-21 followup=2026-11-28 \
    terms='50%@order rest@+14')
crm-quote line add "$A" WIN x2 >"$OUT"
B=$(draft B valid_until=2026-11-20)
crm-quote line add "$B" WIN >"$OUT"
t_exit 64 'one that is past is not issued' crm-quote issue "$B"
t_err 'which is said' 'valid_until is 2026-11-20, which is past'
t 'one that ends today is' crm-quote issue "$A"
crm-quote set "$B" valid_until=2026-11-29 >"$OUT"
crm-quote issue "$B" >"$OUT"
C=$(draft C valid_until=2027-11-21 followup=2026-11-28) # a draft
D=$(draft D valid_until=2026-11-28)
crm-quote line add "$D" PLAIN x1 >"$OUT"
crm-quote issue "$D" >"$OUT"
crm-quote set "$D" state=sent >"$OUT"
E=$(draft E valid_until=2026-11-22) # a draft that waits for nobody
due() { crm-quote due "$@" -c name -o csv | sed 1d | tr '\n' ' '; }
t_same 'what ends or is followed up within 7 days' 'A D C ' "$(due)"
t_same 'within 8' 'A D B C ' "$(due --within 8)"
t_same 'today' 'A ' "$(due --within 0)"

# --- moves --------------------------------------------------------------------
move() { # QUOTE STATE...
	q=$1
	shift
	for s; do crm-quote set "$q" state="$s" reason=price || return; done
}
t 'it is accepted, rejected after all, and sent again' \
    move "$D" accepted rejected sent
t 'and issued, once it was rejected' move "$D" rejected issued
t_same 'so it stands' issued "$(state "$D")"

G=$(draft G)
crm-quote line add "$G" PLAIN x1 >"$OUT"
crm-quote issue "$G" >"$OUT"
H=$(crm-quote revise "$G")
t 'it is ordered while it is revised' crm-quote order "$G" --accept
t_exit 77 'then the revision is not issued' crm-quote issue "$H"
t_err 'which is said' 'which it revises, is ordered by now'
t_same 'and both are as they were' 'ordered draft' "$(state "$G") $(state "$H")"
crm-order cancel R2026-0001 --reason "to be counted from 2" >"$OUT"

# --- orders -------------------------------------------------------------------
F=$(draft F terms='50%@order rest@delivery')
crm-quote line add "$F" WIN x3 >"$OUT"
crm-quote line add "$F" ROCK x1 >"$OUT"
crm-quote line add "$F" PLAIN x2 >"$OUT"
crm-quote issue "$F" >"$OUT"
O=$(crm-quote order "$F" --accept)
crm-quote order "$A" --accept >"$OUT" # 100.00 today, and then
parts() { crm-order due "$@" -c number,part,due,unpaid,days -o csv | sed 1d; }
# 330: 165.00 and 165.00; what is due today is not late
t_same 'what is due' 'R2026-0002,1,2026-11-21,165.00,
R2026-0003,1,2026-11-21,100.00,' "$(parts | sort)"
crm-order pay "$O" 100 >"$OUT" 2>&1
crm-order pay "$O" 5.50 >"$OUT" 2>&1
crm-order pay R2026-0003 20 >"$OUT" 2>&1
t_exit 64 'no more is paid than is owed' crm-order pay "$O" 224.51
t_exit 64 'no more goes back than was paid' crm-order pay "$O" 105.51 --refund
t_err 'which was' 'a refund of more than was paid; 105.50 EUR was paid'
t_same 'payments are of their own order' 'R2026-0002,1,2026-11-21,59.50,
R2026-0003,1,2026-11-21,80.00,' "$(parts | sort)"
t_exit 64 'not yet: delivered before it was ordered' crm-order deliver "$O" WIN \
    x1 --on 2026-11-20
t 'delivered on a later day' crm-order deliver "$O" WIN x2 --on 2026-12-10
t 'and, later told, on an earlier one' crm-order deliver "$O" WIN x1 \
    --on 2026-12-01
crm-order deliver "$O" ROCK x1 --on 2026-12-02 >"$OUT"
t 'one came back' crm-order return "$O" WIN x1 --reason broken --on 2026-12-11
t_exit 64 'no more comes back than came' crm-order return "$O" WIN x2.000001 \
    --reason broken
crm-order deliver "$O" PLAIN x1 --serial S1 --on 2026-12-03 >"$OUT"
t 'the last line' crm-order deliver "$O" PLAIN x1 --serial S2 --on 2026-12-03
there=$(git rev-parse HEAD)
t_same 'with what came back it is not delivered' confirmed "$(state "$O")"
t 'another one for it' crm-order deliver "$O" WIN x1 --on 2026-12-04
t_same 'now it is, since the last day' delivered,2026-12-10 \
    "$(state "$O"),$(crm get "$O.delivered")"
t_same 'and the rest is due' 'R2026-0002,2,2026-12-10,165.00' \
    "$(parts --within 30 | grep '^R2026-0002,2,' | cut -d, -f1-4)"
t_same 'what is due first comes first' '2026-11-21 2026-11-21 2026-12-05 2026-12-10 ' \
    "$(parts --within 30 | cut -d, -f3 | tr '\n' ' ')"
# 100 years; a serial number makes an asset also where no warranty does
t_same 'warranties, and what has a serial number' 'Plain,S1,
Plain,S2,
Rock,,2126-12-02' "$(crm-asset list name:Rock,Plain -c name,serial,warranty_until \
    -s name,serial -o csv | sed 1d)"
crm-order return "$O" PLAIN x2 --reason "too many" >"$OUT"
t_exit 77 'undo takes back no delivery of what came back' crm undo "$there" --force
t_err 'which would be more than came' 'more returned than delivered'
t_now 2026-11-22T10:00:00Z
t_same 'the day after it is late' 1 "$(parts number:R2026-0003 |
	cut -d, -f5)"
t_now 2026-12-21T10:00:00Z
t 'a cancelled order is not due' '
	crm-order cancel R2026-0003 --reason x --force
	test "$(crm-order due -c number -o csv | grep -c R2026-0003)" = 0'

# --- the rest of a deal that is won -------------------------------------------
t_now 2026-12-21T10:00:00Z
X=$(crm-opp add name=Tower account=Acme)
offer() { # NAME
	q=$(crm-quote new "$X" name="$1" valid_until=) &&
	    crm-quote line add "$q" PLAIN x1 >"$OUT" &&
	    crm-quote issue "$q" >"$OUT" && echo "$q"
}
W=$(offer Won) S=$(offer Sent) I=$(offer Issued) R=$(offer Rejected)
move "$S" sent >"$OUT"
move "$R" rejected >"$OUT"
crm-act add type=meet subject=Begun start='2026-12-21 09:00' opp="$X" >"$OUT"
crm-act add type=task subject=Letter start='2026-12-21 09:00' \
    due='2026-12-22 09:00' opp="$X" >"$OUT"
crm-act add type=meet subject=Later start='2026-12-21 11:00' opp="$X" >"$OUT"
crm-act add type=meet subject=Weekly start='2026-12-28 11:00' repeat=weekly \
    opp="$X" >"$OUT"
t 'it is won' crm-opp win "$X" --quote "$W"
t_err 'a series is told' '1 series goes on'
t_err 'what is asked how it went' '1 activity had begun, and is open until'
t_err 'what is not' '1 activity had begun, and is done'
t_same 'its other offers are superseded, but what was rejected' \
    'Issued,superseded Rejected,rejected Sent,superseded Won,ordered ' \
    "$(crm-quote list opp.name:Tower -c name,state -s name -o csv | sed 1d |
	tr '\n' ' ')"
t_same 'what had begun is done or asked for, what had not is cancelled' \
    'Begun,planned Later,cancelled Letter,done Weekly,planned ' "$(crm-act list opp.name:Tower \
	-c subject,state -s subject -o csv | sed 1d | sort -u | tr '\n' ' ')"
done_testing
