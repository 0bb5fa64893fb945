#!/bin/sh
# Real and broken messages: each is filed, or refused for a reason that is true.
. "${0%/*}/../lib.sh"
t_data eml
t_store
acme=$(crm-account add Acme)

find "$DATA" -name '*.eml' -o -name '*.msg' | sort >files
count=$(wc -l <files)
t_exit 123 'all of them, on one account' \
    'xargs -d "\n" crm-act mail --account "$acme" --attachments <files >ids'
t_err 'some are none' '2 of [0-9]* messages were not filed'
t_same 'but for what is no message' "mail__erroneous.eml:1: this is no mail
msg_19.eml:1: this is no mail" \
    "$(grep -o '[^/]*: this is no mail' "$ERR")"
there=$(grep -c 'it is filed already' "$ERR")
t_same 'each id once' "$((count - 2))" "$(wc -l <ids)"
t_same 'the others are there' "$((count - 2 - there))" \
    "$(crm-act list -o count)"
# Message-IDs that python3 finds, folded as ids are compared.
t_same 'with the ids that they have' '' "$(
	xargs -d '\n' python3 -c '
import email, email.policy, sys
for f in sys.argv[1:]:
    m = email.message_from_binary_file(open(f, "rb"), policy=email.policy.default)
    i = str(m["message-id"] or "").strip()
    if i.startswith("<") and i.endswith(">") and i.isascii() and " " not in i:
        print(i[1:-1].lower())' <files | sort -u >want
	crm-act list -c message -o tsv | tail -n +2 | tr A-Z a-z | sort -u >have
	comm -23 want have)"
t 'in calendars that are sound' crm check
t 'nothing of git is left open' test -z "$(git status --porcelain -uno)"
t_exit 123 'once more' \
    'xargs -d "\n" crm-act mail --account "$acme" <files >again'
t_same 'the same ids' "$(sort ids)" "$(sort again)"

# By the addresses that they have.
cp files ..
t_store leads
t_exit 123 'leads of them' 'xargs -d "\n" crm-lead add --mail <../files >ids'
t_same 'one of each sender' '' \
    "$(crm-lead list -c email -o tsv | tail -n +2 | sort | uniq -d)"
t 'who is there' test "$(crm-lead list -o count)" -gt 50
t 'and sound' crm check
done_testing
