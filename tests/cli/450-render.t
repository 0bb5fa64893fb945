#!/bin/sh
# Documents: every format, in several languages; what bad templates get; that
# nothing of the data gets out of its place.
. "${0%/*}/../lib.sh"
t_store
LRM=$(printf '\342\200\216')
cat >>crmrc <<'END'
[company]
	name = Atlas Fenster GmbH
	address = "Hafenstraße 12\n20457 Hamburg"
	phone = +49 40 123456
	bank = "Sparkasse Holstein, IBAN MT84 MALT 0110 0001 2345 MTLC AST0 01S, BIC MALTMTMT"
	logo = logo.png
END
# the smallest PNG there is: one grey point
printf '%s' iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg== |
    base64 -d >logo.png
mkdir -p config quotes/2026 quote-lines/2026 accounts/2026 contacts/2026 \
    orders/2026 order-lines/2026 templates/texts templates/words
cat >config/taxes.csv <<'END'
tax,part,from,label,rate,compound,code,reason
DE19,,,VAT,19,,S,
DE7,,,VAT,7,,S,
EX,,,,0,,K,
END
cat >accounts/2026/11.csv <<'END'
id,name,street,postcode,city,country,email
A2611-00000001,Müller <b>KG</b>,Lange Straße 7,50667,Köln,Germany,info@mueller.example
A2611-00000002,شركة النوافذ,شارع التحرير,11511,القاهرة,مصر,
END
cat >contacts/2026/11.csv <<'END'
id,name,account,email,phone
C2611-00000001,Ada Lovelace,A2611-00000001,ada@example.org,+49 221 555
END
# 12 x 399.50 = 4794.00; 3.5 x 80.00 = 280.00 less 5 % = 266.00; 1200.00 at
# 7 %; the whole less 10 %; shipping is not taxed
cat >quotes/2026/11.csv <<'END'
id,number,name,account,contact,state,date,valid_until,currency,tax,rounding,halves,discount,shipping,terms,conditions,language
Q2611-00000001,Q2026-0042,Windows,A2611-00000001,C2611-00000001,sent,2026-11-21,2026-12-21,EUR,exclusive,line,half-up,10%,49.90,30/30/40,@standard,
Q2611-00000002,,عرض,A2611-00000002,,draft,2026-11-21,,EUR,inclusive,document,half-even,,,net30,,ar
Q2611-00000003,,"Evil {{name}} & ""x""",A2611-00000001,,draft,2026-11-21,,EUR,none,line,half-up,,,cash,,
Q2611-00000004,,,,,draft,,,JPY,none,line,half-up,,,,,he
END
tab=$(printf '\t')
cat >quote-lines/2026/11.csv <<END
id,quote,position,kind,sku,name,quantity,unit,list,price,discount,tax,note,choice,currency,cost,of
K2611-00000001,Q2611-00000001,1,heading,,Goods,,,,,,,,,EUR,,
K2611-00000002,Q2611-00000001,2,item,WIN-90,"Window, triple",12,pcs,420.00,399.50,,DE19,"White outside,
grey inside",,EUR,123.45,
K2611-00000003,Q2611-00000001,3,item,FRAME,Frame,3.5,m,,80.00,5%,DE19,,,EUR,77.77,
K2611-00000009,Q2611-00000001,3,part,BOLT,Bolts,8,pcs,,,,,,,EUR,,K2611-00000003
K2611-00000004,Q2611-00000001,4,heading,,Services,,,,,,,,,EUR,,
K2611-00000005,Q2611-00000001,5,item,MOUNT,Averyveryveryveryveryveryveryveryveryveryveryveryverylongwordindeed,1,,,1200.00,,DE7,,,EUR,,
K2611-00000006,Q2611-00000001,6,item,BLIND,Blinds,12,pcs,,59.00,,DE19,,option,EUR,,
K2611-0000000a,Q2611-00000002,1,item,WIN-90,نافذة زجاج,12,قطعة,420.00,399.50,,DE19,,,EUR,,
K2611-0000000b,Q2611-00000003,1,item,X,"<script>x</script> | *b* {{total}}${tab}text${tab}title${tab}Pwned",1,,,1.00,,,"note
text${tab}title${tab}Pwned
| a | b |
page${tab}letter",,EUR,,
K2611-0000000c,Q2611-00000004,1,item,,窗户玻璃,3,件,,1000,,,,,JPY,,
END
cat >orders/2026/11.csv <<'END'
id,number,name,account,state,date,delivery,reference,currency,tax,rounding,halves,terms
R2611-00000001,R2026-0001,Windows,A2611-00000001,confirmed,2026-11-21,2026-12-15,PO 7,EUR,exclusive,line,half-up,20%@order 80%@delivery+10
END
cat >order-lines/2026/11.csv <<'END'
id,order,position,kind,sku,name,quantity,unit,price,tax,currency
W2611-00000001,R2611-00000001,1,item,WIN-90,Window,2,pcs,100.00,DE19,EUR
END
printf 'Goods stay ours, {{customer.name}}, until %s is paid.\n' '{{total}}' \
    >templates/texts/standard
printf 'Ware bleibt unser, bis {{total}} bezahlt sind.\n' \
    >templates/texts/standard.de
q() {
	n=$1
	shift
	crm quote render "Q2611-0000000$n" "$@"
}

t 'text' q 1
# net: 0.9 x (4794 + 266) = 4554.00, 0.9 x 1200 = 1080.00; 865.26; 75.60;
# 4554 + 1080 + 49.90 + 865.26 + 75.60 = 6624.76
for line in 'Quotation Q2026-0042' 'Müller <b>KG</b>' 'Attn. Ada Lovelace' \
    ' 4,794\.00$' ' 266\.00$' ' 5,060\.00$' ' -626\.00 EUR$' \
    ' 5,683\.90 EUR$' 'VAT 19% of 4,554\.00 +865\.26 EUR$' \
    'VAT 7% of 1,080\.00 +75\.60 EUR$' 'Total +6,624\.76 EUR$' \
    'List price 420\.00' '     - 8 pcs Bolts' \
    'rounded by line, half up' 'Valid until: 2026-12-21' \
    '^Goods stay ours, Müller <b>KG</b>, until 6,624\.76 is paid\.$' \
    '^  with the order +1,987\.43 EUR$' '^  60 days .* 2,649\.90 EUR$' \
    '^     grey inside$' 'Averyvery.*indeed'; do
	t_out "it has $line" "$line"
done
cp "$OUT" "$T/text"
t 'it is the same each time' 'q 1 | cmp - "$T/text"'
t 'options are apart' \
    'sed -n "/^Optional items/,/^---/p" "$T/text" | grep -q "BLIND"'
for f in text md html page; do
	q 1 -o "$f" >"$T/doc.$f"
	t_same "$f has neither costs nor margins" '' \
	    "$(grep -nE '123[.,]45|77[.,]77|margin|cost' "$T/doc.$f" |
	    grep -v 'margin[-:]\|margin: ' || :)"
done

sed -i 's/,sent,/,accepted,/' quotes/2026/11.csv
t 'one that is accepted' q 1
cp "$OUT" "$T/taken"
t_same 'has no options that were not taken' '' "$(grep -iE 'option|blind' "$OUT")"
sed -i '/^K2611-00000006,/s/,option,/,alternative,/' quote-lines/2026/11.csv
t 'nor alternatives' 'q 1 | cmp - "$T/taken"'
sed -i '/^K2611-00000006,/s/,alternative,/,option,/' quote-lines/2026/11.csv
sed -i 's/,accepted,/,sent,/' quotes/2026/11.csv

t 'another language' q 1 --language de
t_out 'its units, and others as they are' '^     12 Stück x 399,50'
t_out 'its units, and others as they are' '^     3,5 m x 80,00'
t_out 'the country as it is' '^Germany$'
printf '[company]\n\tcountry = germany\n' >>crmrc
q 1 >"$T/home"
t_same 'none where it is ours' '' "$(grep -i germany "$T/home")"
sed -i '/country = germany/d' crmrc
t 'another language' q 1 --language de
t_out 'its words' 'Angebot Q2026-0042'
t_out 'its numbers' 'Gesamtbetrag +6\.624,76 EUR'
t_out 'its dates' 'Gültig bis: 21\.12\.2026'
t_out 'its text' '^Ware bleibt unser, bis 6\.624,76 bezahlt sind\.'
t 'a language of which only the numbers are known' q 1 --language pl
t_out 'has English words' '^Quotation'
t_exit 64 'what is no language' q 1 --language ../x
printf 'key,word\nquote,Offerte\n' >templates/words/de.csv
t 'the own words of a team' q 1 --language de
t_out 'are used' '^Offerte Q2026-0042'
t_out 'beside the others' '^Gültig bis'
printf 'quote;Offerte\n' >templates/words/de.csv
t_exit 65 'a table of words that is none' q 1 --language de
t_err 'is named' 'templates/words/de\.csv:1: the header is key,word'
rm templates/words/de.csv

t 'Arabic' q 2 -o html
t_out 'runs to the left' '<html lang="ar" dir="rtl">'
t_out 'has its words' 'عرض أسعار'
t_out 'marks what has no direction' "WIN-90"
t_out 'keeps a quantity and its unit together' '<bdi>12 قطعة</bdi>'
t_out 'has figures on one edge, whichever way it runs' '^\.n [{] text-align: right;'
t_out 'and a percentage is not turned' "<td class=\"n\">${LRM}19%</td>"
t_out 'a draft says so' 'مسودة'
t 'nothing but a line is enough' q 4
t_out 'money without decimals' ' 3,000 JPY$'
t_out 'Hebrew words' 'הצעת מחיר'

t 'hostile values in HTML' q 3 -o html
t_out 'are escaped' '&lt;script&gt;x&lt;/script&gt; \| \*b\* \{\{total\}\}'
t_same 'there is no such element' '' "$(grep -n '<script' "$OUT")"
t_out 'in the head, too' 'Evil \{\{name\}\} &amp; &quot;x&quot;'
t 'in Markdown' q 3 -o md
t_out 'a row stays a row' '^\| 1 \| X \\<script\\>x\\</script\\> \\\| \\\*b\\\* .*<br>\\\| a \\\| b \\\|<br>page'
t 'in a page description' q 3 -o page
t_same 'no statement is added' '' "$(grep -nE '^(text	title	Pwned|page	letter)' "$OUT")"
t_same 'nor a cell' 5 "$(awk -F'\t' '/^tr\t1\t/ { print NF - 1 }' "$OUT")"
t_out 'a line break is a mark' '^tn	note\\ntext\\ttitle'
t 'in the subject of a mail' q 3 -o subject
t_same 'one line' 1 "$(wc -l <"$OUT")"
t 'the text of the mail that sends it' q 1 --template quote.mail
t_out 'greets' '^Dear Ada Lovelace,$'
t_out 'and names the sum' ' 6,624\.76 EUR\.$'
if [ -x "$CRM_BIN/libexec/crm-render" ] && command -v pdftotext >/dev/null; then
	for n in 1 2 3 4; do
		t "PDF of $n" "q $n -o pdf >'$T/$n.pdf' && pdftotext -layout '$T/$n.pdf' '$T/$n.txt'"
	done
	for line in 'Quotation Q2026-0042' 'Window, triple .* 4,794\.00$' \
	    'Total EUR .* 6,624\.76$'; do
		t "it has $line" "grep -Eq '$line' '$T/1.txt'"
	done
	t 'no number of an account is broken' \
	    grep -q 'IBAN MT84 MALT 0110 0001 2345 MTLC AST0 01S, BIC' "$T/1.txt"
	t 'and nothing that a value asked for' \
	    "pdfinfo '$T/3.pdf' | grep -q 'Title: *Quotation'"
	t 'it was made on the day of the quote' \
	    "pdfinfo -isodates '$T/1.pdf' | grep -q '^CreationDate: *2026-11-21'"
	cp logo.png "$T/outside.png"
	printf 'image\t%s\t20\n' "$T/outside.png" >templates/outside.page
	printf 'image\t%s\t20\n' logo.png >templates/inside.page
	t 'a template has pictures of the store' \
	    q 1 --template inside -o pdf
	t_exit 65 'and no others' q 1 --template outside -o pdf
	t_err 'which names it' 'outside.png'
	rm templates/outside.page templates/inside.page
else
	t_skip 'PDF' 'no crm-render or no pdftotext'
fi

t 'HTML stands alone' q 1 -o html
t_same 'it asks for nothing' '' "$(grep -nE '(src|href)="?(http|/|file)' "$OUT")"
t_out 'the logo is in it' 'src="data:image/png;base64,iVBORw0KGgo'
t_out 'it prints with heads' 'table-header-group'
if crm order --help >/dev/null 2>&1; then
	t 'an order' crm order render R2611-00000001
	t_out 'confirms' '^Order confirmation R2026-0001'
	# 238.00: 47.60 at once, 190.40 ten days after 2026-12-15
	t_out 'the schedule has days' '^  2026-11-21 +47\.60 EUR$'
	t_out 'of the delivery as well' '^  2026-12-25 +190\.40 EUR$'
	t 'its delivery note' \
	    crm order render R2611-00000001 --template order-delivery
	t_same 'has no prices' '' "$(grep -n '100\|238' "$OUT")"
	while read -r what f; do
		t "$what as $f of an order" \
		    crm order render R2611-00000001 --template "$what" -o "$f"
	done <<-END
		order md
		order html
		order page
		order subject
		order.mail text
		order-delivery md
		order-delivery html
		order-delivery page
	END
else
	t_skip 'orders' 'there are none yet'
fi

printf 'Mine {{number}}\n{{> part}}' >templates/mine.txt
t_exit 65 'a partial that is not there' q 1 --template mine
t_err 'template and line' "mine\.txt:2: there is no template 'part'"
printf 'x\n{{> mine.txt}}' >templates/part
t_exit 65 'templates that include themselves' q 1 --template mine
t_err 'are stopped' '(part|mine\.txt):2: stopped: '
printf 'x\n{{#lines}}\n' >templates/mine.txt
t_exit 65 'a section that is open' q 1 --template mine
t_err 'is named' 'mine\.txt:2: the section \{\{#lines\}\} is not closed'
for name in ../crmrc /etc/passwd a/../../x .git/config; do
	printf '{{> %s}}' "$name" >templates/mine.txt
	t_exit 65 "no file is read: $name" q 1 --template mine
	t_exit 64 "nor so: $name" q 1 --template "$name"
done
ln -s /etc templates/etc
printf '{{> etc/hostname}}' >templates/mine.txt
t_exit 65 'a link is not followed' q 1 --template mine
rm templates/etc
t_exit 66 'a template that is not there' q 1 --template none
t_exit 64 'a format that is not there' q 1 -o docx
t_exit 66 'a quote that is not there' q 9
printf 'Ours: {{number}}\n' >templates/quote.txt
t 'the team has its own' q 1
t_same 'it is taken' 'Ours: Q2026-0042' "$OUT"
rm templates/texts/standard templates/texts/standard.de
t_exit 66 'a text that is not there' q 1
t_err 'field and name' "conditions: there is no template 'texts/standard'"

# --- taxes that no line has ----------------------------------------------------
cd "$T" && t_store bare --currency EUR --timezone UTC
printf 'tax,part,from,label,rate\nDE19,,,VAT,19\n' >config/taxes.csv
git add -A && git commit -qm taxes
B=$(crm-quote new name=Bare -o ids)
crm-quote line add "$B" name=Work price=5 >/dev/null
crm-quote line add "$B" kind=text name=Words >/dev/null
cells() { # the column heads of the PDF and of the others, and the line
	crm-quote render "$B" -o page | awk -F'\t' '/^th/ { print NF }
		/^tr\t1\t|^tr\t\tWords/ { print NF }' | paste -sd,
	crm-quote render "$B" -o md | awk -F'|' '/^\| (No|1 |--|\| Words)/ {
		print NF }' | paste -sd,
}
crm-quote render "$B" -o html >b.html
t_exit 1 'where no line has a tax class, nothing is said of taxes' \
    grep -E 'exempt|<th class="n">Tax' b.html
few=$(cells)
crm-quote line set "$B" 1 tax=DE19 >/dev/null
crm-quote render "$B" -o html >b.html
t 'where one has, it is' grep -q '<th class="n">Tax' b.html
many=$(cells)
t_same 'there is one column less' '6,6,6;7,7,7,7 7,7,7;8,8,8,8' \
    "$(echo "$few" | sed -n 1,2p | paste -sd';') $(echo "$many" |
	sed -n 1,2p | paste -sd';')"

# --- a template of its own, of one format --------------------------------------
mkdir -p templates
echo 'Briefly: {{total}}' >templates/short.txt
crm-quote set "$B" template=short >/dev/null
t_same 'a quote takes its own template' 'Briefly: 5.95' "$(crm-quote render "$B")"
t_same 'of a format which that has not, that of all' \
    "$(crm-quote render "$B" -o md --template quote | sha256sum)" \
    "$(crm-quote render "$B" -o md | sha256sum)"
t_exit 66 'one that was asked for must have it' \
    crm-quote render "$B" -o md --template short
rm templates/short.txt
t_exit 66 'and there must be one' crm-quote render "$B" -o md
t_err 'it is named' 'template: there is no templates/short\.txt'
done_testing
