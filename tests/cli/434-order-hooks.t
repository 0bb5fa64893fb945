#!/bin/sh
# Programs are told of orders with their lines, of deliveries with their order;
# and one can refuse that a quote is issued.
. "${0%/*}/../lib.sh"
t_store
mkdir -p "$T/bin" "$XDG_CONFIG_HOME/crm"
cat >"$T/bin/tell" <<'END'
#!/bin/sh
cat >>"$HOME/told.$1"
END
# page NAME: the program of that name, as the page has it
page() {
	awk -v name="/$1" 'index($0, name " ,") || index($0, name " :") { at = 1 }
	    at && /^#!/ { on = 1 } /^\.Ed/ { if (on) on = at = 0 }
	    on { gsub(/\\e/, "\\"); print }' "$repo/man/crm-hooks.5" >"$T/bin/$1"
}
page tell-warehouse
page tell-manager
cat >"$T/bin/mail" <<'END'
#!/bin/sh
cat >>"$HOME/mail.$3"
END
export PATH="$T/bin:$PATH"
# large ones wait
cat >"$T/bin/boss" <<'END'
#!/bin/sh
jq -e '.entity != "quote" or (.after.issued_total | tonumber) < 1000' >/dev/null
END
chmod +x "$T/bin/"*
cat >"$XDG_CONFIG_HOME/crm/crmrc" <<END
[hook]
	pre-issue = $T/bin/boss
	post-issue = $T/bin/tell
[hook "order"]
	post-add = $T/bin/tell-warehouse
	post-set = $T/bin/tell
[hook "delivery"]
	post-add = $T/bin/tell
[hook "payment"]
	pre-add = $T/bin/tell
END
crm-account add Acme street='Low Road 1' city=Bonn >"$OUT"
crm-product add name=Window sku=WIN-90 price=100 unit=pcs >"$OUT"
Q=$(crm-quote new Acme name=Hotel)
crm-quote line add "$Q" WIN-90 x12 >"$OUT"
crm-quote line add "$Q" kind=heading name='Extra "work"' >"$OUT"
crm-quote line add "$Q" name=Fitting price=80 >"$OUT"
t_exit 77 'a program refuses that it is issued' crm-quote issue "$Q"
t_same 'nothing was done' draft "$(crm get "$Q.state")"
crm-quote set "$Q" discount=30% >"$OUT"
t 'a smaller one is' crm-quote issue "$Q"
t_same 'whoever hears of it has its lines' '896.00 12,null,1' "$(
    jq -r '"\(.after.issued_total) \([.lines[].quantity | tostring] | join(","))"' \
	"$T/told.post-issue")"
O=$(crm-quote order "$Q" --accept delivery=2026-12-24 2>"$ERR")
t_same 'the warehouse has what is to be packed' \
    'Order R2026-0001, until 2026-12-24:|for Acme, Low Road 1, Bonn|12 pcs WIN-90 Window|1   Fitting|' \
    "$(tr '\n' '|' <"$T/mail.warehouse@example.org")"
crm-order deliver "$O" WIN-90 x5 >"$OUT"
t_same 'a delivery has its order and line' '5 R2026-0001 12 WIN-90' "$(
    jq -r '"\(.after.quantity) \(.order.number) \(.line.quantity) \(.line.sku)"' \
	"$T/told.post-add")"
crm-order deliver "$O" all >"$OUT"
t_same 'an order that is delivered has its lines' 'delivered 3' "$(
    jq -r '"\(.after.state) \(.lines | length)"' "$T/told.post-set")"
crm-order pay "$O" 96 >"$OUT" 2>&1
t_same 'a payment has its order' '96.00 R2026-0001' "$(
    jq -r '"\(.after.amount) \(.order.number)"' "$T/told.pre-add")"

# --- a large quote, of which the manager hears ----------------------------------
cat >"$XDG_CONFIG_HOME/crm/crmrc" <<END
[hook]
	post-issue = $T/bin/tell-manager
END
offer() { # NAME PRICE
	q=$(crm-quote new Acme name="$1") &&
	    crm-quote line add "$q" name=Work price="$2" >/dev/null &&
	    crm-quote issue "$q" >/dev/null
}
offer Small 49999.99
t 'of a small one nobody hears' test ! -e "$T/mail.boss@example.org"
offer Large 50000
t_same 'of a large one the manager does' \
    'Q2026-0003: 50000.00 EUR,|for Acme, by Ana Test|' \
    "$(tr '\n' '|' <"$T/mail.boss@example.org")"

# --- a document when a stage is entered -----------------------------------------
# the program is that of the page
awk '/ask-for-payment :$/ { at = 1 } at && /^#!/ { on = 1 } /^\.Ed/ { on = at = 0 }
    on { gsub(/\\e/, "\\"); print }' "$repo/man/crm-hooks.5" |
    sed 's/-o pdf/-o html/; s/\.pdf/.html/g' >"$T/bin/ask"
chmod +x "$T/bin/ask"
cat >"$XDG_CONFIG_HOME/crm/crmrc" <<END
[hook]
	post-stage = $T/bin/ask
END
sed -i '/,negotiation,/a sales,payment,Payment,open,90' config/stages.csv
git commit -qam 'a stage for payment'
D=$(crm-opp add 'Second hotel' account=Acme 1000)
Q=$(crm-quote new Acme name=Second opp="$D")
crm-quote line add "$Q" WIN-90 x2 >"$OUT"
crm-quote issue "$Q" >"$OUT" 2>&1
crm-quote order "$Q" --accept >"$T/o" 2>"$ERR"
t 'another stage is of no interest' crm-opp stage "$D" negotiation
t 'nothing is written' test ! -e documents
t 'the stage of payment is entered' crm-opp stage "$D" payment
t_same 'the request is a document of the deal' "request $(cat "$T/o").html" \
    "$(ls "documents/$D")"
t_same 'it asks for 2 x 100' 1 \
    "$(grep -c 'Amount due EUR.*200.00' "documents/$D/request $(cat "$T/o").html")"
t_same 'and is committed' '' "$(git status --porcelain)"
done_testing
