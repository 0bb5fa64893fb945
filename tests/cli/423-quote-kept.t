#!/bin/sh
# What was issued stays what it was, whatever becomes of the records, settings
# and templates that it was made of.
# shellcheck disable=SC2016 # blocks of sh
. "${0%/*}/../lib.sh"
t_store
FORMATS='text md html'
[ -x "$CRM_BIN/libexec/crm-render" ] && FORMATS="$FORMATS pdf"

# all NAME QUOTE ORDER: every form of both, in files NAME.*
all() {
	for f in $FORMATS; do
		crm-quote render "$2" -o "$f" >"$T/$1.q.$f" || return
		crm-order render "$3" -o "$f" >"$T/$1.o.$f" || return
	done
	crm-order export "$3" -o ubl >"$T/$1.ubl"
}
same() { # WHAT A B: all of their forms are equal
	for f in $FORMATS; do
		t "$1: $f of the quote" cmp "$T/$2.q.$f" "$T/$3.q.$f"
		t "$1: $f of the order" cmp "$T/$2.o.$f" "$T/$3.o.$f"
	done
	t "$1: the invoice" cmp "$T/$2.ubl" "$T/$3.ubl"
}
template() { # NAME: its text is on stdin
	mkdir -p templates/texts && cat >"templates/texts/$1"
}

printf 'entity,field,label,type,choices,required,hidden\n%s\n' \
    'account,tax_id,VAT id,text,,,' >config/fields.csv
template delivery <<'END'
Within {{customer.name}}'s gates by {{valid_until}}, under {{number}}.

	With care.
END
template terms <<'END'
Terms of 2026 of {{company.name}}.
END
template terms.de <<'END'
Bedingungen 2026.
END
cat >>crmrc <<'END'
[company]
	name = Glass Ltd
	address = "Low Road 1\n10115 Berlin"
	country = DE
	tax-id = DE811111111
	phone = +49 30 1234
	bank = DE02120300000000202051
END
git add -A && git commit -qm tables
crm-user set ana email=ana@glass.example role=Sales >/dev/null
A=$(crm-account add Acme street='Main Street 1' postcode=20095 city=Hamburg \
    country=DE tax_id=DE822222222)
C=$(crm-contact add 'Ada Lovelace' account=Acme email=ada@acme.example \
    phone=+49401111)
crm-product add Window sku=WIN price=100 unit=piece >/dev/null
crm-opp add Windows 5k account=Acme contact="$C" >/dev/null
Q=$(crm-quote new Windows name=Windows delivery=@delivery conditions=@terms \
    warranty='Two years')
crm-quote line add "$Q" WIN x3 >/dev/null
Q2=$(crm-quote new Windows name=Second conditions=@terms)
crm-quote line add "$Q2" WIN >/dev/null
t_same 'a draft keeps nothing' '' \
    "$(crm get "$Q.issued_to")$(crm get "$Q.issued_texts")"
crm-quote issue "$Q" >/dev/null
t_same 'whom it is for is kept with it' "account.name	Acme
account.street	Main Street 1
account.postcode	20095
account.city	Hamburg
account.country	DE
account.tax_id	DE822222222
contact.name	Ada Lovelace
contact.email	ada@acme.example
contact.phone	+49401111" "$(crm get "$Q.issued_to")"
t 'who offers it, too' sh -c "crm get $Q.issued_from | grep -qx \
    'company.name	Glass Ltd'"
t_same 'and the texts of templates, filled in' "language	en
delivery	Within Acme's gates by 2026-12-21, under Q2026-0001.
	X
		With care.
conditions	Terms of 2026 of Glass Ltd." "$(crm get "$Q.issued_texts" |
    sed 's/^	$/	X/')"
crm-quote issue "$Q2" >/dev/null
crm-quote accept "$Q" >/dev/null
O=$(crm-quote order "$Q" -o ids)
t_same 'an order keeps its own' "language	en
conditions	Terms of 2026 of Glass Ltd." "$(crm get "$O.issued_texts")"
t 'all of it is written' all was "$Q" "$O"
t 'the text of the template is in it' grep -q '^Within Acme.s gates' \
    "$T/was.q.text"
t 'the invoice has the conditions, not the name of their template' \
    grep -q '<cbc:Note>Terms of 2026 of Glass Ltd\.</cbc:Note>' "$T/was.ubl"
t 'the quote shows no change' crm-quote show "$Q" -o table
t_exit 1 'nothing to tell' grep -q 'changed since' "$OUT"
for w in issued_to issued_from issued_texts; do
	printf 'id,%s\n%s,x\n' "$w" "$Q2" >"$T/i.csv"
	t_exit 77 "$w does not change" sh -c "crm-quote apply - <'$T/i.csv'"
	printf 'id,%s\n%s,x\n' "$w" "$O" >"$T/i.csv"
	t_exit 77 "$w of the order" sh -c "crm-order apply - <'$T/i.csv'"
done
t_exit 77 'nor the texts of an order' crm-order set "$O" conditions=None
t_err 'which says so' 'conditions: .* is ordered'

# --- everything changes -------------------------------------------------------
crm-account set "$A" name='Acme International' street='Side Street 9' \
    city=Bremen tax_id=DE833333333 >/dev/null
crm-contact set "$C" name='Ada Byron' email=byron@acme.example phone= >/dev/null
crm-product set WIN name=Pane unit=m2 sku=PANE price=250 >/dev/null
crm-user set ana email=other@glass.example role=Boss >/dev/null
sed -i 's/Glass Ltd/Crystal plc/;s/Low Road/High Road/;s/DE8111/DE9999/' crmrc
sed -i 's/DE0212030/DE0999999/;s/+49 30 1234/+49 30 9/' crmrc
echo 'Later: {{number}}' | template delivery
echo 'Terms of 2027.' | template terms
echo 'Bedingungen 2027.' | template terms.de
printf '[quote]\n\tlanguage = de\n' >>crmrc
git add -A && git commit -qm changed
t 'all of it is written again' all is "$Q" "$O"
same 'after all has changed' was is
t 'the show tells where the customer is now' crm-quote show "$Q" -o table
t_out 'then and today' 'account\.street +Main Street 1 +Side Street 9'
t_out 'a number that is gone' 'contact\.phone +\+49401111 *$'
t 'of an order as well' crm-order show "$O" -o table
t_out 'then and now' 'account\.street +Main Street 1 +Side Street 9'
R=$(crm-quote revise "$Q2")
crm-quote render "$R" >"$T/revised"
t 'a revision is of today' grep -q 'Side Street 9' "$T/revised"
t 'so are its texts' grep -q '^Bedingungen 2027' "$T/revised"
crm-quote diff "$R" -o csv >"$T/diff"
t 'what differs is told: the address' grep -qx \
    'customer,account.street,Main Street 1,Side Street 9' "$T/diff"
t 'who sends it' grep -qx 'sender,company.name,Glass Ltd,Crystal plc' "$T/diff"
t 'and the texts' grep -qx \
    'texts,conditions,Terms of 2026 of Glass Ltd.,Bedingungen 2027.' "$T/diff"
crm-quote render "$Q2" --language en >"$T/en"
crm-quote render "$Q2" >"$T/own"
t 'its own language is that of then' cmp "$T/en" "$T/own"
t 'another one is of today' crm-quote render "$Q2" --language de
t_out 'by its template' '^Bedingungen 2027'
git rm -qr templates && git commit -qm gone
t 'without the templates' all is "$Q" "$O"
same 'templates are gone' was is
t_exit 66 'a draft needs them' crm-quote render "$R"
t_exit 66 'and is not issued without them' crm-quote issue "$R"
t_err 'which says what is missing' "conditions: there is no template 'texts/t"
git revert --no-edit HEAD >/dev/null

# --- what was issued before it kept anything ----------------------------------
for f in quotes/*/*.csv; do
	mlr --csv -I put '$issued_to = ""; $issued_from = ""; $issued_texts = ""' "$f"
done
git commit -qam old
t 'it follows the records' crm-quote render "$Q"
t_out 'their address' 'Side Street 9'
t 'nothing is told of it' crm-quote show "$Q" -o table
t_exit 1 'as there is nothing to compare' grep -q 'changed since' "$OUT"
t 'the store is in order' crm check
done_testing
