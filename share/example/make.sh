#!/bin/sh
# make.sh: makes the sample store in the folder DIR, from the files beside this
# script: a maker of windows and doors with two teams of sales and one of
# fitters. Persons and companies are invented. The same ids and commits each
# time. The person who runs it is "ana" of the store: set LOGNAME=ana, or
# user.login in your own crmrc, to be her.
#
#	sh make.sh DIR

set -e
[ $# -eq 1 ] || { echo "usage: sh make.sh DIR" >&2; exit 64; }
from=$(cd "$(dirname "$0")" && pwd)

export CRM_SEED=example LOGNAME=ana TZ=UTC CRM_CONFIG=/dev/null
export GIT_AUTHOR_NAME='Ana Reyes' GIT_COMMITTER_NAME='Ana Reyes'
export GIT_AUTHOR_EMAIL=ana@atlas-fenster.example
export GIT_COMMITTER_EMAIL=ana@atlas-fenster.example

# day DATE: what follows happens then.
day() {
	export CRM_NOW="$1T09:00:00Z"
	export GIT_AUTHOR_DATE="$CRM_NOW" GIT_COMMITTER_DATE="$CRM_NOW"
}

take() {
	entity=$1 file=$2
	shift 2
	"crm-$entity" import "$from/$file.csv" "$@" >/dev/null
}

day 2026-10-01
crm init "$1" --currency EUR --timezone UTC --pipelines sales,service \
    --login ana
cd "$1"
cp "$from/rates.csv" "$from/taxes.csv" config/
cat >>crmrc <<'END'
[company]
	name = Atlas Fenster GmbH
	address = Werkstraße 12\n20457 Hamburg\nGermany
	phone = +49 40 555 0100
	email = office@atlas-fenster.example
	website = https://atlas-fenster.example
	tax-id = DE123456788
	country = DE
	bank = Atlas Fenster GmbH\nIBAN DE89 3704 0044 0532 0130 00
[view "big"]
	entity = opp
	filter = +OPEN amount:25000..
	columns = id,name,owner,close,amount,currency
	sort = amount-
END
git add config/rates.csv config/taxes.csv crmrc
git commit -q -m 'config: who we are, rates of the dollar, taxes, and a view'

take user users --key login
take product products --key sku
take campaign campaigns
take account accounts --map 'Account No=ext_id' --key ext_id
take contact contacts --map 'Contact No=ext_id' --key ext_id
take lead leads --map 'Lead No=ext_id' --key ext_id
take opp deals --map 'Deal No=ext_id' --key ext_id
take target targets
crm-pricebook add 'United States' currency=USD \
    'customers=country:"United States"' >/dev/null
take price prices
take discount discounts

# What happened since.
move() {
	verb=$1
	shift
	crm-opp "$verb" "$@" >/dev/null
}

# offer DEAL FIELDS; LINES on stdin: a draft, which is then issued.
offer() {
	deal=$1
	shift
	Q=$(crm-quote new "$deal" "$@")
	crm-quote line rm "$Q" 1 >/dev/null # the deal's product
	crm-quote line add "$Q" - >/dev/null
	crm-quote issue "$Q" >/dev/null
}

day 2026-10-08
crm-lead convert 'Ethan Merrill' --amount '18600 USD' --close 2026-12-04 \
    >/dev/null
crm-lead convert 'Oliver Ashdown' --amount 27300 --close 2027-01-22 >/dev/null
move stage 'Kessler Immobilien AG – window replacement' negotiation

day 2026-10-15
offer 'Hotel Seeblick – window replacement' discount=5% terms=30/70 <<'END'
sku,quantity,discount,choice
WIN-60,38,,
WIN-90,6,10%,
END
seeblick=$Q
offer 'Oakfield Garden Centre – facade, north side' terms=net30 \
    competitor='ClearPane Ltd' competitor_price=19800 <<'END'
sku,quantity
FAC-200,52
END
oakfield=$Q

day 2026-10-22
crm-quote reject "$oakfield" --reason price >/dev/null
move win 'Falkenberg Metallbau GmbH – front doors'
move lose 'Oakfield Garden Centre – facade, north side' \
    --reason price --competitor 'ClearPane Ltd'

day 2026-11-04
crm-lead convert 'Sören Krüger' 'Graham Fairley' --close eoq >/dev/null
crm-quote accept "$seeblick" >/dev/null
O=$(crm-opp win 'Hotel Seeblick – window replacement' \
    --quote "$seeblick" -o ids)
crm-order pay "$O" 5000 >/dev/null
move win 'Autohaus Pröll – facade, north side'
move stage 'Bäckerei Hünefeld – entrance' negotiation


day 2026-11-12
move win 'Cedar Lake School District – entrance'
move lose 'Prairie Star Logistics – facade renovation' --reason no-budget
move hold 'Silver Birch Realty – yearly service' --until 2027-02-01

day 2026-11-18
move win 'Voss Logistik – yearly service'
move win 'Wohnbau Süd eG – facade, north side'
move cancel 'Gasthof Zum Löwen – facade renovation'
move stage 'Harbour View Clinics – sliding doors' negotiation
move tag amount:100000.. +board

# What people did and are going to do.
act() {
	crm-act "$@" >/dev/null
}

day 2026-11-19
act call 'Kessler Immobilien AG – window replacement' 2026-11-18 10:00 20m \
    'prices of W90' --outcome reached --result 'wants threefold glazing'
act visit 'Bäckerei Hünefeld – entrance' 2026-11-17 09:00 2h 'measuring' \
    --purpose measure --result 'door is 12 cm wider than in the plan'
act note 'Wohnbau Süd eG' 'moves the site office in January'

offer 'Kessler Immobilien AG – window replacement' discount=4% \
    terms=30/30/40 followup=2026-11-23 competitor='ClearPane Ltd' \
    competitor_price=21500 <<'END'
sku,quantity,choice
WIN-90,24,
SRV-M,1,
WIN-R40,2,option
END
crm-quote new 'Bäckerei Hünefeld – entrance' >/dev/null

day 2026-11-20
act call 'Kessler Immobilien AG – window replacement' 2026-11-23 10:00 30m \
    'offer for threefold glazing' --remind 15m
act meet 'Harbour View Clinics – sliding doors' 2026-11-24 14:00 1h \
    'kick-off' --where 'Harbour Road 4' --owner bo --remind 1h
act visit 'Bäckerei Hünefeld – entrance' 2026-11-25 08:30 90m 'sample door' \
    --where Backofenweg
act task 'Kessler Immobilien AG – window replacement' \
    'send references of housing companies' due=2026-11-20
act task 'Harbour View Clinics – sliding doors' 'ask for the fire report' \
    due=2026-11-26 --owner bo
act meet 'Sales round' 2026-11-23 08:30 30m --repeat weekly:8 --where 'Office'

# From now on nobody installs what is not paid for.
cat >config/gates.csv <<'END'
pipeline,stage,of,needs,say
service,installation,order,standing:paid,the order is paid
END
git add config/gates.csv
git commit -q -m 'config: a gate'
