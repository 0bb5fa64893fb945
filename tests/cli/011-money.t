#!/bin/sh
# How amounts are typed and kept.
. "${0%/*}/../lib.sh"
t_store

last() { crm-opp show "$1" -c amount,currency -o tsv | tail -n 1; }
# entry WANT TYPED...
entry() {
	want=$1
	shift
	crm-opp add "$*" "$@" >"$T/id" && test "$(last "$(cat "$T/id")")" = "$want"
}
tab=$(printf '\t')
t 'plain' entry "1234.50${tab}EUR" 1234.5
t '48k' entry "48000.00${tab}EUR" 48k
t '1.5M' entry "1500000.00${tab}EUR" 1.5M
t '1.234k' entry "1234.00${tab}EUR" 1.234k
t 'EUR 48k' entry "48000.00${tab}EUR" 'EUR 48k'
t '48k USD' entry "48000.00${tab}USD" '48k USD'
t '$5' entry "5.00${tab}USD" '$5'
t '€5' entry "5.00${tab}EUR" '€5'
t 'groups' entry "1234567.89${tab}EUR" 1,234,567.89
t 'yen without decimals' entry "1000${tab}JPY" 'JPY 1000'
t 'dinar with three' entry "1.234${tab}KWD" 'KWD 1.234'
t 'lower case' entry "7.00${tab}GBP" 'gbp 7'
t 'zero' entry "0.00${tab}EUR" 0
t 'negative' entry "-5.00${tab}EUR" -5
t 'large and exact' entry "90071992547409.93${tab}EUR" 90071992547409.93
t_exit 64 'too many digits' crm-opp add X 1.234
t_exit 64 'half a yen' crm-opp add X 'JPY 0.5'
t_exit 64 'beyond what can be held' crm-opp add X 99999999999999999999
t_exit 64 'no amount' crm-opp add X abc
t_exit 64 'a decimal comma is not guessed' crm-opp add X 0,500
t_exit 64 'no such currency' crm-opp add X 'XXQ 5'
t_exit 64 'two currencies' crm-opp add X 'EUR 5 USD'
t_exit 64 'currency twice, differing' crm-opp add X 'USD 5' currency=EUR
t 'currency beside the amount' '
	crm-opp add Z 5 currency=usd
	test "$(last Z)" = "5.00	USD"
'
t 'in any order' '
	crm-opp add name=Z2 currency=JPY amount=500
	test "$(last Z2)" = "500	JPY"
'
t 'a changed amount keeps its currency' '
	crm-opp set Z2 amount=700; test "$(last Z2)" = "700	JPY"
'
t 'unless another is typed' '
	crm-opp set Z2 amount="CHF 7"; test "$(last Z2)" = "7.00	CHF"
'
t_exit 65 'an amount that a new currency cannot hold' '
	crm-opp add Z3 1.25; crm-opp set Z3 currency=JPY'
t 'is unchanged' 'test "$(last Z3)" = "1.25	EUR"'
t 'a new currency for what it can hold' '
	crm-opp set Z3 amount=3; crm-opp set Z3 currency=JPY
	test "$(last Z3)" = "3	JPY"'
t 'sums with awk agree' '
	crm-opp list currency:EUR -c amount -o csv | awk "NR > 1 { s += \$1 } END { printf \"%.2f\n\", s }" >a
	sqlite3 :memory: -cmd ".mode csv" ".import opps/2026/11.csv t" \
		"select printf(\"%.2f\", sum(amount)) from t where currency=\"EUR\"" >b
	cmp a b; rm a b
'
t 'ranges' 'test "$(crm-opp list currency:EUR amount:1000..50k -o count)" = \
	"$(sqlite3 :memory: -cmd ".mode csv" ".import opps/2026/11.csv t" \
	"select count(*) from t where currency=\"EUR\" and amount+0 between 1000 and 50000")"'
t_exit 65 'sorting mixed money without a rate' crm-opp list -s amount
t_err 'says what is missing' 'rates.csv|rate'

# no default currency
t_store nocur --timezone UTC
t_exit 64 'no currency and no default' crm-opp add X 5
t_err 'says what to do' "EUR 5.*core.currency"
t 'with one' 'crm-opp add X "USD 5"; test "$(last X)" = "5.00	USD"'
t 'without an amount' crm-opp add Y
t 'the tree is clean' 'test -z "$(git status --porcelain)"'
done_testing
