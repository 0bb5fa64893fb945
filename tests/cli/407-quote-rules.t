#!/bin/sh
# What a quote and its lines refuse, by commands and by hand; what show makes of
# lines that one chooses among; moving a line where there is no room.
. "${0%/*}/../lib.sh"
t_store
printf 'tax,part,from,label,rate,compound,code,reason\nstd,,,VAT,19,,S,\n' \
    >config/taxes.csv
git add -A && git commit -qm taxes
crm-account add Acme >"$OUT"
crm-product add name=Window sku=WIN price=100 tax=std >"$OUT"
crm-product add name=Frame sku=FRAME price=40 cost=30 tax=std unit=m >"$OUT"
Q=$(crm-quote new Acme name=Hotel)
row() { crm-quote line list "$Q" -o csv -c "line,$1" | grep "^$2," | cut -d, -f2-; }

# --- words of line ------------------------------------------------------------
no() { # [EXIT] NAME PATTERN WORD...: line says what it wants
	exit=64
	[ "$1" = 77 ] && exit=$1 && shift
	name=$1 why=$2
	shift 2
	t_exit "$exit" "$name" crm-quote line "$@"
	t_err "$name: why" "$why"
}
no 'nothing to add' 'which product\?' add "$Q"
no 'two quantities' "'x2' is not understood" add "$Q" WIN x1 x2
no 'no quantity' "'foo' is not understood" add "$Q" WIN foo
no 'a quantity behind' "'x1' stands behind an assignment" add "$Q" WIN \
    discount=5% x1
no 'no price' 'price: what does one of it cost' add "$Q" name=N
no 'a price below 0' 'price: -1 is not 0 or more' add "$Q" name=N price=-1
no 'none of it' 'quantity: 0 is not above 0' add "$Q" name=N price=1 quantity=0
no 'less than none' 'a quantity is above 0' add "$Q" WIN x-1
no 'a cost below 0' 'cost: -1 is not 0 or more' add "$Q" name=N price=1 cost=-1
no 'a discount of nothing' 'discount: of how much' add "$Q" kind=discount name=N
no 'an alternative to nothing' 'group: alternatives to each other' add "$Q" \
    name=N price=1 choice=alternative
no 'more than all' "'100.0001%' is a share of 0 to 100 %" add "$Q" WIN \
    discount=100.0001%
no 'a fifth digit' "'0.00001%' is a share" add "$Q" WIN discount=0.00001%
no 'more off than there is' 'larger than quantity times price' add "$Q" WIN x2 \
    discount=200.01
no 77 'a list price' 'list: is what the tables of prices say of WIN,' add "$Q" WIN \
    list=120
t_same 'nothing came of it' 0 "$(crm-quote line list "$Q" -o count)"
t 'one gives away all of it' crm-quote line add "$Q" WIN x2 discount=200
t_same 'and it is nothing' 0.00 "$(row amount 1)"
no 'nothing to set' 'which line, and what of it' set "$Q" 1
no 'no field' "'x9' is no field=value" set "$Q" 1 x9
no 'no line to remove' 'which lines' rm "$Q"
no 'no place' 'which line, and where to' move "$Q" 1
no 'no line' 'there is no line 9; it has 1' move "$Q" 1 9
no 'no verb' 'which line of which quote' foo "$Q"
no 'more than one' 'one quote at a time' list "$Q" x
no 77 'another list price' 'list: is what the tables' set "$Q" 1 list=7
t_exit 64 'a line of another quote' '
	other=$(crm-quote new Acme name=Other)
	crm-quote line set "$Q" 1 quote=$other'
t_err 'stays' 'quote: a line stays with its quote'
t_exit 65 'a row without a name' '
	printf "sku,quantity\nWIN,2,3\n" | crm-quote line add "$Q" -'
t_err 'of its place' 'stdin:2: more cells than columns'
t_exit 65 'a column of nothing' '
	printf "sku,nonsense\nWIN,2\n" | crm-quote line add "$Q" -'
t_err 'is named' "stdin:1: a line has no 'nonsense'"

# --- another product ----------------------------------------------------------
crm-quote line set "$Q" 1 discount= name=Big note=x >"$OUT"
t 'a line is of another product' crm-quote line set "$Q" 1 product=FRAME
t_same 'and is all of that, but what was said of it' \
    'FRAME,Frame,2,m,40.00,40.00,80.00' \
    "$(row sku,name,quantity,unit,list,price,amount 1)"
t_same 'with its cost' 30.00 "$(sed 1d quote-lines/*/*.csv | tr , '\n' |
	grep -x 30.00)"
t 'another name with it' crm-quote line set "$Q" 1 product=WIN name=Wide
t_same 'is that' 'WIN,Wide,100.00' "$(row sku,name,price 1)"

# --- whole quotes -------------------------------------------------------------
set_no() { # EXIT NAME PATTERN FIELD=VALUE
	t_exit "$1" "$2" crm-quote set "$Q" "$4"
	t_err "$2: why" "$3"
}
set_no 64 'more than all of it' "'101%' is a share of 0 to 100" discount=101%
set_no 64 'less than nothing of it' 'is negative; an adjustment may' discount=-1
set_no 64 'more than there is' '200.01 is more than what is left, 200.00' \
    discount=200.01
t 'all that there is' crm-quote set "$Q" discount=200
set_no 64 'shipping below 0' 'shipping is negative' shipping=-1
set_no 65 'coins below 0' "cash '-1': the smallest coin" cash=-1
set_no 64 'a number' 'number is set by the program' number=Q2026-0001
set_no 77 'a state that has a verb' 'a draft is issued first: crm-quote issue' \
    state=sent
crm-quote set "$Q" discount= >"$OUT"

# --- shown --------------------------------------------------------------------
crm-quote line add "$Q" name=Oak price=50 choice=option tax=std >"$OUT"
crm-quote line add "$Q" kind=discount name=Loyalty discount=2.5% >"$OUT"
crm-quote line add "$Q" name=A price=5 tax=std choice=alternative group=g \
    >"$OUT"
crm-quote line add "$Q" name=B price=7.02 tax=std choice=alternative group=g \
    chosen=yes >"$OUT"
crm-quote set "$Q" shipping=25 adjustment=-1.99 cash=0.05 \
    terms='30%@order rest@delivery+14' >"$OUT"
crm-quote show "$Q" -o table | sed 's/  */ /g; s/ $//' >"$T/shown"
t_same 'what one chooses among' '2 Oak 1 50.00 std 50.00 option
3 Loyalty 2.5% -5.18
4 A 1 5.00 std 5.00 alternative g
5 B 1 7.02 std 7.02 chosen g' "$(grep '^[2345] ' "$T/shown")"
# 200 + 7.02 (A is chosen no more than Oak); 2.5 % are 5.1755: 5.18 of 207.02,
# 5.00 and 0.18: 19 % of 195.00 are 37.05, of 6.84 1.2996: 1.30;
# 201.84 + 25 + 38.35 - 1.99 = 263.20
t_same 'what it comes to' 'subtotal 207.02
Loyalty 2.5% -5.18
shipping 25.00
net 226.84
VAT of 201.84 38.35
adjustment -1.99
total 263.20' "$(sed -n '/^subtotal/,/^total/p' "$T/shown")"
# 78.96, and what is left
t_same 'when' ' 1 2026-11-21 78.96
 2 delivery +14 184.24' "$(grep '^ [12] ' "$T/shown")"
crm-quote set "$Q" adjustment=-2.01 >"$OUT"
# 263.18
t_same 'with coins of 5 cents' 'total 263.18
payable 263.20' "$(crm-quote show "$Q" -o table | sed 's/  */ /g; s/ $//' |
	sed -n '/^total/,/^payable/p')"

# --- moving -------------------------------------------------------------------
names() { crm-quote line list "$Q" -c name -o csv | sed 1d | tr '\n' ' '; }
# the last to the second place, until there is no room between two
turn() {
	for i in 1 2 3 4 5 6 7 8 9 10 11; do
		crm-quote line move "$Q" 5 2 || return
	done
}
t 'a line is moved again and again' turn
# 11 turns of 4 are 2 turns and 3
t_same 'to where it belongs' 'Wide Loyalty A B Oak ' "$(names)"
crm-quote line move "$Q" 3 3 >"$OUT"
t_same 'to its own place' 'Wide Loyalty A B Oak ' "$(names)"
crm-quote line move "$Q" 1 5 >"$OUT"
t_same 'to the end' 'Loyalty A B Oak Wide ' "$(names)"
crm-quote line move "$Q" 5 1 >"$OUT"
t_same 'to the beginning' 'Wide Loyalty A B Oak ' "$(names)"

# --- by hand ------------------------------------------------------------------
crm-quote set "$Q" cash= >"$OUT"
crm-quote issue "$Q" >"$OUT"
hand() { # EXIT NAME PATTERN SED FILES
	sed -i "$4" $5
	t "$2: it is an edit" 'test -n "$(git status --short)"'
	t_exit "$1" "$2" crm commit
	t_err "$2: why" "$3"
	git checkout -q .
}
q='quotes/*/*.csv' l='quote-lines/*/*.csv'
hand 77 'its name' 'is issued, and name does not change any more' \
    's/,Hotel,/,Motel,/' "$q"
hand 77 'its number' 'was issued under this number and keeps it' \
    's/Q2026-0001/Q2026-0002/' "$q"
hand 77 'a draft that says it was issued' 'a draft is issued first' \
    's/,draft,/,issued,/' "$q"
hand 77 'what it came to' 'issued_net: is what was issued' \
    's/,226.84,/,26.84,/' "$q"
hand 77 'a line of it' 'what is in it does not change any more' \
    's/,Oak,/,Ash,/' "$l"
hand 77 'one that goes' 'what is in it does not change any more' '/,Oak,/d' "$l"
t_exit 77 'a draft again' crm-quote set "$Q" state=draft
t_err 'is another one' 'crm-quote revise makes a new draft'
t_exit 77 'ordered' crm-quote set "$Q" state=ordered
t_err 'is by a verb' 'crm-quote order makes an order'
t_exit 77 'it stays' crm-quote rm "$Q"
t_err 'it says what instead' 'reject, expire or revise'
t 'note, tags and owner are ours' crm-quote set "$Q" note=x tags=hot owner=ana
t 'sent is said of it' crm-quote set "$Q" state=sent
t_exit 77 'but not issued again' crm-quote set "$Q" state=issued
done_testing
