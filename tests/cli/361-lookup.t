#!/bin/sh
# crm lookup: whose number it is, however it was typed.
. "${0%/*}/../lib.sh"
t_store
printf '[phone]\n\tcountry = DE\n' >>crmrc
git commit -qam 'where we are'
crm-account add Acme phone='030 / 99 88 77-0' >"$OUT"
crm-contact add 'Ada Byron' account=Acme phone='030 1234567' \
    mobile='+49 (0)171 5550000' >"$OUT"
crm-contact add Jean phone='01 42 34 22 66' country=France >"$OUT"
crm-lead add Lee phone=1-800-FLOWERS country=US >"$OUT"
crm-opp add Windows 48k account=Acme contact='Ada Byron' >"$OUT"
crm-act add type=call subject=Budget start='yesterday 10:00' \
    contact='Ada Byron' state=done outcome=reached >"$OUT"
crm-act add type=call subject=Missed start='today 09:00' \
    contact='Ada Byron' >"$OUT"
crm-act add type=call subject=Off start='today 08:00' state=cancelled \
    contact='Ada Byron' >"$OUT"
crm-act add type=call subject=Next start='tomorrow 10:00' \
    contact='Ada Byron' >"$OUT"

name() { crm-contact lookup "$@" | sed -n 's/^[^,]*,\([^,]*\),.*/\1/p' | tail -n +2; }
for n in 0049301234567 '030 123 4567' +49301234567 '(030) 1234-567' \
    '00 49 30 1234567' 01715550000; do
	t_same "$n is Ada's" 'Ada Byron' "$(name "$n")"
done
t_same 'a number of France is one of France' Jean "$(name 0033142342266)"
t_same 'all of it: account, last activity, open deals' \
    'Ada Byron,Acme,2026-11-20 10:00 Budget,Windows' "$(
	crm-contact lookup 0049301234567 -o table | tail -n 1 |
	sed 's/^[^ ]*  *//; s/   */,/g; s/,+49.*//')"
t_same 'a lead, by letters' Lee "$(crm-lead lookup '+1 800 356 9377' |
	cut -d, -f2 | tail -n +2)"
t_same 'crm lookup asks all: a company' Acme "$(crm lookup 0309988770 |
	cut -d, -f2 | tail -n +2)"
t_same 'as a link' tel:+49301234567 \
    "$(crm-contact lookup '030 1234567' -o tel)"
t_exit 0 'nobody' crm-contact lookup 0049309999999
t_exit 1 'nobody, and -e' crm-contact lookup 0049309999999 -e
t_exit 1 'nor as a link' crm-contact lookup 0049309999999 -e -o tel
t_exit 64 'no number' crm-contact lookup hello
crm-lead convert Lee --no-opp >"$OUT" 2>&1
t_same 'who was a lead is a contact' 'contact' "$(
	crm lookup +18003569377 -o ids | sed 's/^C.*/contact/; s/^L.*/lead/')"
sed -i 's/country = DE/country = Atlantis/' crmrc
t_exit 65 'no such country' crm lookup 030123456
t_err 'is said' "phone.country is a country"

t_data crm-northwind
t_store nw
crm-contact import "$DATA/customers.csv" --map contactName=name \
    --map companyName= --map fax= >"$OUT" 2>"$ERR"
n=0 found=0
crm-contact list -c id,phone,country -o tsv | tail -n +2 >../all
while IFS="$(printf '\t')" read -r id phone country; do
	[ -n "$phone" ] && [ -n "$country" ] || continue
	n=$((n + 1))
	e=$(printf '[phone]\n\tcountry = %s\n' "$country")
	printf '# crm store, format 1\n%s\n' "$e" >crmrc
	# as it is dialled there, for anybody in any other country
	tel=$(crm lookup "$phone" -o tel)
	printf '# crm store, format 1\n' >crmrc
	crm lookup "$tel" -o ids | grep -q "$id" && found=$((found + 1))
done <../all
t 'real numbers of many countries' test "$n" -gt 50
t_same 'are found as E.164' "$n" "$found"
done_testing
