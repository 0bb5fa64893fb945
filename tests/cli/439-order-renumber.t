#!/bin/sh
# Two clones order, or revise, one quote, and issue without a remote that gives
# numbers: crm check tells what has one number, renumber is the way out.
. "${0%/*}/../lib_clones.sh"
t_store hub
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 >"$OUT"
quote() {
	q=$(crm-quote new Acme name="$1") &&
	    crm-quote line add "$q" WIN x2 >/dev/null && echo "$q"
}
A=$(quote Far)
crm-quote issue "$A" >"$OUT"
B=$(quote Near)
crm-quote issue "$B" >"$OUT"
X=$(quote One)
Y=$(quote Two)
t_exit 77 'a number that one has stays' crm-quote renumber "$A"
t_err 'which is told' 'Q2026-0001: no other quote has this number'
t_exit 77 'a draft has none' crm-quote renumber "$X"
t_clones
number() { as ana crm get "$1.number"; }

# --- orders of one quote ------------------------------------------------------
O=$(as ana crm-quote order "$A" --accept)
t_tick 60
P=$(as bo crm-quote order "$A" --accept)
t 'both order it' exchange
t_same 'under one number' 'R2026-0001 R2026-0001' "$(number "$O") $(number "$P")"
t_exit 65 'crm check finds it' as ana crm check
t_out 'the way out is told' 'the same number as in .*; crm-order renumber ID '
t_out 'the number and whose' \
    "same number as in .*: 'R2026-0001' of ($O and $P|$P and $O); crm-order"
t_exit 77 'the earlier one keeps it' as ana crm-order renumber "$O"
t_err 'the other is named' "as the earlier one; crm-order renumber $P"
t 'a dry run shows it' as ana crm-order renumber "$P" -n
t_same 'and takes no number' R2026-0001 "$(number "$P")"
t 'the later one gets the next' as ana crm-order renumber "$P"
t_err 'it is said' 'R2026-0001 is R2026-0002 now; where a customer has it'
t_same 'it has it' 'R2026-0001 R2026-0002' "$(number "$O") $(number "$P")"
t_same 'its note says what it was' \
    'its number was R2026-0001 until 2026-11-21' "$(as ana crm get "$P.note")"
t 'its log says it' as ana crm log "$P"
t_exit 77 'once' as ana crm-order renumber "$P"
t_exit 77 'it is not taken back' as ana crm undo
t 'then one of them is called off' \
    as ana crm-order cancel "$P" --reason 'ordered twice'

# --- revisions ------------------------------------------------------------------
push ana && pull bo
R=$(as ana crm-quote revise "$B")
S=$(as bo crm-quote revise "$B")
as bo crm-quote issue "$S" >"$OUT"
t 'both revise one quote' exchange
t_same 'under one number' 'Q2026-0002-R2 Q2026-0002-R2' \
    "$(number "$R") $(number "$S")"
t_exit 77 'what is issued keeps it' as ana crm-quote renumber "$S"
t 'the draft does not' as ana crm-quote renumber "$R"
t_same 'it is the next revision' 'Q2026-0002-R3 3' \
    "$(number "$R") $(as ana crm get "$R.revision")"


Z=$(as ana crm-quote new Acme name=Zed)
as ana crm-quote line add "$Z" WIN x2 >/dev/null
as ana crm-quote issue "$Z" >"$OUT"
push ana && pull bo
base=$(number "$Z")
R=$(as ana crm-quote revise "$Z")
S=$(as bo crm-quote revise "$Z")
t_tick 60
as ana crm-quote issue "$R" >"$OUT"
as bo crm-quote issue "$S" >"$OUT"
t 'both issue what they revised' exchange
t_exit 65 'under one number' as ana crm check
t_exit 77 'one keeps it' as ana crm-quote renumber "$R"
t 'the other is the next revision, though it is issued' \
    as ana crm-quote renumber "$S"
t_same 'with its number' "$base-R2 $base-R3 3" \
    "$(number "$R") $(number "$S") $(as ana crm get "$S.revision")"
R=$(as ana crm-quote revise "$R")
t_same 'a revision of the first comes behind both' "$base-R4 4" \
    "$(number "$R") $(as ana crm get "$R.revision")"
as ana crm-quote rm "$R" >"$OUT"

# --- numbers that no remote gives ----------------------------------------------
t 'both issue' '
	push ana && pull bo
	for who in ana bo; do
		printf "\n[number]\n\tremote = none\n" >>"$T/$who/crmrc"
		as $who git commit -qam "numbers are given here"
	done
	as ana crm-quote issue "$X"
	as ana crm-quote set "$X" state=sent
	as bo crm-quote issue "$Y"
	exchange'
t_same 'under one number' "$(number "$X")" "$(number "$Y")"
t_exit 77 'what was sent keeps it' as ana crm-quote renumber "$X"
t_err 'whichever was earlier' 'since a customer has it'
t 'unless it is forced' as ana crm-quote renumber "$X" --force -n
t 'the other gets the next' as ana crm-quote renumber "$Y"
t_same 'which is free' Q2026-0005 "$(number "$Y")"
t 'crm check finds no error' as ana crm check
done_testing
