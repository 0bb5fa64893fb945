#!/bin/sh
# crm-act mail: messages are filed on whom they are from and to; crm-lead add
# --mail makes leads of them.
. "${0%/*}/../lib.sh"
t_store

mail() { # mail ID FROM TO SUBJECT [HEADER...]; the text is on stdin
	printf 'Message-ID: <%s>\nFrom: %s\nTo: %s\nSubject: %s\n' "$1" "$2" \
	    "$3" "$4"
	printf 'Date: Fri, 20 Nov 2026 11:00:00 +0100\n'
	shift 4
	[ $# -eq 0 ] || printf '%s\n' "$@"
	printf '\n'
	cat
}
cells() { # cells COLUMNS FILTER...: of the activities, without a header
	columns=$1
	shift
	crm-act list -c "$columns" -o csv "$@" | tail -n +2
}

acme=$(crm-account add Acme email=info@acme.example)
ada=$(crm-contact add 'Ada Lovelace' email=Ada@acme.example account="$acme")
beta=$(crm-account add Beta)
bob=$(crm-contact add Bob email=bob@beta.example account="$beta")
crm-lead add Lea email=lea@lead.example >"$OUT"
deal=$(crm-opp add Windows 48k account="$acme")

echo 'We need twelve.' | mail m1@x 'Ada <ADA@ACME.example>' \
    'Ana <ana@example.com>, Carl <carl@else.example>' 'Your offer' >m1
t 'a mail of a contact is filed' 'crm-act mail - <m1 >id'
t_same 'with what it says, on contact, account and the only open deal' \
    "mail,Your offer,2026-11-20T10:00:00Z,done,mail,in,$acme,$ada,$deal" \
    "$(cells type,subject,start,state,channel,direction,account,contact,opp)"
t_same 'its addresses, ids and text' \
    'ada@acme.example;ana@example.com;carl@else.example,m1@x,m1@x,We need twelve.' \
    "$(cells with,message,thread,note)"
t 'as a journal entry of its owner' grep -q '^BEGIN:VJOURNAL' \
    calendar/ana/notes/*.ics
t_same 'one commit' 'act mail' "$(git log -1 --format=%B |
	sed -n 's/^Crm-Verb: //p')"
head=$(git rev-parse HEAD)
t 'the same message again is no failure' 'crm-act mail - <m1 >again'
t_err 'it says so' 'stdin: it is filed already, as E2611-'
t_same 'and prints the id that has it' "$(cat id)" "$(cat again)"
t_same 'nothing was committed' "$head" "$(git rev-parse HEAD)"

# Deals: none is taken where there are several; a thread has its own.
other=$(crm-opp add Doors 5k account="$acme")
echo | mail m2@x ada@acme.example ana@example.com Doors >m2
t 'of two open deals none is meant' crm-act mail m2
t_same 'it is filed without' ,"$acme" \
    "$(cells opp,account message:m2@x)"
echo | mail m3@x ana@example.com 'bob@beta.example, ada@acme.example' \
    "Re: Your offer" 'References: <m1@x>' >m3
t 'a reply' crm-act mail m3
t_same 'has the links of its thread, and goes out' \
    "m1@x,$deal,$acme,out" "$(cells thread,opp,account,direction message:m3@x)"
echo | mail m4@x nobody@else.example ana@example.com 'Re: Re: Your offer' \
    'In-Reply-To: <m3@x>' >m4.eml
t "so has one of somebody who is not known" crm-act mail m4.eml
t_same 'by the nearest that is known' "m1@x,$deal" \
    "$(cells thread,opp message:m4@x)"
echo | mail m5@x ada@acme.example ana@example.com "Doors [$other]" >m5
t 'an id in the subject' crm-act mail m5
t_same 'says the deal' "$other" "$(cells opp message:m5@x)"
echo | mail m6@x ada@acme.example ana@example.com Doors \
    "X-CRM-Ref: $beta, $other" >m6
t 'so does a header' crm-act mail m6
t_same 'first' "$other,$beta" "$(cells opp,account message:m6@x)"
echo | mail m7@x ada@acme.example ana@example.com \
    'Doors [O2611-00000000] [x' >m7
t 'an id of nothing says nothing' crm-act mail m7
t_same 'the thread is listed' "$(printf 'm1@x\nm3@x\nm4@x')" \
    "$(cells message thread:m1@x | sort)"

# Who is not known.
echo | mail n1@x Eve@else.example ana@example.com Hello >n1
t_exit 66 'a mail of nobody who is known' crm-act mail - <n1
t_err 'is refused' 'stdin: nobody is known by these addresses: eve@else.example, ana@example.com; --account'
t 'unless it is said whose it is' crm-act mail n1 --opp "$other" --no-text
t_same 'with the account of the deal' "$other,$acme," \
    "$(cells opp,account,note message:n1@x)"
echo 'Hello!' | mail n2@x '"Eve Adams" <eve@else.example>' \
    ana@example.com Hello >n2
t 'or a lead is made' crm-act mail n2 --lead-new
t_same 'of the sender' 'Eve Adams,eve@else.example,email,email,Hello!' \
    "$(crm-lead list email:eve@else.example -o csv \
	-c name,email,source,channel,note | tail -n +2)"
t_same 'and the mail is on it' 'Eve Adams' \
    "$(cells lead.name message:n2@x)"
echo | mail n3@x eve@else.example ana@example.com Again >n3
t 'the next one' crm-act mail n3 --lead-new
t_same 'makes no other' 1 "$(crm-lead list email:eve@else.example -o count)"
t_same 'it is on the lead' 'Eve Adams' "$(cells lead.name message:n3@x)"

# The owner is who of us takes part; another one by --owner.
crm-user add 'Bo Berg' login=bo email=bo@example.com >"$OUT"
echo | mail o1@x bob@beta.example bo@example.com 'For Bo' >o1
t 'a mail to another of us' crm-act mail o1
t_same 'is in their calendar' 1 \
    "$(find calendar/bo/notes -name '*.ics' | wc -l)"
echo | mail o2@x bo@example.com ana@example.com 'Among us' >o2
t_exit 66 'a mail among us belongs to nobody' crm-act mail o2

# Leads.
echo 'Please call.' | mail l1@x 'Fay <fay@new.example>' sales@us.example \
    Enquiry >l1
t 'a lead from a mail' 'crm-lead add - --mail source=fair <l1 >lead'
t_same 'has what was said, and who said it' "$(cat lead),Fay,fair,Ana Test" \
    "$(crm-lead list email:fay@new.example -o csv \
	-c id,name,source,owner.name | tail -n +2)"
t_same 'with the mail' "$(cat lead)" "$(cells lead message:l1@x)"
echo | mail l2@x bob@beta.example sales@us.example Enquiry >l2
t 'of a contact no lead is made' 'crm-lead add - --mail <l2 >lead'
t_err 'that is said' "$bob is known; the mail was filed"
t_same 'its id is printed' "$bob" "$(cat lead)"
t_exit 64 '--attachments goes with --mail' crm-lead add x --attachments

printf '[mail]\n\tleads = other@us.example, Sales@us.example\n' >>crmrc
crm commit >"$OUT" 2>&1
echo | mail l3@x gil@new.example sales@us.example Enquiry >l3
t 'mail to an address of the team' crm-act mail l3
t_same 'makes a lead, of nobody yet' gil, \
    "$(crm-lead list email:gil@new.example -c name,owner -o csv | tail -n +2)"
echo | mail l4@x robot@new.example sales@us.example 'Out of office' \
    'Auto-Submitted: auto-replied' >l4
t_exit 66 'but not of what answers by itself' crm-act mail l4

# Several, and what is none.
mkdir -p box/new box/cur box/tmp
echo | mail b1@x ada@acme.example ana@example.com One >box/new/1
echo | mail b2@x bob@beta.example ana@example.com Two \
    'References: <b1@x>' >box/cur/2:2,S
echo | mail b3@x who@ever.example ana@example.com Three >box/new/3
n=$(git rev-list --count HEAD)
t 'a maildir' crm-act mail --maildir box
t_err 'says what was left out' '1 of 3 are of nobody who is known'
t_same 'the rest is one commit' $((n + 1)) "$(git rev-list --count HEAD)"
t_same 'in which a reply finds its thread' b1@x "$(cells thread message:b2@x)"
t 'again, there is nothing to do' crm-act mail --maildir box
t_same 'in silence but for that' "$(cat "$ERR")" \
    'crm-act mail: 1 of 3 are of nobody who is known'
mkfifo box/cur/4:2,
ln -s /dev/zero box/cur/5:2,
t_exit 3 'a pipe or a device in a maildir is no message' \
    timeout 20 crm-act mail --maildir box
t_err 'it is told' 'box/cur/4:2,: not a regular file'
rm box/cur/4:2, box/cur/5:2,
echo | mail b1@x ada@acme.example ana@example.com One >box/new/6
truncate -s 70M box/new/6
t 'one that is known by its Message-ID is not read again' \
    crm-act mail --maildir box
sed 's/b1@x/b6@x/' box/new/1 >box/new/6
truncate -s 70M box/new/6
t_exit 3 'another that is as large is refused' crm-act mail --maildir box
rm box/new/6
t_exit 66 'no such folder' crm-act mail --maildir nowhere

# An mbox: several messages in a file.
{
	echo 'From ada@acme.example Fri Nov 20 11:00:00 2026'
	echo 'Hello

From now on it is cheaper.

>From Ada with love
>>From nobody' | mail x1@x ada@acme.example ana@example.com First
	echo
	echo 'From bob@beta.example  Sat Nov 21 09:30:00 2026 +0100'
	echo 'Again' | mail x2@x bob@beta.example ana@example.com Second
	echo
	echo 'From MAILER-DAEMON Sun Nov 22 00:00:01 2026'
	echo | mail x3@x who@ever.example ana@example.com Third
} >mbox
n=$(git rev-list --count HEAD)
t_exit 3 'an mbox with one of nobody' 'crm-act mail - <mbox >ids'
t_err 'which is told' '1 of 3 are of nobody who is known'
t_same 'the others are filed' 2 "$(wc -l <ids)"
t_same 'in one commit' $((n + 1)) "$(git rev-list --count HEAD)"
t_same 'the quoting is taken off, once' 'Hello

From now on it is cheaper.

From Ada with love
>From nobody' "$(crm-act list message:x1@x -c note -o json | jq -r '.[].note')"
t_same 'the next begins behind it' Second,Again \
    "$(cells subject,note message:x2@x)"
t_exit 3 'by name, and again' crm-act mail mbox
t_err 'each is named' 'mbox \(message 2\): it is filed already'
sed '/^From bob/,$d; s/x1@x/x4@x/; s/^>>From.*//' mbox >one
t 'a single message' crm-act mail one
t_same 'stays as it is' '>From Ada with love' \
    "$(crm-act list message:x4@x -c note -o json | jq -r '.[].note' |
	tail -n 1)"

# Very many are filed in several commits, so that few are held in memory.
for i in 1 2 3; do
	yes 'a line of a text' | head -c 34M |
	    mail "y$i@x" ada@acme.example ana@example.com Large >"large$i"
done
n=$(git rev-list --count HEAD)
t 'large messages' crm-act mail large1 large2 large3
t_same 'are two commits' $((n + 2)) "$(git rev-list --count HEAD)"
t_same 'and the text is told to be longer' 3 "$(
	crm-act list subject:Large -c note -o json |
	    grep -o '\[[0-9]* more bytes\]' | wc -l)"
rm large*
{
	sed 's/x4@x/z1@x/' one
	printf '\n%s\n' 'From ada@acme.example Sat Nov 21 10:00:00 2026'
	yes 'a line of a text' | head -c 65M |
	    mail z2@x ada@acme.example ana@example.com Huge
	printf '\n\n%s\n' 'From bob@beta.example Sat Nov 21 11:00:00 2026'
	echo 'Behind it' | mail z3@x bob@beta.example ana@example.com Third
} >huge
line=$(grep -n '^From ada.*Nov 21 10:00' huge | cut -d: -f1)
t_exit 3 'an mbox with one that is too large' crm-act mail huge
t_err 'which is told, where it is' \
    "huge:$line: larger than the limit of 67108864 bytes"
t_err 'with how many were not filed' '1 of 3 messages were not filed'
t_same 'those in front and behind are filed' 'First
Third' "$(cells subject message:z1@x or message:z3@x -s subject)"
t_same 'it is not' 0 "$(crm-act list message:z2@x -o count)"
rm huge
echo 'no mail' >none
t_exit 65 'what is no message' crm-act mail none
t_err 'is refused with its name' '^crm-act mail: none:1: this is no mail'
t_exit 3 'among others it is left out' crm-act mail none m2
t_exit 64 'which message?' crm-act mail
n=$(git rev-list --count HEAD)
echo | mail d1@x ada@acme.example ana@example.com Dry >d1
t 'a dry run' crm-act mail -n d1
t_out 'shows cells' ',message,,d1@x'
t_same 'and does nothing' "$n" "$(git rev-list --count HEAD)"
t 'undo takes a mail back' '
	crm-act mail d1
	crm undo
	test "$(crm-act list message:d1@x -o count)" = 0
'
t 'the store is sound' crm check
echo | mail d2@x stranger@who.example ana@example.com Hi >d2
t_exit 3 'of several, one of nobody' crm-act mail d1 d2
t_err 'is named, with its addresses' \
    '^crm-act mail: d2: nobody is known by these addresses: stranger@who.example'

# Filed first, and its attachments wanted later.
printf '%s\n' 'From: ada@acme.example' 'To: ana@example.com' 'Subject: Plan' \
    'Date: Fri, 20 Nov 2026 10:00:00 +0000' 'Message-ID: <att@x>' \
    'MIME-Version: 1.0' 'Content-Type: multipart/mixed; boundary=b' '' \
    --b 'Content-Type: text/plain' '' See. \
    --b 'Content-Type: application/pdf' \
    'Content-Disposition: attachment; filename=plan.pdf' '' '%PDF plan' \
    --b-- >att
crm-act mail att >first 2>"$OUT"
kept() { find documents -name 'plan*.pdf' 2>/dev/null | wc -l; }
t_same 'a mail is filed without its attachments' 0 "$(kept)"
t 'again with them' 'crm-act mail att --attachments >again'
t_err 'it is filed already' 'it is filed already, as E'
t_same 'and the attachment is a document' 1 "$(kept)"
t_same 'of one commit' '' "$(git status --porcelain documents)"
t 'once more' crm-act mail att --attachments
t_same 'it is there once' 1 "$(kept)"

# The same in a maildir: what is filed is read once more, for its attachments.
mkdir -p late/new late/cur
for i in 1 2; do sed "s/att@x/late$i@x/; s/PDF plan/PDF $i/" att >late/new/$i; done
sed '/^Message-ID/d; s/PDF plan/PDF 3/' att >late/cur/3
t 'a maildir is filed without' crm-act mail --maildir late
t_same 'its attachments' 1 "$(kept)"
t 'a dry run' crm-act mail --maildir late --attachments -n
t 'a second time with them' crm-act mail --maildir late --attachments
t_same 'each is a document' 4 "$(kept)"
sed 's/att@x/late4@x/; s/PDF plan/PDF 4/' att >late/new/4
t 'one that is new' crm-act mail --maildir late --attachments
t_same 'is filed with its own' 5 "$(kept)"
t 'three are removed on purpose' '
	grep -rlZx -e "%PDF [134]" documents | xargs -0 git rm -q
	git commit -qm drop
'
n=$(git rev-list --count HEAD)
printf half >>.git/crm/attachments
t 'the next run' crm-act mail --maildir late --attachments
t_same 'does not bring them back' "2 $n" "$(kept) $(git rev-list --count HEAD)"
t 'asked for by name' crm-act mail late/new/1 --attachments
t_same 'one does come back' 3 "$(kept)"
t 'where it is not known what was taken' 'rm .git/crm/attachments
	crm-act mail --maildir late --attachments'
t_same 'all come, those that are there once' 5 "$(kept)"

# The folder of the attachments goes also where not all could be written.
{
	sed '/^--b--/d; s/att@x/big@x/' att
	printf '%s\n' --b 'Content-Type: application/zip' \
	    'Content-Disposition: attachment; filename=big.zip' ''
	yes 'a line of a file' | head -c 3M
	printf '\n%s\n' --b--
} >big
mkdir tmp own own/libexec
cp "$CRM_BIN/crm" own/crm-act
{ echo '#!/bin/sh'; echo 'ulimit -f 100'
	echo "exec '$CRM_BIN/libexec/crm-mime' \"\$@\""; } >own/libexec/crm-mime
chmod +x own/libexec/crm-mime
t_exit 70 'no room for the second attachment' \
    env TMPDIR="$PWD/tmp" own/crm-act mail big --attachments
t_same 'the first is not left behind' '' "$(ls -A tmp)"
done_testing
