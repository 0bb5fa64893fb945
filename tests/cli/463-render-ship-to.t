#!/bin/sh
# Where an order goes, if not to the customer: on its documents, on the note of
# a delivery in place of the customer's address, and in the invoice.
. "${0%/*}/../lib.sh"
t_store
cat >>crmrc <<'END'
[company]
	name = Atlas
	address = Ring 5\n53113 Bonn
	country = DE
	tax-id = DE123456789
END
printf 'tax,part,from,label,rate,compound,code,reason\nstd,,,VAT,19,,S,\n' >config/taxes.csv
git add -A && git commit -qm settings
crm-account add Acme street='Weg 2' postcode=53111 city=Bonn country=DE >/dev/null
crm-contact add name=Ada account=Acme >/dev/null
there='Hotel "Nord" & Süd
Kai 3, Tor 2
20457 Hamburg'
quote() { # FIELD=VALUE...
	q=$(crm-quote new Acme name=Hotel contact=Ada "$@") &&
	    crm-quote line add "$q" name=Work price=100 quantity=2 tax=std >/dev/null &&
	    echo "$q"
}
Q=$(quote ship_to="$there")
lines() { sed -n "/$1/,/Hamburg/p" | sed 's/^ *//'; }

# --- quotes ---------------------------------------------------------------------
t_same 'a draft has it' "Deliver to: $there" "$(crm-quote render "$Q" | lines 'Deliver to')"
t_same 'in its language' 'Lieferadresse: Hotel "Nord" & Süd' \
    "$(crm-quote render "$Q" --language de | lines Lieferadresse | head -n 1)"
for l in ar de en es fr he it zh; do
	t "each language has a word: $l" grep -q '^ship_to,.' "$CRM_SHARE/templates/words/$l.csv"
done
crm-quote issue "$Q" >/dev/null
t_exit 77 'what is issued goes there' crm-quote set "$Q" ship_to=elsewhere
N=$(quote)
t_same 'without one nothing is said' 0 "$(crm-quote render "$N" | grep -c 'Deliver to')"
crm-quote issue "$N" >/dev/null
V=$(quote ship_to="$there")
crm-quote issue "$V" >/dev/null
R=$(crm-quote revise "$V" -o ids)
t_same 'a revision goes there, too' "$there" "$(crm get "$R.ship_to")"
crm-quote set "$R" ship_to="Kai 4
Hamburg" >/dev/null
t 'diff tells of another' crm-quote diff "$V" "$R"
t_out 'the field' ship_to

# --- orders ---------------------------------------------------------------------
O=$(crm-quote order "$Q" --accept 2>/dev/null)
t_same 'the order goes there' "$there" "$(crm get "$O.ship_to")"
t_same 'which its confirmation has' "Deliver to: $there" \
    "$(crm-order render "$O" | lines 'Deliver to')"
t 'escaped in HTML' "crm-order render $O -o html | grep -q '<bdi>Hotel &quot;Nord&quot; &amp; Süd\$'"
t 'a row in Markdown' "crm-order render $O -o md |
    grep -q '^- Deliver to: Hotel .*<br>Kai 3, Tor 2<br>20457 Hamburg\$'"
if [ -x "$CRM_BIN/libexec/crm-render" ] && command -v pdftotext >/dev/null; then
	crm-order render "$O" -o pdf >"$T/o.pdf"
	pdftotext -layout "$T/o.pdf" "$T/o.txt"
	t 'and the PDF' grep -q 'Deliver to  *Hotel "Nord" & Süd$' "$T/o.txt"
	t 'line by line' grep -q '  Kai 3, Tor 2$' "$T/o.txt"
else
	t_skip 'the PDF' 'no crm-render or no pdftotext'
fi
note() { crm-order render "$O" --template order-delivery "$@"; }
t_same 'a delivery note is made out to it, for the customer' "Acme
$there" "$(note | lines '^Acme')"
t_same 'and has no other address' 0 "$(for f in text md html page; do
	note -o $f; done | grep -cE 'Weg 2|Ada|Deliver to')"
for f in text md html page; do
	t_same "of each format: $f" 1 "$(note -o $f | grep -c 20457)"
done
t_exit 77 'what was told the customer stays' crm-order set "$O" ship_to="Kai 9
20457 Hamburg"
t_err 'which says how it is changed all the same' 'ship_to: R2026-0001 is ordered.*--force'
t 'with that it is' crm-order set "$O" --force ship_to="Kai 9
20457 Hamburg"
t_same 'on the note' 1 "$(note | grep -c '^Kai 9$')"
t 'undo takes it back' crm undo
t_same 'whole' "$there" "$(crm get "$O.ship_to")"
P=$(crm-quote order "$N" --accept ship_to='Hof 1
75001 Paris
France' 2>/dev/null)
t_same 'the order can say it first' 'Hof 1' "$(crm get "$P.ship_to" | head -n 1)"
S=$(quote) && crm-quote issue "$S" >/dev/null
O2=$(crm-quote order "$S" --accept 2>/dev/null)
t 'a note without one' crm-order render "$O2" --template order-delivery
t_out 'has the customer, with the person' 'Ada$'
t_out 'and the street' '^Weg 2$'

# --- invoices -------------------------------------------------------------------
cat >"$T/location.py" <<'END'
# The delivery of an invoice, its elements in their order.
import sys, xml.etree.ElementTree as x
d = [e for e in x.parse(sys.argv[1]).getroot() if e.tag.endswith("}Delivery")]
print(len(d), *[e.tag.split("}")[1] + "=" + e.text
    for e in (d[0].iter() if d else []) if e.text and e.text.strip()], sep="\n")
END
ubl() { crm-order export "$1" -o ubl >"$T/i.xml" && python3 "$T/location.py" "$T/i.xml"; }
t_same 'none, none delivered: nothing of it' 0 "$(ubl "$O2")"
t_same 'the invoice has where it goes' '1
StreetName=Hotel "Nord" & Süd
AdditionalStreetName=Kai 3, Tor 2
CityName=Hamburg
PostalZone=20457
IdentificationCode=DE' "$(ubl "$O")"
t_same 'in a country of its own' '1
StreetName=Hof 1
CityName=Paris
PostalZone=75001
IdentificationCode=FR' "$(ubl "$P")"
crm-order deliver "$O" all --on 2026-11-21 >/dev/null
t_same 'its day first' 'ActualDeliveryDate=2026-11-21' "$(ubl "$O" | sed -n 2p)"
crm-order set "$P" --force ship_to='Hof 1
75001 Paris
Oberland' >/dev/null
t_exit 64 'a country that is none' crm-order export "$P" -o ubl
t_err 'is said' "'Oberland', the last line of its ship_to, is none"
for one in Hamburg 'Kai 3' '20457 Hamburg' France; do
	crm-order set "$P" --force ship_to="$one" >/dev/null
	t_same "one line: $one" "StreetName=$one IdentificationCode=DE" \
	    "$(ubl "$P" | sed 1d | paste -sd' ' -)"
done
done_testing
