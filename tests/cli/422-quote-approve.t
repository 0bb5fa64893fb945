#!/bin/sh
# Discounts above what somebody may give: who approves them, and of what.
. "${0%/*}/../lib.sh"
t_store acme --currency EUR --timezone UTC

crm-account add Acme >/dev/null
for u in 'Bo Manager:bo:' 'Cy Boss:cy:bo' 'Di Limit:di:' 'Ed Small:ed:' 'Fay Gone:fay:'; do
	IFS=: read -r name login _ <<X
$u
X
	crm-user add "$name" login="$login" email="$login@example.org" >/dev/null
done
crm-user set ana manager=bo discount_limit=10 >/dev/null
crm-user set bo manager=cy >/dev/null
crm-user set di discount_limit=25 >/dev/null
crm-user set ed discount_limit=12.5 >/dev/null
crm-user set fay discount_limit=100 active=no >/dev/null

draft() { # NAME DISCOUNT
	q=$(crm-quote new Acme name="$1" owner=ana) &&
	    crm-quote line add "$q" name=Work price=100 list=100 discount="$2" >/dev/null &&
	    echo "$q"
}
as() {
	mkdir -p "$T/as/$1/crm"
	[ -f "$T/as/$1/crm/crmrc" ] ||
	    printf '[user]\n\tlogin = %s\n' "$1" >"$T/as/$1/crm/crmrc"
	(export XDG_CONFIG_HOME="$T/as/$1" && shift && "$@")
}
rows() { cat approvals/*/*.csv 2>/dev/null | sed 1d | wc -l; }

# --- who needs it, who gives it ---------------------------------------------
Q=$(draft Fine 10%)
t_exit 1 'a discount within the limit needs none' as bo crm-quote approve "$Q"
t_err 'which is said' 'needs no approval: its discount is 10 %'
Q=$(draft Much 20%)
t_exit 77 'above it, its owner cannot approve' crm-quote approve "$Q"
t_err 'who could is told' 'not yours to approve; it is of Bo Manager, Cy Boss, Di Limit'
t_exit 77 'nor somebody with a limit that is too small' as ed crm-quote approve "$Q"
t_exit 77 'nor somebody who has left' as fay crm-quote approve "$Q"
t_exit 77 'nor who is no user' as zoe crm-quote approve "$Q"
t_err 'who is told why' "'zoe' is no login"
t_same 'nothing was approved' 0 "$(rows)"
t '-n shows what would be' as di crm-quote approve "$Q" -n
t_out 'the limit' ',limit,,25$'
t_same 'and does nothing' 0 "$(rows)"
t_same 'somebody whose limit is enough approves' "$Q" \
    "$(as di crm-quote approve "$Q" --note 'old customer')"
t_same 'which is a row' 'di,2026-11-21T10:00:00Z,25,20,,old customer' \
    "$(mlr --icsv --ocsv --headerless-csv-output \
	cut -o -f by,at,limit,discount,signature,note approvals/*/*.csv)"
t_same 'that belongs to the quote' "$Q" \
    "$(mlr --icsv --onidx cut -f quote approvals/*/*.csv)"
t_exit 1 'once is enough' as bo crm-quote approve "$Q"
t_err 'and by whom it was is told' 'approved already, by Di Limit'

E=$(draft Exact 25%)
t 'a limit that is just enough' as di crm-quote approve "$E"
t 'and counts as one' crm-quote show "$E" -o table
t_out 'when it is shown' '^approved by Di Limit$'
F=$(draft Above 25.01%)
t_exit 77 'one that is just too small' as di crm-quote approve "$F"
crm-quote rm "$E" "$F" >/dev/null

t 'show says by whom' crm-quote show "$Q" -o table
t_out 'inside only' '^approved by Di Limit$'

# --- of what ------------------------------------------------------------------
crm-quote set "$Q" note='for us' opp= >/dev/null
t_exit 1 'what the customer is not told changes nothing' as bo crm-quote approve "$Q"
crm-quote line set "$Q" 1 discount=21% >/dev/null
t 'show says that it is void' crm-quote show "$Q" -o table
t_out 'and who could approve' \
    '^needs approval again, since it has changed: Bo Manager, Cy Boss, Di Limit$'
t_same '+APPROVE are those that wait' "$Q" "$(crm-quote list +APPROVE -o ids)"
t 'what he is told makes it void' as bo crm-quote approve "$Q"
t_same 'a manager without a limit has none' ',21' \
    "$(mlr --icsv --ocsv --headerless-csv-output filter '$by == "bo"' \
	then cut -o -f limit,discount approvals/*/*.csv)"
cat >"$T/digest.py" <<'END'
# What is approved, by its names and lengths; where it goes only if it is said.
import csv, glob, hashlib, sys
def rows(d): return [r for f in sorted(glob.glob(d + "/*/*.csv"))
    for r in csv.DictReader(open(f, newline=""))]
def text(r, names):
    return "".join("%s %d %s\n" % (n, len((r.get(n) or "").encode()),
        r.get(n) or "") for n in names.split())
q = [r for r in rows("quotes") if r["id"] == sys.argv[1]][0]
s = text(q, "account contact currency tax rounding halves cash discount "
    "shipping shipping_tax adjustment terms valid_until vouchers intro "
    "delivery warranty conditions")
if q.get("ship_to"): s += text(q, "ship_to")
for l in rows("quote-lines"):
    if l["quote"] == q["id"]: s += "line\n" + text(l, "kind product sku "
        "name quantity unit list price discount tax choice group of")
print(hashlib.sha256(s.encode()).hexdigest())
END
digest() { mlr --icsv --onidx filter '$quote == "'"$Q"'" && $by == "bo"' then \
    tail -n 1 -g quote then cut -f digest approvals/*/*.csv; }
t_same 'the digest is of what it says' "$(python3 "$T/digest.py" "$Q")" "$(digest)"
crm-quote set "$Q" ship_to='Kai 3
Hamburg' >/dev/null
t_same 'where it goes is told him, too' missing "$(crm get "$Q.approval")"
crm-quote set "$Q" ship_to= >/dev/null
crm-quote line set "$Q" 1 discount=20% >/dev/null
t_exit 1 'what was approved once, and is so again, is' as bo crm-quote approve "$Q"

t_same 'a column tells, too' 'Fine,
Much,given' "$(crm-quote list -c name,approval -o csv -s name | sed 1d)"
t_same 'and none waits' 0 "$(crm-quote list +APPROVE -o count)"

# --- issuing ------------------------------------------------------------------
P=$(draft Waiting 30%)
t 'without approval it is issued' crm-quote issue "$P" -n
t_err 'but that the order will be refused is said' \
    'discount of 30 % is above the limit of 10 %, and it is not ordered.*Bo Manager, Cy Boss can give it'
printf '[quote]\n\tapproval = issue\n' >>crmrc
git commit -qam settings
t_exit 77 'quote.approval = issue refuses that' crm-quote issue "$P"
t_err 'with who could' 'not issued without approval; Bo Manager, Cy Boss'
t_same 'no number was given' '' "$(cat numbers.csv 2>/dev/null)"
t_tick 86400
as cy crm-quote approve "$P" >/dev/null
t_tick 86400
t 'approved it is issued' crm-quote issue "$P"
t_same 'with the day until which it was approved' 2026-12-21 \
    "$(crm get "$P.valid_until")"
W=$(draft Wanting 30%)
crm-quote issue "$W" >/dev/null 2>&1
t_same 'one that was refused waits' "$W" "$(crm-quote list +APPROVE -o ids)"
t_exit 1 'and is approved still' as bo crm-quote approve "$P"
sed -i 's/approval = issue/approval = never/' crmrc
t_exit 65 'another word is refused' crm-quote issue "$Q"
sed -i 's/approval = never/approval = order\n\tdiscount-limit = 5%/' crmrc
git commit -qam settings

crm-quote issue "$W" >/dev/null 2>&1
t_same 'one that is issued waits, too' "$W,issued" \
    "$(crm-quote list +APPROVE -c id,state -o csv | sed 1d)"

# --- limits by the setting, and without an owner -------------------------------
R=$(crm-quote new Acme name=Nobody owner=cy)
crm-quote line add "$R" name=Work price=95 list=100 >/dev/null
t_exit 1 'of who has no limit that of the setting holds' as di crm-quote approve "$R"
crm-quote line set "$R" 1 price=94.99 >/dev/null
t 'to the last digit' as di crm-quote approve "$R"
crm-quote set "$R" discount=20% >/dev/null
t_exit 77 'nobody stands above the boss' as bo crm-quote approve "$R"
t_err 'only who has a limit' 'it is of Di Limit$'
crm-quote set "$R" discount=50% >/dev/null
t_exit 77 'or nobody at all' as cy crm-quote approve "$R"
t_err 'which is said' "it is nobody's"

crm-quote set "$R" discount=20% >/dev/null
as di crm-quote approve "$R" >/dev/null
t 'a draft goes with its approvals' crm-quote rm "$R"
t_same 'which are not left' 0 "$(cat approvals/*/*.csv | grep -c "$R")"

# --- taken back, and in two clones -------------------------------------------
U=$(draft Undone 20%)
as di crm-quote approve "$U" >/dev/null
n=$(rows)
t 'undo takes an approval back' as di crm undo
t_err 'and counts it' '^crm undo: 0 added, 0 changed, 1 removed$'
t_same 'a row less' "$((n - 1)) missing" "$(rows) $(crm get "$U.approval")"
t 'it can be given again' as di crm-quote approve "$U"
t_same 'as if nothing had been' "$n given" "$(rows) $(crm get "$U.approval")"
git clone -q . "$T/clone"
V=$(draft Both 20%) && git -C "$T/clone" pull -q
there() { (cd "$T/clone" && export CRM_SEED=there && as di "$@" >/dev/null 2>&1); }
there crm init .
there crm-quote approve "$V"
crm-quote line set "$V" 1 discount=22% >/dev/null
t 'one changes it while the other approves it: both are merged' \
    git pull -q --no-rebase --no-edit "$T/clone" HEAD
t_same 'the approval is there' 1 "$(cat approvals/*/*.csv | grep -c "$V")"
t_same 'and void' missing "$(crm get "$V.approval")"
t_exit 77 'nor is it ordered' "crm-quote issue '$V' >/dev/null 2>&1
    crm-quote order '$V' --accept"
t_err 'which says why' 'it was approved, and has changed since; .*Di Limit can give it'
t 'it is approved as it is now' as di crm-quote approve "$V"
t 'and ordered' crm-quote order "$V" --accept
t_same 'it was one approval each' 2 "$(cat approvals/*/*.csv | grep -c "$V")"
V=$(draft Twice 20%) && git -C "$T/clone" pull -q --no-rebase
there crm-quote approve "$V"
as bo crm-quote approve "$V" >/dev/null
t 'two approve it, in two clones' git pull -q --no-rebase --no-edit "$T/clone" HEAD
t_same 'both count' '2 given' "$(cat approvals/*/*.csv | grep -c "$V") $(crm get "$V.approval")"
t_same 'nothing is wrong with that' '' "$(crm check)"

# --- rows that nobody gave ------------------------------------------------------
f=$(echo approvals/*/*.csv)
before=$(cat "$f")
sed -n '$p' "$f" | sed 's/^\(V2611-..\)....../\1000000/' >"$T/row"
cat "$T/row" >>"$f"
t_exit 77 'a row by hand is refused' crm commit
t_err 'with what gives it' 'crm-quote approve'
printf '%s\n' "$before" >"$f"

# --- signed ---------------------------------------------------------------------
Q=$(draft Signed 20%)
if command -v ssh-keygen >/dev/null; then
	ssh-keygen -q -t ed25519 -N '' -f "$T/key" -C di && {
		git config gpg.format ssh
		git config user.signingkey "$T/key"
	}
	t 'where git has a key it is signed' as di crm-quote approve "$Q"
	mlr --icsv --ojson filter '$quote == "'"$Q"'"' approvals/*/*.csv |
	    jq -r '.[0].signature' >"$T/sig"
	mlr --icsv --ojson filter '$quote == "'"$Q"'"' approvals/*/*.csv |
	    jq -r '.[0] | "crm-approval\nquote \(.quote)\ndigest \(.digest)\nlimit \(.limit)\nby \(.by)\nat \(.at)"' >"$T/text"
	echo "di@example.org $(cat "$T/key.pub")" >"$T/allowed"
	t 'which ssh-keygen finds right' "ssh-keygen -Y verify -f '$T/allowed' \
	    -I di@example.org -n crm-approval -s '$T/sig' <'$T/text'"
	t_same 'nobody is told whom git does not know' '' "$(crm check)"
	git config gpg.ssh.allowedSignersFile "$T/allowed"
	t 'check knows who signed' crm check
	t_out 'and tells' 'approvals: note: 1 signature is right: di@example.org'
	echo "eve@example.org $(cat "$T/key.pub")" >"$T/allowed"
	t_exit 65 'a key that is of somebody else' crm check
	t_out 'is told' "error: .*$Q: is given by di, but signed by eve@example.org"
	echo "di@example.org $(cat "$T/key.pub")" >"$T/allowed"
	sed -i "/$Q/s/,25,/,90,/" approvals/*/*.csv
	git commit -qam forged
	t_exit 65 'a row that was changed' crm check
	t_out 'is told' "error: .*$Q: its signature is not of this text"
	git reset -q --hard HEAD~
	git config user.signingkey "$T/nokey"
	P=$(draft NoKey 20%)
	n=$(rows)
	t_exit 74 'a key that is not there' as di crm-quote approve "$P"
	t_err 'approves nothing' 'nothing was approved'
	t_same 'indeed' "$n" "$(rows)"
else
	t_skip 'signatures of ssh' 'no ssh-keygen'
fi
if command -v gpg >/dev/null; then
	export GNUPGHOME="$T/gnupg"
	mkdir -m 700 "$GNUPGHOME"
	gpg --batch --quiet --passphrase '' --quick-generate-key \
	    'Di Limit <di@example.org>' default default never >/dev/null 2>&1
	git config gpg.format openpgp
	git config user.signingkey di@example.org
	P=$(draft Gpg 20%)
	t 'gpg signs, too' as di crm-quote approve "$P"
	# as crm-store(5) says, without us
	mlr --icsv --ojson filter '$quote == "'"$P"'"' approvals/*/*.csv >"$T/row.json"
	jq -r '.[0].signature' "$T/row.json" >"$T/sig"
	jq -r '.[0] | "crm-approval\nquote \(.quote)\ndigest \(.digest)\nlimit \(.limit)\nby \(.by)\nat \(.at)"' \
	    "$T/row.json" >"$T/text"
	t 'which gpg finds right' gpg --verify "$T/sig" "$T/text"
	sed -i 's/^limit .*/limit 90/' "$T/text"
	t_exit 1 'and wrong of another text' gpg --verify "$T/sig" "$T/text"
	t 'and check knows' crm check
	t_out 'whose that is' 'right: .*Di Limit <di@example.org>'
	sed -i "/$P/s/,20,/,30,/; /$P/s/by di/by bo/" approvals/*/*.csv
	sed -i "/$P/s/,25,/,50,/" approvals/*/*.csv
	git commit -qam forged
	t_exit 65 'and if it is wrong' crm check
	gpgconf --kill all >/dev/null 2>&1
else
	t_skip 'signatures of gpg' 'no gpg'
fi

# --- a list price without measure ----------------------------------------------
for list in 900000000000 900000000000000000; do
	Q=$(crm-quote new Acme name="$list" owner=ana)
	crm-quote line add "$Q" name=Work price=100 list=$list \
	    quantity=1000000 >/dev/null
	t_same "it makes no discount disappear: $list" missing \
	    "$(crm get "$Q.approval")"
done
done_testing
