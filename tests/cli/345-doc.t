#!/bin/sh
# crm doc: files of a record, versions as commits, names that cannot do harm.
. "${0%/*}/../lib.sh"
t_store

acme=$(crm-account add Acme)
deal=$(crm-opp add Windows 48k account="$acme")
printf 'first\n' >offer.txt
printf 'a,b\n1,2\n' >list.csv
n=$(git rev-list --count HEAD)
t 'two files' 'crm doc add "$deal" offer.txt list.csv --note "as sent" >names'
t_same 'their names are printed' "$(printf 'offer.txt\nlist.csv')" \
    "$(cat names)"
t_same 'they are one commit' $((n + 1)) "$(git rev-list --count HEAD)"
t_same 'with the note' 'as sent' "$(git log -1 --format=%s)"
t_same 'and lie below the record' first "$(cat "documents/$deal/offer.txt")"
t 'nothing is left to commit' test -z "$(git status --porcelain -uno)"
t_same 'listed with their sizes' "id,name,size
$deal,list.csv,8
$deal,offer.txt,6" "$(crm doc list "$deal" -o csv)"
t_same 'all of them, too' 2 "$(crm doc list -o count)"
t_same 'and with the record' "$(printf 'list.csv (8 bytes)\noffer.txt (6 bytes)')" \
    "$(crm show "$deal" -o table | grep -o '[a-z.]* (6 bytes)\|[a-z.]* (8 bytes)')"
t_same 'printed' first "$(crm doc cat "$deal" offer.txt)"
t_same 'its path' "$PWD/documents/$deal/offer.txt" \
    "$(crm doc open "$deal" offer.txt)"
printf '#!/bin/sh\necho "opened $2 by $1" >%s/opened\n' "$T" >../opener
chmod +x ../opener
mkdir -p "$XDG_CONFIG_HOME/crm"
printf '[doc]\n\topener = %s/opener me\n' "$T" >"$XDG_CONFIG_HOME/crm/crmrc"
t 'opened by a program' crm doc open "$deal" offer.txt --run
t_same 'with its path as one word' \
    "opened $PWD/documents/$deal/offer.txt by me" "$(cat ../opened)"
printf '[doc]\n\topener = /bin/rm\n' >>crmrc
t_exit 65 'which is not the team'\''s to choose' crm doc list
git checkout -q crmrc

# Versions.
t_tick 60
printf 'second\n' >offer.txt
t 'the same name again' crm doc add "$deal" offer.txt
t_err 'is a new version' 'offer.txt: a new version'
t_same 'of the same document' second "$(crm doc cat "$deal" offer.txt)"
t_same 'the old one is there' first \
    "$(crm doc cat "$deal" offer.txt --as-of HEAD~1)"
t_same 'listed with its own size' 6 \
    "$(crm doc list "$deal" --as-of HEAD~1 -o csv | sed -n 's/.*offer.txt,//p')"
t_same 'both are in the log' "$deal,offer.txt,2026-11-21T10:01:00Z,doc add: 1 document
$deal,offer.txt,2026-11-21T10:00:00Z,as sent" "$(
	crm doc log "$deal" offer.txt -o csv 2>/dev/null |
	    tail -n +2 | cut -d, -f1-3,6)"
t 'the same bytes' crm doc add "$deal" offer.txt
t_err 'are no version' 'the same as it was'
t 'undo takes a version back' crm undo
t_same 'so that the old one is there' first \
    "$(crm doc cat "$deal" offer.txt)"
printf 'by hand\n' >"documents/$deal/offer.txt"
t 'an edit by hand is committed' crm commit
t_same 'as a version' 'by hand' "$(git show "HEAD:documents/$deal/offer.txt")"

# Names.
name() { # name WANT GIVEN: what a file is called that somebody calls GIVEN
	t_same "a name: $1" "$1" "$(crm doc add "$acme" offer.txt --name "$2" |
	    sed 's/ ([0-9]*)//')"
}
name passwd ../../etc/passwd
name git .git
name git "$(printf '.g\342\200\214it')"
name 'GIT_1' 'GIT~1'
name 'gi7eba_1' 'gi7eba~1'
name gitattributes .gitattributes
name 'git__$INDEX_ALLOCATION' '.git::$INDEX_ALLOCATION'
name document ...
name document ../..
name evil.txt 'C:\windows\evil.txt'
name a_b_c.txt "$(printf 'a\nb\033c.txt')"
name gpj.exe "$(printf '\342\200\256gpj.exe')"
name _nul.txt nul.txt
name _rf -rf
name 'x_y.txt' "$(printf 'x\377y.txt')"
name "$(printf '\303\251t\303\251.txt')" "$(printf 'e\314\201te\314\201.txt')"
long=$(printf '%0250d' 0)
t_same 'at most 200 bytes, with its ending' "200 .pdf" "$(
	got=$(crm doc add "$acme" offer.txt --name "$long.pdf")
	echo "${#got} .${got##*.}")"
mkdir a b
echo 1 >a/x.txt
echo 2 >b/x.txt
echo 3 >b/X.txt
t_same 'of two that are called the same one is (2)' \
    "$(printf 'x.txt\nx (2).txt\nX (3).txt')" \
    "$(crm doc add "$deal" a/x.txt b/x.txt b/X.txt)"
t_same 'what each of them has is not put again, whatever the order' \
    "$(printf 'X (3).txt\nx.txt\nx (2).txt\nx.txt')" \
    "$(crm doc add "$deal" b/X.txt a/x.txt b/x.txt a/x.txt)"
t_same 'nothing came to lie elsewhere' '' "$(
	git ls-files | grep -v -e '^documents/[AO]2611-[0-9a-z]*/[^/]*$' \
	    -e '^"documents/[AO]2611-[0-9a-z]*/[^/]*"$' -e '^[a-z-]*/' \
	    -e '^crmrc$' -e '^\.gitattributes$')"

# Links are not followed.
mkdir ../elsewhere
beta=$(crm-account add Beta)
ln -s ../../elsewhere "documents/$beta"
t_exit 65 'a link in the place of the folder' crm doc add "$beta" offer.txt
t 'nothing was written through it' test -z "$(ls ../elsewhere)"
t_exit 65 'crm check tells' crm check
rm "documents/$beta"
ln -s /etc/passwd "documents/$deal/passwd"
t_exit 65 'a link in the place of a document' crm doc open "$deal" passwd
t_exit 65 'is not printed' crm doc cat "$deal" passwd
rm "documents/$deal/passwd"

# What is not there.
t_exit 66 'no such record' crm doc add O2611-00000000 offer.txt
t_exit 66 'no such file' crm doc add "$deal" nothing.txt
t_exit 66 'no such document' crm doc cat "$deal" nothing.txt
t_err 'those are named' 'there are: X \(3\).txt, list.csv'
act=$(crm-act add type=task subject=Send)
t 'an activity has documents, too' crm doc add "$act" offer.txt
t_exit 64 '--name is for one file' crm doc add "$deal" a/x.txt b/x.txt --name x
t_exit 64 'a pipe has no name' 'echo x | crm doc add "$deal" -'
t 'unless it is given' 'echo x | crm doc add "$deal" - --name piped.txt'
t_same 'it is there' x "$(crm doc cat "$deal" piped.txt)"
t_exit 64 'no such verb' crm doc frob
t_exit 64 'the past takes nothing' crm doc add "$deal" a/x.txt --as-of HEAD
n=$(git rev-list --count HEAD)
t 'a dry run' crm doc add -n "$deal" b/x.txt --name y
t_same 'does nothing' "$n" "$(git rev-list --count HEAD)"
t 'removed' crm doc rm "$deal" 'x (2).txt' 'X (3).txt'
t 'they are not there' '! ls documents/*/*\(3\)*'
printf '[doc]\n\twarn-size = 1\n' >>crmrc
crm commit >"$OUT" 2>&1
head -c 2000000 /dev/zero >big.bin
t 'a large one' crm doc add "$deal" big.bin
t_err 'is said to be large' 'big.bin has 1 MB'
truncate -s 105906177 huge.bin
t_exit 65 'a huge one is refused' crm doc add "$deal" huge.bin
t 'the store is sound' crm check
crm-account rm "$acme" --force >"$OUT" 2>&1
t 'documents of what is gone' crm check
t_out 'are told' "documents/$acme/passwd.*: $acme is not in this store"
t 'they can be removed' crm doc rm "$acme" passwd

# Two versions that meet in a merge stay whole, also what looks like a table.
git clone -q . ../other 2>"$ERR"
(cd ../other && crm init . >/dev/null 2>&1 && printf 'a,b\n3,4\n' >list.csv &&
	crm doc add "$deal" list.csv >/dev/null 2>&1)
printf 'a,b\n5,6\n' >list.csv
crm doc add "$deal" list.csv >"$OUT" 2>&1
t_exit 1 'git finds a conflict' git pull -q --no-rebase ../other main
t_same 'and damages nothing' "$(printf 'a,b\n5,6')" \
    "$(cat "documents/$deal/list.csv")"
git merge --abort

# Attachments of mails.
cat >m <<'END'
Message-ID: <a@x>
From: ada@acme.example
To: ana@example.com
Subject: Plans
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=B

--B
Content-Type: text/plain

See there.
--B
Content-Type: application/pdf; name="../../plan.pdf"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

aGVsbG8K
--B
Content-Type: application/pdf; name="plan.pdf"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

d29ybGQK
--B--
END
t 'attachments of a mail' crm-act mail m --attachments --opp "$deal"
t_same 'are documents of the deal' 'hello world' "$(
	crm doc cat "$deal" plan.pdf | tr '\n' ' '
	crm doc cat "$deal" 'plan (2).pdf')"
t 'nothing of it is left behind' '! ls -d "$T"/crm-mail-*'

# Many.
gamma=$(crm-account add Gamma)
seq -f many/%g 4000 | xargs mkdir -p
for i in many/*; do echo "$i" >"$i/y"; done
t 'very many of one name do not take long' \
    '(ulimit -t 5; crm doc add "$gamma" many/*/y) | tail -n 1 >last'
t_same 'each is there' 'y (4000)' "$(cat last)"
rm -r many
done_testing
