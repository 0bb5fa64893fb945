#!/bin/sh
# crm-quote send: blind copies, files besides the document, a text of one's
# own; as python3's email package reads it.
# shellcheck disable=SC2016 # blocks of sh
. "${0%/*}/../lib.sh"
command -v python3 >/dev/null || t_skip_rest 'no python3'
t_store
mkdir -p "$T/.config/crm" "$T/in" "$T/md/tmp" "$T/md/new" "$T/md/cur"
printf '#!/bin/sh\nprintf "%%s " "$@" >"$HOME/args"\ncat >"$HOME/mail"\n' >"$T/mailer"
chmod +x "$T/mailer"
printf '[mail]\n\tsendmail = %s\n' "$T/mailer" >"$T/.config/crm/crmrc"
crm-account add Acme >/dev/null
crm-contact add name=Ada account=Acme email=ada@acme.example >/dev/null
crm-opp add Windows 5k account=Acme contact=Ada >/dev/null
Q=$(crm-quote new Windows name=Work)
crm-quote line add "$Q" name=Work price=500 >/dev/null
crm-quote issue "$Q" >/dev/null
send() { crm-quote send "$Q" --format text "$@"; }
rev() { git rev-parse HEAD; }
cat >"$T/read.py" <<'END2'
# The parts of a mail, and what python finds wrong with it.
import email, email.policy, sys
m = email.message_from_binary_file(open(sys.argv[1], "rb"),
    policy=email.policy.default)
bad = []
for p in m.walk():
    bad += p.defects
    for name in p.keys():
        bad += p[name].defects if hasattr(p[name], "defects") else []
print("defects", bad)
for name in "To", "Cc", "Bcc":
    print(name, "-" if m[name] is None else
        " ".join(a.addr_spec for a in m[name].addresses))
print("text", repr(m.get_body().get_content()))
for i, p in enumerate(m.iter_attachments()):
    data = p.get_payload(decode=True)
    print("file", p.get_filename(), p.get_content_type(), len(data))
    open(sys.argv[2] + "/%d" % i, "wb").write(data)
END2
parts() { mkdir -p "$T/parts" && python3 "$T/read.py" "$T/mail" "$T/parts"; }

# --- blind copies ---------------------------------------------------------------
t 'a dry run tells of them' send --bcc boss@example.org -n
t_out 'to whom' '^Bcc: boss@example\.org$'
t_exit 64 'what is no address is none there, too' send --bcc 'a@b.example
X: y'
t 'it is sent with one' send --cc bo@partner.example \
    --bcc 'Die Chefin <boss@example.org>' --bcc audit@example.org \
    -m 'Dear Ada, here it is: 50 € off.'
parts >"$T/got"
t_same 'which sendmail finds in its header' 'defects []
To ada@acme.example
Cc bo@partner.example
Bcc boss@example.org audit@example.org' "$(sed -n 1,4p "$T/got")"
t_same 'and takes out of it' '-t -i ' "$(cat "$T/args")"
t_same 'the text is that of -m' "text 'Dear Ada, here it is: 50 € off.\\n'" \
    "$(grep ^text "$T/got")"
act=$(crm-act list type:mail -o ids)
t_same 'the activity does not have them' 'ada@acme.example;ana@example.com;bo@partner.example' \
    "$(crm get "$act.with")"
t_same 'nor the quote' 'ada@acme.example, bo@partner.example' "$(crm get "$Q.sent_to")"
t_same 'nor anything of the store' '' "$(git grep -l -e boss@ -e audit@ HEAD)"
t_tick 60
t 'printed for another program' 'send --bcc boss@example.org --stdout >"$T/mail"'
t_same 'they are there' 'Bcc boss@example.org' "$(parts | grep ^Bcc)"
was=$(rev)
t_exit 64 'a Maildir tells nobody' send --bcc boss@example.org --maildir "$T/md"
t_same 'and gets nothing' "$was" "$(rev)$(ls "$T/md/new")"

# --- a text of one's own --------------------------------------------------------
t_exit 64 'one text' 'echo x | send -m y --body -'
t_exit 65 'that is UTF-8' send -m "$(printf 'K\344se')" -n
t_err 'which is said' '^crm-quote send: --message: is no UTF-8$'

# --- files ----------------------------------------------------------------------
printf 'a,b\n1,2\n' >"$T/in/Preise \"neu\".csv"
printf 'K\344se\n' >"$T/in/latin.txt"
printf '\000\001\377' >"$T/in/plan.DWG"
: >"$T/in/leer.pdf"
long=$(python3 -c 'print("Übersicht der Maße und Gewichte, " * 4 + ".XLSX")')
head -c 5000 /dev/urandom >"$T/in/$long"
t_tick 60
t 'files are attached' send --attach "$T/in/Preise \"neu\".csv" \
    --attach "$T/in/latin.txt" --attach "$T/in/plan.DWG" \
    --attach "$T/in/leer.pdf" --attach "$T/in/$long"
parts >"$T/got"
t_same 'a mail without a defect' 'defects []' "$(sed -n 1p "$T/got")"
# a text that is not UTF-8 is bytes; sizes are those of the files
t_same 'behind the document, in their order, under their names' \
    "file Preise \"neu\".csv text/csv 8
file latin.txt application/octet-stream 5
file plan.DWG application/octet-stream 3
file leer.pdf application/pdf 0
file $long application/vnd.openxmlformats-officedocument.spreadsheetml.sheet 5000" \
    "$(grep ^file "$T/got" | sed 1d)"
t 'with all their bytes' 'cmp "$T/in/plan.DWG" "$T/parts/3" &&
    cmp "$T/in/$long" "$T/parts/5" && cmp "$T/in/latin.txt" "$T/parts/2"'
t_same 'lines are short' 0 "$(awk 'length > 998' "$T/mail" | wc -l)"
t 'a dry run tells of them' send --attach "$T/in/latin.txt" -n
t_out 'with the size' '^Attached: latin\.txt \(5 bytes\)$'

t 'a pipe is waited for' 'mkfifo "$T/in/pipe.txt"; (echo late >"$T/in/pipe.txt") &
    send --attach "$T/in/pipe.txt" -n'
was=$(rev)
rm "$T/mail"
t_exit 66 'one that is not there' send --attach "$T/in/none.pdf"
t_err 'is told' '^crm-quote send: --attach: .*/in/none\.pdf'
t_exit 74 'a folder' send --attach "$T/in"
# 20 MiB is 20971520 bytes: in all, not each
truncate -s 20971519 "$T/in/big.bin"
printf x >"$T/in/x"
printf xy >"$T/in/xy"
t_exit 64 'more than 20 MiB in all' send --attach "$T/in/big.bin" --attach "$T/in/xy"
t_err 'which is said with the file' "--attach: .*/in/xy: .* 20 MiB in all"
truncate -s 20971521 "$T/in/bigger.bin"
t_exit 65 'more than that in one' send --attach "$T/in/bigger.bin"
set --
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
	set -- "$@" --attach "$T/in/x"
done
t_exit 64 'more than 16' send "$@"
t_same 'nothing of it was sent or recorded' "$was" "$(rev)$(cat "$T/mail" 2>/dev/null)"
shift 2
t_tick 60
t '16 are sent' send "$@"
t_same 'all of them' 17 "$(parts | grep -c ^file)"
t_tick 60
t '20 MiB are sent' send --attach "$T/in/big.bin" --attach "$T/in/x"
t_same 'whole' 'file big.bin application/octet-stream 20971519' "$(parts | grep big)"

# --- what comes next ------------------------------------------------------------
t_same 'the options are completed' '--attach
--bcc' "$(crm complete -- crm-quote send --attach | head -n 1
    crm complete -- crm-order send --b | grep bcc)"
t_same 'files are left to the shell' '' "$(crm complete -- crm-quote send "$Q" --attach "$T/in/x")"
done_testing
