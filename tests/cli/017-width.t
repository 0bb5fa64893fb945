#!/bin/sh
# What a table makes of a narrow terminal.
. "${0%/*}/../lib.sh"
t_store
script -qec true /dev/null >/dev/null 2>&1 || t_skip_rest 'script(1) makes no terminal'
export CRM_PAGER=
tty() { # COLUMNS COMMAND: its table in ../tty, what it says in ../said
	script -qec "stty cols $1; $2 2>../said" /dev/null </dev/null | tr -d '\r' >../tty
}

crm-account add 'Maschinenfabrik Oberallgäu GmbH & Co. KG' country=Germany sector=machines >/dev/null
crm-account add 'شركة البناء والتعمير للمقاولات العامة' country='Saudi Arabia' >/dev/null
crm-account add '東京建設株式会社東日本支店営業本部' country=Japan >/dev/null
for a in Maschinen شركة 東京; do
	crm-opp add "$(crm-account list name~"$a" -c name -o csv | sed 1d) – renewal of the windows" \
	    account="$(crm-account list name~"$a" -o ids)" 123456.78 close=2027-01-31 >/dev/null
done

# widths as a terminal has them: without the isolates, which are of none
widest() {
	LC_ALL=C.UTF-8 python3 -c '
import sys, unicodedata
print(max(sum(0 if unicodedata.category(c) in ("Cf", "Mn") else
    2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in l.rstrip("\n"))
    for l in open("../tty", encoding="utf-8")))'
}
for w in 60 80 120; do
	tty $w 'crm-opp list'
	if command -v python3 >/dev/null; then
		t "no line is wider than $w" test "$(widest)" -le $w
	else
		t_skip "no line is wider than $w" 'no python3'
	fi
	t "ids are whole at $w" '[ "$(grep -Ec "^O[0-9]{4}-[0-9a-z]{8} " ../tty)" = 3 ]'
	t "amounts too at $w" '[ "$(grep -c "123,456.78" ../tty)" = 3 ]'
	t "names can be read at $w" 'grep -q " Maschinenfabrik" ../tty; grep -q "شركة البناء" ../tty; grep -q "東京建設株式会" ../tty'
done
tty 80 'crm-opp list'
t 'what was left out is said' grep -Eqx 'crm-opp list: [0-9] columns left out: .*currency; -c to choose' ../said
t 'and not in the table' '! grep -q currency ../tty'
tty 250 'crm-opp list'
t 'where there is room it is there' grep -q currency ../tty
t 'and nothing is said' '! test -s ../said'
tty 60 'crm-opp list -c id,name,account,owner,amount,currency,close'
t 'columns that were chosen stay' grep -Eq 'name.*acc.*own.*amount.*close' ../tty
t 'and nothing is said of them' '! test -s ../said'
t 'a pipe gets all columns' 'crm-opp list -o table | grep -q "name.*account.*owner.*stage.*amount.*currency.*close"'

long=$(seq -s ' ' -f 'word%03g' 60)
crm-account add Wordy note="$long" >/dev/null
tty 60 'crm-account show Wordy --no-pager'
t_same 'show breaks what is long, and cuts nothing' "$long" "$(
	sed -n '/^note/,/^created/p' ../tty | sed '$d; s/^note//; s/^ *//' |
	paste -sd ' ')"
t 'nor is it wider' 'test "$(wc -L <../tty)" -le 60'

crm-contact add 'Dr. Maximiliane Hinterhuber-Oberpichler' account="$(crm-account list name~Maschinen -o ids)" \
    phone='+49 30 1234567' >/dev/null
opp=$(crm-opp list name~Maschinen -o ids)
crm-opp set "$opp" contact="Dr. Maximiliane Hinterhuber-Oberpichler" >/dev/null
crm-act task "$opp" 20.11.2026 'send the papers that were asked for last week' >/dev/null 2>&1
crm-act meet "$opp" fri 10:00 1h 'budget of the next year and the one after that' >/dev/null
crm-act visit "$opp" fri 10:15 1h 'planning with everybody who is in Berlin by then' >/dev/null
crm-act call "$opp" 2026-11-13 9:00 'talk about the schedule' --outcome reached >/dev/null
for w in 60 80; do
	tty $w "crm-opp show $opp"
	t "nothing is said of activities at $w" '! test -s ../said'
	t "their headings are whole at $w" '! sed -n "/^open act/,/─/p; /^last act/,/─/p" ../tty | grep …'
done
t 'there is room for what has a value' 'tty 80 "crm-opp show $opp"; sed -n "/^open act/,/─/p" ../tty | grep -q "standing  owner"'
tty 80 'crm lookup 0049301234567'
t 'a pop-up has whole ids, dates and numbers' grep -Eq '^C2611-[0-9a-z]{8}  Dr.*…  .*  2026-11-13 09:00.*  [+]49301234567$' ../tty
tty 60 'crm lookup 0049301234567'
t 'and names at 60' grep -Eq '^C2611-[0-9a-z]{8}  Dr. M.*…  .*2026-11-13 09:00' ../tty
tty 60 'crm-act overdue'
t 'what is late has its day and name at 60, and no id' grep -Eq '^2026-11-20 .*send the .*Maschinen' ../tty
t 'which is said' grep -q 'left out: id, .*record; -c to choose' ../said
for w in 40 60 80; do
	tty $w 'crm-act agenda --days 10'
	t "no line of an agenda is wider than $w" 'test "$(wc -L <../tty)" -le '$w
	t "both of a conflict are told at $w" '
		sed -n "/^! conflict/,\$p" ../tty | grep -q "^    10:00-11:00 budget"
		sed -n "/^! conflict/,\$p" ../tty | grep -q "^    10:15-11:15 planning"'
done

crm-quote new 'Maschinenfabrik Oberallgäu GmbH & Co. KG' name='Windows of the three halls, the offices and the canteen' >/dev/null
q=$(crm-quote new 'Maschinenfabrik Oberallgäu GmbH & Co. KG' name='Doors of the three halls, the offices and the canteen')
crm-quote line add "$q" name=Door price=1234567.89 quantity=7 >/dev/null
crm-quote issue "$q" >/dev/null 2>&1
number=$(crm-quote list "$q" -c number -o csv | sed 1d)
order=$(crm-quote order "$q" --accept 2>/dev/null)
for w in 60 80; do
	tty $w 'crm-quote list'
	t "numbers of quotes are whole at $w" 'grep -q " '"$number"' " ../tty; test "$(wc -L <../tty)" -le '$w
	tty $w 'crm-order list'
	t "and those of orders at $w" 'grep -q " '"$(crm-order list "$order" -c number -o csv | sed 1d)"' " ../tty'
	tty $w 'crm-order list -c id,number,name,account,state,date,total'
	t "also among chosen ones at $w" 'grep -q " '"$(crm-order list "$order" -c number -o csv | sed 1d)"' " ../tty'
done

tty 40 'crm-report pipeline'
t 'a foot breaks between its items' 'grep -Eqx "Pipeline at [0-9a-f]{7}, amounts in EUR" ../tty'
tty 30 'crm-report pipeline'
t 'each on a line where it must' 'grep -Eqx "Pipeline at [0-9a-f]{7}," ../tty; grep -Eqx "amounts in EUR" ../tty'
done_testing
