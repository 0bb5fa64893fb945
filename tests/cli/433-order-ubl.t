#!/bin/sh
# Orders as electronic invoices: their sums, computed by another program from
# what stands in them, agree to the last unit.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\n%s\n%s\n%s\n%s\n%s\n' \
    'std,,,VAT 19 %,19,,S,' 'red,,,VAT 7 %,7,,S,' 'book,,,Books,7,,S,' \
    'ex,,,,0,,E,Art. 132' 'ca,gst,,GST,5,,S,' >config/taxes.csv
printf '%s\n' 'ca,pst,,PST,9.975,yes,S,' >>config/taxes.csv
git add -A && git commit -qm taxes
crm-account add 'Meyer & <Söhne> "GmbH"' street='Weg 1' city=Bonn >"$OUT"
order() { # NAME FIELD=VALUE...
	q=$(crm-quote new Meyer name="$1" 2>/dev/null ||
	    crm-quote new 'Meyer & <Söhne> "GmbH"' name="$1") || return
	shift
	[ $# -eq 0 ] || crm-quote set "$q" "$@" >/dev/null || return
	crm-quote line add "$q" name='Fenster & Tür' price=33.33 quantity=3 \
	    tax=std >/dev/null || return
	crm-quote line add "$q" name=Buch price=12.99 quantity=7.5 unit=h \
	    tax=red discount=10% >/dev/null || return
	crm-quote line add "$q" name=Heft price=0.33 quantity=17 tax=book \
	    >/dev/null || return
	crm-quote line add "$q" name=Kurs price=80 tax=ex discount=3 \
	    >/dev/null || return
	crm-quote line add "$q" name=Mehr price=80 tax=ca choice=option \
	    >/dev/null || return
	crm-quote issue "$q" >/dev/null || return
	crm-quote order "$q" --accept
}
O=$(order Plain discount=5% shipping=9.90 shipping_tax=std terms=30/30/40)

t_exit 64 'what is missing is said' crm-order export "$O" -o ubl
t_err 'our name' company.name
t_err 'our country' company.country
t_err 'our tax number' company.tax-id
t_err 'the country of the customer' 'country=DE'
cat >>crmrc <<'END'
[company]
	name = Glas AG
	address = Ring 5\n53113 Bonn
	country = DE
	tax-id = DE123456789
	bank = Bank\nIBAN DE02 1203 0000 0000 2020 51
END
git commit -qam company
crm-account set "$(crm-account list -o ids)" country=DE >"$OUT"

# how: "line" where each line's tax is rounded, "compound" where a tax is on
# another; else all agrees with what is computed of the whole
check() { # NAME ORDER HOW
	crm-order export "$2" -o ubl >"$T/i.xml" 2>"$T/notes"
	[ -z "$UBL_KEEP" ] || cp "$T/i.xml" "$UBL_KEEP/$2.xml"
	t "$1: it is well-formed" xmllint --noout "$T/i.xml"
	t_same "$1: order and sums agree" \
	    "$(crm-order list "$2" -c owing,paid -o csv | sed 1d | tr , ' ') $(
		mlr --icsv --onidx filter '$order == "'"$2"'" &&
		    $kind == "item"' then count order-lines/*/*.csv)" \
	    "$(python3 "$tests/cli/ubl.py" "$T/i.xml" $3 2>&1 | tail -n 1)"
}
xpath() { # NAME [NAME ...]: the text of the elements that are so within another
	path=''
	for e; do path="$path//*[local-name()=\"$e\"]"; done
	xmllint --xpath "$path/text()" "$T/i.xml" 2>/dev/null | paste -sd' '
}
if ! command -v python3 >/dev/null || ! command -v xmllint >/dev/null; then
	echo '# python3 or xmllint is not there'
	done_testing
	exit
fi
check Plain "$O" line
t_same 'names are escaped' 'Meyer & <Söhne> "GmbH"' "$(xmllint --xpath \
    'string(//*[local-name()="AccountingCustomerParty"]//*[local-name()="Name"])' \
    "$T/i.xml")"
t_same 'where it is paid, and by which number' 'DE02120300000000202051 R2026-0001' \
    "$(xpath PayeeFinancialAccount ID) $(xpath PaymentID)"
t_same 'what is exempt goes out as such, and says why' 'E 0 Art. 132' "$(
	for f in ID Percent TaxExemptionReason; do
		xmllint --xpath "string(//*[local-name()=\"TaxSubtotal\"]/*[local-name()=\"TaxCategory\"][*[local-name()=\"ID\"]=\"E\"]/*[local-name()=\"$f\"])" \
		    "$T/i.xml"
	done | paste -sd' ')"
t_same 'our address is taken apart' 'Ring 5,Bonn,53113' \
    "$(xpath AccountingSupplierParty StreetName),$(
	xpath AccountingSupplierParty CityName),$(
	xpath AccountingSupplierParty PostalZone)"
crm-order pay "$O" 50.01 >"$OUT" 2>&1
check 'partly paid' "$O" line
check 'taxes within' "$(order Within tax=inclusive discount=5% \
    shipping=9.90 shipping_tax=std)" line
check 'by document' "$(order Whole rounding=document discount=7.5% \
    shipping=3.33)" line # of two classes at 7 %, each is rounded
check 'within, by document' "$(order Both rounding=document tax=inclusive \
    discount=11)" line
N=$(order None tax=none discount=5%)
check 'without taxes' "$N"
t_same 'then it has no number for VAT' '' "$(xpath PartyTaxScheme CompanyID)"
check 'adjusted, and in coins' "$(order Coins adjustment=-1.03 cash=0.05)" line
check 'halves to even' "$(order Even halves=half-even discount=33.3%)" line

# --- other taxes, currencies, customers ---------------------------------------
# sell NAME CUSTOMER FIELDS LINE ...: each line as "tax=std price=5 name=X"
sell() {
	q=$(crm-quote new "$2" name="$1" rounding=document) || return
	# shellcheck disable=SC2086 # words
	[ -z "$3" ] || crm-quote set "$q" $3 >/dev/null || return
	shift 3
	for l; do
		# shellcheck disable=SC2086 # words
		crm-quote line add "$q" $l >/dev/null || return
	done
	crm-quote issue "$q" >/dev/null && crm-quote order "$q" --accept
}
printf '%s\n' 'qc,gst,,GST,5,,S,' 'qc,qst,,QST,9.975,,S,' \
    'old,gst,,GST,5,,S,' 'old,pst,,PST,8,yes,S,' 'zero,,,,0,,,' \
    'rev,,,,0,,AE,' 'eu,,,,0,,K,' 'out,,,,0,,G,' 'none,,,,0,,O,' \
    'odd,,,,7,,AE,' 'what,,,,7,,X,' 'nil,,,,0,,S,' 'us,stt,,New York,8.875,,,' \
    >>config/taxes.csv
printf '%s\n' entity,field,type account,tax_id,text account,endpoint,text \
    >config/fields.csv
printf '%s\n' currency,date,rate JPY,2026-01-01,0.0061 KWD,2026-01-01,2.8 \
    CAD,2026-01-01,0.62 USD,2026-01-01,0.9 >config/rates.csv
git add -A && git commit -qm tables
crm-account add Loin street='5 rue X' city=Lyon country=France >"$OUT"
crm-account add name=Québec street='1 rue Y' city=Montréal region=QC country=CA >"$OUT"
crm-account add name='شركة النور' street='شارع الملك' city=دبي country=AE >"$OUT"

M=$(sell Canada Québec 'currency=CAD discount=5% shipping=20.01 shipping_tax=qc' \
    'name=A price=99.95 quantity=3 tax=qc unit=pcs' \
    'name=B price=19.99 tax=qc discount=10%' \
    'name=C price=7.77 quantity=2.5 unit=kg tax=ca' 'name=D price=50 tax=us')
# A class that is not of two parts is VAT; gst of qc and of ca is one tax, and
# ca's pst is on top of it.
check 'taxes of several parts' "$M" compound
t_same 'each part is a tax of its own' 'GST qst pst STT' "$(xmllint --xpath \
    '//*[local-name()="TaxSubtotal"]//*[local-name()="TaxScheme"]/*[local-name()="ID"]/text()' \
    "$T/i.xml" | paste -sd' ')"
t_same 'a line names both' 'GST qst' "$(xmllint --xpath \
    '(//*[local-name()="Item"])[1]//*[local-name()="TaxScheme"]/*[local-name()="ID"]/text()' \
    "$T/i.xml" | paste -sd' ')"
# net of qc: (299.85 + 17.99 + 20.01 - its part of the discount); the tax is
# that at 9.975 %, of one percentage
t_same 'with its own percentage' '5 9.975 9.975 8.875' "$(xmllint --xpath \
    '//*[local-name()="TaxSubtotal"]//*[local-name()="Percent"]/text()' \
    "$T/i.xml" | paste -sd' ')"
t_same 'it is no invoice of EN 16931, and says so' '2.1,' \
    "$(xpath UBLVersionID),$(xpath CustomizationID)"
t 'in a note' grep -q 'not of EN 16931' "$T/notes"
t_same 'units by their codes' 'H87 C62 KGM C62' "$(xmllint --xpath \
    '//*[local-name()="InvoicedQuantity"]/@unitCode' "$T/i.xml" |
	sed 's/.*="//; s/"//' | paste -sd' ')"
check 'on top of each other, within' "$(sell Old Québec 'tax=inclusive' \
    'name=A price=100 tax=old')" 'compound line'
check 'yen' "$(sell Yen Loin 'currency=JPY discount=3% shipping=999' \
    'name=A price=3333 quantity=3 tax=std' 'name=B price=777 tax=red')"
check 'three decimals' "$(sell Kuwait "شركة النور" 'currency=KWD discount=2.5%' \
    'name=ألف price=12.345 quantity=3 tax=std' 'name=B price=0.005 tax=zero')"
t_same 'they are not of EN 16931' 2.1 "$(xpath UBLVersionID)"
t_same 'Arabic stays as it is' 'شركة النور' \
    "$(xpath AccountingCustomerParty RegistrationName)"
check 'zero-rated beside others' "$(sell Zero Loin '' \
    'name=A price=10 tax=zero' 'name=B price=10 tax=std')"
t_same 'a country by its name' FR \
    "$(xpath AccountingCustomerParty IdentificationCode)"
check 'export' "$(sell Out "شركة النور" '' 'name=A price=10 tax=out quantity=4 unit=Fuder')"
t_same 'its reason, as there is none' 'VATEX-EU-G Export' \
    "$(xpath TaxExemptionReasonCode) $(xpath TaxExemptionReason)"
t 'a unit without a code is said' grep -q "line 1: the unit 'Fuder'" "$T/notes"
check 'not subject to tax' "$(sell O Loin '' 'name=A price=10 tax=none')"

R=$(sell Reverse Loin 'terms=30/30/40 adjustment=0.01' 'name=A price=33.33 tax=rev quantity=3')
t_exit 64 'reverse charge wants the number of who pays it' \
    crm-order export "$R" -o ubl
t_err 'it is said where' tax_id=
crm-account set Loin tax_id='FR 12 345678901' >"$OUT"
check 'reverse charge, by instalments' "$R"
t_same 'the number has no blanks' FR12345678901 \
    "$(xpath AccountingCustomerParty PartyTaxScheme CompanyID)"
t_same 'to the VAT of the EU' 'VATEX-EU-AE Reverse charge' \
    "$(xpath TaxExemptionReasonCode) $(xpath TaxExemptionReason)"
crm-order pay "$R" 30 >"$OUT" 2>&1
check 'the first is paid' "$R"

K=$(sell Within Loin '' 'name=A price=33.33 tax=eu quantity=3')
t_exit 64 'a supply within the EU wants its day' crm-order export "$K" -o ubl
t_err 'it is said how' 'crm-order deliver'
crm-order deliver "$K" all --on 2026-11-21 >"$OUT"
check 'supply within the EU' "$K"
t_same 'its day, and where' '2026-11-21 FR' \
    "$(xpath ActualDeliveryDate) $(xpath DeliveryLocation IdentificationCode)"

# --- Peppol --------------------------------------------------------------------
t_same 'mail is an address, too, but not of Peppol' '' "$(xpath ProfileID)"
crm-account set Loin endpoint=9957:FR12345678901 >"$OUT"
printf '[company]\n\tendpoint = 9930:DE123456789\n\tregistration = HRB 1\n' >>crmrc
git commit -qam endpoint
P=$(sell Peppol Loin '' 'name=A price=10 tax=std')
t_exit 64 'Peppol wants a reference of the buyer' crm-order export "$P" -o ubl
t_err 'it is said how' reference=
crm-order set "$P" reference=PO-77 >"$OUT"
check Peppol "$P"
t_same 'by its profile' 'urn:fdc:peppol.eu:2017:poacc:billing:01:1.0 PO-77 PO-77' \
    "$(xpath ProfileID) $(xpath BuyerReference) $(xpath OrderReference ID)"
t_same 'addresses, and the register' '9957 FR12345678901 HRB 1' "$(xmllint --xpath \
    'string(//*[local-name()="AccountingCustomerParty"]//*[local-name()="EndpointID"]/@schemeID)' \
    "$T/i.xml") $(xpath AccountingCustomerParty EndpointID) $(
	xpath AccountingSupplierParty PartyLegalEntity CompanyID)"

G=$(sell German 'Meyer & <Söhne> "GmbH"' '' 'name=A price=10 tax=std')
crm-account set "$(crm get "$G.account")" endpoint=9930:DE2 >"$OUT"
crm-order set "$G" reference=1 owner=ana >"$OUT"
t_exit 64 'within Germany it wants more' crm-order export "$G" -o ubl
t_err 'whom to ask' 'company.phone and company.email'
t_err 'where the customer is' 'postcode='
crm-account set "$(crm get "$G.account")" postcode=53111 >"$OUT"
printf '[company]\n\tphone = 030 123\n\temail = a@example.org\n' >>crmrc
git commit -qam contact
check 'Peppol within Germany' "$G"
t_same 'whom to ask is whose order it is' 'Ana Test' \
    "$(xpath AccountingSupplierParty Contact Name)"

# --- what cannot go out ---------------------------------------------------------
lacks() { # NAME PATTERN LINE ...
	n=$1 what=$2
	shift 2
	t_exit 64 "$n" crm-order export "$(sell "$n" Loin "" "$@")" -o ubl
	t_err "$n: it is said" "$what"
}
# issued as they are, taxes are only read when they go out
lacks 'a reverse charge with a rate' "class 'odd', whose code is AE" 'name=A price=10 tax=odd'
lacks 'a code of no category' "'X' is none" 'name=A price=10 tax=what'
lacks 'a standard rate of 0' "rate of the tax class 'nil'" 'name=A price=10 tax=nil'
lacks 'untaxed beside taxed' 'on no invoice' 'name=A price=10 tax=none' 'name=B price=5 tax=std'
sed -i 's/DE02 1203/DE03 1203/' crmrc && git commit -qam bank
t 'what an order had right stays right' crm-order export "$P" -o ubl
t_out 'as it was' '>DE02120300000000202051<'
B=$(sell Iban Loin '' 'name=A price=10')
crm-order set "$B" reference=PO-78 >"$OUT"
t_exit 64 'an IBAN with wrong check digits' crm-order export "$B" -o ubl
t_err 'it is shown' DE03120300000000202051
sed -i 's/DE03 1203/DE02 1203/; s/9930:/99:/' crmrc && git commit -qam bank
t 'once it is mended it goes out' crm-order export "$B" -o ubl
B=$(sell Endpoint Loin '' 'name=A price=10')
t_exit 64 'an address of no scheme' crm-order export "$B" -o ubl
t_err 'it is said where' company.endpoint
sed -i 's/99:DE/9930:DE/' crmrc && git commit -qam endpoint
crm-order cancel "$P" --reason gone >"$OUT"
t_exit 64 'what was cancelled' crm-order export "$P" -o ubl
t_err 'is not invoiced' cancelled
t_exit 64 'one at a time' crm-order export state:confirmed -o ubl
t 'rows are as ever' 'crm-order export -o csv | grep -q R2026-0001'

Q=$(crm-quote new 'Meyer & <Söhne> "GmbH"' name=Signs -o ids)
crm-quote line add "$Q" name="$(printf 'a\357\277\276b\357\277\277c')" \
    price=5 tax=std >/dev/null
crm-quote issue "$Q" >/dev/null && crm-quote accept "$Q" >/dev/null
O=$(crm-quote order "$Q" -o ids)
crm-order set "$O" reference=1 >"$OUT"
t 'what is no sign of XML is left out' '
	crm-order export "$O" -o ubl >"$T/signs.xml"
	xmllint --noout "$T/signs.xml"
	grep -q ">abc<" "$T/signs.xml"'

# --- the tables of the page work ----------------------------------------------
t_store page
for f in tax term; do
	awk -v f="^$f," '/^[.]Ed/ { on = 0 } $0 ~ f { on = 1 } on' \
	    "$repo/man/crm-store.5" >"config/${f}s.csv"
done
mv config/taxs.csv config/taxes.csv
git add -A && git commit -qm tables
crm-account add Acme >"$OUT"
Q=$(crm-quote new Acme name=Page terms=project)
for tax in std exempt eu qc old; do
	crm-quote line add "$Q" name=$tax price=100 tax=$tax >"$OUT"
done
# 19 + 0 + 0 + 5 + 9.98 (9.975) + 5 + 8 % of 105
t_same 'taxes as crm-store(5) has them' 500.00,47.38 \
    "$(crm-quote list "$Q" -c net,taxes -o csv | sed 1d)"
t 'terms, too' crm-quote set "$Q" terms=month
done_testing
