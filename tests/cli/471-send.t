#!/bin/sh
# crm-quote send: the mail as the person's program gets it, and what is kept of
# it; nothing is, where it does not go out.
# shellcheck disable=SC2016 # blocks of sh
. "${0%/*}/../lib.sh"
[ -x "$CRM_BIN/libexec/crm-render" ] || t_skip_rest 'no crm-render'
t_store
rev() { git rev-parse HEAD; }
set_mail() { # WORDS...: mail.sendmail is that
	mkdir -p "$T/.config/crm"
	printf '[mail]\n\tsendmail = %s\n\ttimeout = 1\n' "$*" >"$T/.config/crm/crmrc"
}
program() { # NAME: the rest of it is on stdin
	{ echo '#!/bin/sh'; cat; } >"$T/$1" && chmod +x "$T/$1"
}
program mailer <<'END'
printf '%s ' "$@" >"$HOME/args"
cat >"$HOME/mail"
echo queued >&2
END
program broken <<'END'
echo 'no route to host' >&2
exit 69
END
program later <<'END'
exit 75
END
program killed <<'END'
cat >/dev/null
kill -9 $$
END
program slow <<'END'
exec sleep 5
END
crm-account add Acme >/dev/null
crm-contact add name='Lovelace, Ada' account=Acme email=ada@acme.example >/dev/null
O=$(crm-opp add Windows 5k account=Acme contact='Lovelace, Ada')
quote() { # NAME
	q=$(crm-quote new Windows name="$1") &&
	    crm-quote line add "$q" name=Work price=500 quantity=2 >/dev/null &&
	    echo "$q"
}
Q=$(quote 'Fenster für Köln')

# --- before it goes out -------------------------------------------------------
t_exit 64 'a draft is not sent' crm-quote send "$Q" --stdout
t_err 'which says what to do' "crm-quote issue $Q"
t 'with --draft it is' crm-quote send "$Q" --draft -n --format text
t_out 'under its id' "^Attached: $Q\\.txt \\("
crm-quote issue "$Q" >/dev/null
t_exit 64 'no program sends mail by itself' crm-quote send "$Q"
t_err 'which says how to set one' 'mail\.sendmail'
printf '[mail]\n\tsendmail = %s\n' "$T/mailer" >>crmrc
t_exit 65 'a store does not choose it' crm-quote send "$Q"
git checkout -q crmrc
set_mail "$T/mailer" --account work
was=$(rev)
t 'how it would look' crm-quote send "$Q" --to ada@example.org -n
t_out 'to whom' '^To: ada@example\.org$'
t_out 'about what' '^Subject: Quotation Q2026-0001: Fenster für Köln$'
t_out 'what is attached' '^Attached: Q2026-0001\.pdf \([0-9]+ bytes\)$'
t_out 'the text' ' 1,000\.00 EUR\.$'
t 'by itself to the contact' crm-quote send "$Q" -n
t_out 'whose name has a comma' '^To: "Lovelace, Ada" <ada@acme\.example>$'
A=$(crm-quote new name=Arabic language=ar)
crm-quote line add "$A" name=Glass price=3 >"$OUT"
t_same 'marks of direction are not shown as codes' 0 "$(
	crm-quote send "$A" -n --draft --to a@b.example --format text |
	    grep -c 'u{200')"
crm-quote rm "$A" --force >"$OUT"
was=$(rev)
t_same 'and nothing has happened' "$was issued" \
    "$(rev) $(crm get "$Q.state")$(ls "$T/mail" 2>/dev/null)"
t_exit 64 'no address' crm-quote send "$Q" --to Ada
t_exit 64 'one that adds a header' crm-quote send "$Q" --to 'a@b.example
Bcc: eve@evil.example'
t_err 'told in one line' "^crm-quote send: 'a@b.example.x0aBcc: "
t_exit 64 'no such format' crm-quote send "$Q" --format docx
t_exit 66 'no such quote' crm-quote send Q2611-00000000
t_exit 64 'one at a time' crm-quote send "$Q" "$Q"

# --- it does not go out -------------------------------------------------------
set_mail "$T/broken"
t_exit 74 'the program fails' crm-quote send "$Q"
t_err 'which says why' 'mail\.sendmail: .*/broken ended with 69: no route to host'
set_mail "$T/later"
t_exit 74 'it cannot for now' crm-quote send "$Q"
t_err 'with what it ended with' 'later ended with 75'
set_mail "$T/killed"
t_exit 74 'it is killed' crm-quote send "$Q"
t_err 'which says so' 'mail\.sendmail: .*killed'
set_mail "$T/slow"
t_exit 74 'it takes too long' crm-quote send "$Q"
t_err 'which says so' 'did not end within 1 s'
set_mail "$T/nothing"
t_exit 74 'it is not there' crm-quote send "$Q"
cp "$T/mailer" mailer
set_mail "$PWD/mailer"
t_exit 77 'it came with the store' crm-quote send "$Q"
rm mailer
t_exit 64 'no Maildir' crm-quote send "$Q" --maildir "$T"
t_exit 74 'nobody takes what is printed' 'crm-quote send "$Q" --stdout >/dev/full'
t_same 'and nothing is kept of any of it' "$was issued" \
    "$(rev) $(crm get "$Q.state")$(ls "$T/mail" 2>/dev/null)"

# --- it goes out --------------------------------------------------------------
set_mail "$T/mailer" --account work
t 'it is sent' crm-quote send "$Q" --cc 'Bo <bo@partner.example>'
t_same 'which prints its id' "$Q" "$(cat "$OUT")"
t_err 'and what the program says' queued
t_same 'the program has its words, and ours' '--account work -t -i ' "$(cat "$T/args")"
mkdir "$T/parts"
"$CRM_BIN/libexec/crm-mime" -a "$T/parts" <"$T/mail" >"$T/rows"
t 'the mail is from me' grep -q '^from,Ana Test,ana@example.com,' "$T/rows"
t 'to the contact' grep -q '^to,"Lovelace, Ada",ada@acme.example,' "$T/rows"
t 'with a copy' grep -q '^cc,Bo,bo@partner.example,' "$T/rows"
t 'about the quote' grep -q '^subject,,Quotation Q2026-0001: Fenster für Köln,' "$T/rows"
t 'with the PDF' grep -Eq '^attachment,Q2026-0001.pdf,.*application/pdf' "$T/rows"
# its state is not in it
t 'as it is rendered' 'crm-quote render "$Q" -o pdf | cmp - "$T/parts/1"'
t_same 'lines end as a program wants them' 0 "$(grep -c "$(printf '\r')" "$T/mail")"
t_same 'it is sent, and asked about in a week' 'sent 2026-11-28' \
    "$(crm get "$Q.state") $(crm get "$Q.followup")"
act=$(crm-act list type:mail -o ids)
get() { crm get "$act.$1"; }
t_same 'the mail is filed' \
    "out $O Quotation Q2026-0001: Fenster für Köln ada@acme.example;ana@example.com;bo@partner.example" \
    "$(get direction) $(get opp) $(get subject) $(get with)"
t_same 'with its Message-ID' "$(sed -n 's/^Message-ID: <\(.*\)>$/\1/p' "$T/mail")" \
    "$(get message)"
t_same 'and its text' 1 "$(get note | grep -c '1,000.00 EUR')"
t_same 'in one commit' "$was" "$(git rev-parse HEAD~)"
t 'it is filed once' 'crm-act mail - <"$T/mail"'
t_same 'though it comes again' 1 "$(crm-act list type:mail -o count)"
t_exit 77 'sending is not taken back' crm undo
t_err 'which says what is' 'has left the house.*crm-quote revise'
t_same 'it stays sent' sent "$(crm get "$Q.state")"

# --- again, and elsewhere -----------------------------------------------------
t_tick 60
crm-quote set "$Q" followup=2026-12-24 >/dev/null
mkdir -p "$T/md/tmp" "$T/md/new" "$T/md/cur"
t 'into a Maildir' crm-quote send "$Q" --maildir "$T/md" --to eve@example.org \
    --format pdf,html --subject 'Once
Bcc: more' --body - <<'END'
Here it is again.
END
t_same 'a file in new' '1 0' "$(ls "$T/md/new" | wc -l) $(ls "$T/md/tmp" | wc -l)"
cp "$T"/md/new/* "$T/mail"
t_err 'which tells of the time before' \
    'it was sent before: 2026-11-21T10:00:00Z to ada@acme\.example, bo@part'
t_same 'and is what is known now' '2026-11-21T10:01:00Z eve@example.org' \
    "$(crm get "$Q.sent") $(crm get "$Q.sent_to")"
t 'as people are shown' crm-quote show "$Q" -o table
t_out 'to whom' 'sent_to +eve@example\.org'
t 'and its log' crm-quote log "$Q"
t_out 'has when' ',sent,.*,2026-11-21T10:01:00Z'
t_same 'with both' 2 "$(grep -c '^Content-Disposition: attachment' "$T/mail")"
t_same 'a subject is one line' 'Subject: Once Bcc: more' "$(grep Subject "$T/mail")"
t_same 'my text' 1 "$(grep -c '^Here it is again\.$' "$T/mail")"
t_same 'its day of asking stays' 2026-12-24 "$(crm get "$Q.followup")"
t_same 'it is filed, too' 2 "$(crm-act list type:mail -o count)"
t_tick 60
t 'for another program' 'crm-quote send "$Q" --stdout >"$T/mail"'
t_same 'the mail and nothing else' 'From: Ana Test <ana@example.com>' \
    "$(head -n 1 "$T/mail")"
t_same 'counts as sent' 3 "$(crm-act list type:mail -o count)"
crm-quote reject "$Q" --reason price >/dev/null 2>&1 ||
    crm-quote reject "$Q" --force >/dev/null
t_exit 64 'what was rejected is not sent' crm-quote send "$Q" -n
t 'unless it must be' crm-quote send "$Q" -n --force

# --- it is out, and the store cannot be written -------------------------------
Q=$(quote Late)
crm-quote issue "$Q" >/dev/null
program no <<'END'
exit 1
END
printf '[hook]\n\tpre-commit = %s\n' "$T/no" >>"$T/.config/crm/crmrc"
was=$(rev)
rm -f "$T/mail"
t_exit 73 'it is sent, but not recorded' crm-quote send "$Q"
t_err 'which says so' 'the mail was sent, as <Q.*@example.com>, but that is not recorded: '
t 'it was' test -s "$T/mail"
t_same 'the store is as it was' "$was issued" "$(rev) $(crm get "$Q.state")"

# --- orders -------------------------------------------------------------------
set_mail "$T/mailer"
Q=$(quote Ordered)
crm-quote issue "$Q" >/dev/null
crm-quote accept "$Q" >/dev/null
R=$(crm-quote order "$Q" -o ids 2>/dev/null | grep '^R')
t 'an order is confirmed' crm-order send "$R"
t 'as one' grep -q '^Subject: Order confirmation R2026-0001' "$T/mail"
t 'with its document' grep -q 'filename="R2026-0001.pdf"' "$T/mail"
t_same 'and marked' ada@acme.example "$(crm get "$R.sent_to")"
t_same 'and filed' 1 "$(crm-act list type:mail subject~confirmation -o count)"

# --- of a template of one's own -----------------------------------------------
mkdir -p templates
echo 'Briefly: {{total}}' >templates/short.txt
S=$(quote Short)
crm-quote set "$S" template=short >/dev/null
t 'one with a text of its own goes out' crm-quote send "$S" --draft -n \
    --to ada@example.org --format text,pdf
t_out 'the subject is that of all quotes' '^Subject: .*Short$'
t_out 'the PDF, too' '^Attached: .*\.pdf'
echo 'In short: {{subject}}' >templates/short.subject
t 'unless it has one, too' crm-quote send "$S" --draft -n \
    --to ada@example.org --format text
t_out 'which is taken' '^Subject: In short: Short$'
done_testing
