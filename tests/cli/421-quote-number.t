#!/bin/sh
# Numbers where several clones issue: none twice, none left out, none without
# the remote that gives them.
. "${0%/*}/../lib.sh"

REF=refs/crm/numbers/quote-2026
draft() { # STORE NAME
	(cd "$T/$1" && CRM_SEED=$1 && export CRM_SEED &&
	    q=$(crm-quote new Acme name="$2") &&
	    crm-quote line add "$q" name=Work price=5 >/dev/null && echo "$q")
}
issue() { # STORE ID...
	(cd "$T/$1" && shift && crm-quote issue "$@")
}
field() { (cd "$T/$1" && crm get "$2.$3"); }
chain() { git --git-dir="$T/hub" log --format=%s "$REF" 2>/dev/null; }

t_store ana --currency EUR --timezone UTC
crm-account add Acme >/dev/null

# --- without a remote ---------------------------------------------------------
Q=$(draft ana First)
issue ana "$Q" >/dev/null
t_same 'without a remote the table counts' 'Q2026-0001,quote,2026,1' \
    "$(field ana "$Q" number),$(sed 1d numbers.csv)"
t_same 'and git has no ref of it' '' "$(git for-each-ref "$REF")"

# --- with one -----------------------------------------------------------------
cd "$T" || exit 1
git clone -q --bare ana hub
(cd ana && git remote add origin "$T/hub" && git push -qu origin main)
git clone -q hub bo && (cd bo && crm init . >/dev/null 2>&1)
Q=$(draft ana Second)
issue ana "$Q" >/dev/null
t_same 'with one the number goes on' Q2026-0002 "$(field ana "$Q" number)"
t_same 'and is taken there' "2 $Q Q2026-0002" "$(chain)"
t_same 'which is remembered here' "$(git --git-dir=hub rev-parse $REF)" \
    "$(git -C ana rev-parse $REF)"
t_same 'the commit is empty' '' \
    "$(git --git-dir=hub ls-tree -r $REF)"
R=$(draft bo Third)
issue bo "$R" >/dev/null
t_same 'another clone gets the next, though it has not seen it' Q2026-0003 \
    "$(field bo "$R" number)"
t_same 'and its table has it' 'quote,2026,3' "$(sed 1d bo/numbers.csv)"

# --- at the same time ---------------------------------------------------------
for who in ana bo; do
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		draft $who "$who $i"
	done >"$T/$who.ids"
done
many() {
	while read -r id; do
		issue "$1" "$id" >/dev/null 2>>"$T/$1.err" ||
		    echo "$id: $?" >>"$T/$1.failed"
	done <"$T/$1.ids"
}
many ana &
many bo &
wait
t_same 'two clones issue 20 quotes each at the same time' '' \
    "$(cat "$T"/*.failed "$T"/ana.err "$T"/bo.err 2>/dev/null)"
t_same '40 numbers follow, none twice, none left out' \
    "$(seq -f 'Q2026-%04g' 4 43)" "$(
	for who in ana bo; do
		while read -r id; do field $who "$id" number; done <"$T/$who.ids"
	done | sort)"
t_same 'as the chain has them' "$(seq 43 -1 2)" "$(chain | cut -d' ' -f1)"
t_same 'one that issues many at once gets numbers in a row' 'Q2026-0044
Q2026-0045
Q2026-0046' "$(
	for i in a b c; do draft bo "row $i"; done >"$T/row"
	(cd "$T/bo" && crm-quote issue - <"$T/row" >/dev/null)
	while read -r id; do field bo "$id" number; done <"$T/row")"

# --- merged -------------------------------------------------------------------
(cd "$T/ana" && git push -q)
t 'the other one pulls' 'cd "$T/bo" && git pull -q --no-rebase --no-edit'
t_same 'the table has the larger counter' 'series,year,last
quote,2026,46' "$(cat "$T/bo/numbers.csv")"
t 'and all is in order' 'cd "$T/bo" && crm check'
(cd "$T/bo" && git push -q)
(cd "$T/ana" && git pull -q)
t_same 'each number is there once' 46 "$(cd "$T/ana" &&
	crm-quote list -o csv -c number | sed 1d | sort -u | wc -l)"

# --- stopped in between -------------------------------------------------------
cd "$T/ana" || exit 1
Q=$(draft ana Stopped)
head=$(git rev-parse HEAD)
mkdir -p "$XDG_CONFIG_HOME/crm"
printf '[hook]\n\tpre-set = %s\n' "$T/no" >"$XDG_CONFIG_HOME/crm/crmrc"
printf '#!/bin/sh\nexit 1\n' >"$T/no" && chmod +x "$T/no"
(issue ana "$Q") >"$OUT" 2>&1
t_same 'a number was taken, and nothing issued' "47 $Q Q2026-0047 $head draft" \
    "$(chain | head -1) $(git rev-parse HEAD) $(field ana "$Q" state)"
rm "$XDG_CONFIG_HOME/crm/crmrc"
P=$(draft ana Between)
issue ana "$P" >/dev/null
t_same 'others go on behind it' Q2026-0048 "$(field ana "$P" number)"
t 'check tells of the gap' crm check
t_out 'with who took it, and what closes it' \
    "numbers.csv: note: Q2026-0047 is missing: $Q took it, and was not issued in this clone; git pull, where another one did; else crm-quote issue $Q does it"
(cd "$T/bo" && git fetch -q origin '+refs/crm/*:refs/crm/*' && git -C "$T/ana" push -q &&
    git pull -q && sed -i "/$Q/d" quotes/*/*.csv quote-lines/*/*.csv && crm check) >"$OUT"
t_out 'and where that is not to be seen' \
    "Q2026-0047 is missing: taken by another clone: git pull; by $Q, which is not in this clone"
git -C "$T/bo" reset -q --hard
(cd "$T/bo" && sed -i "/$Q/s/,draft,/,rejected,/" quotes/*/*.csv && crm check) >"$OUT"
t_out 'or is no draft that could be issued' \
    "Q2026-0047 is missing: $Q has it, taken by another clone: git pull"
git -C "$T/bo" reset -q --hard
mv "$T/hub" "$T/away"
t 'it is issued later, without asking again' issue ana "$Q"
mv "$T/away" "$T/hub"
t_same 'under the number that it took' Q2026-0047 "$(field ana "$Q" number)"
t_same 'and nothing is missing' '' "$(crm check)"
t_same 'the table keeps the last one' 'quote,2026,48' "$(sed 1d numbers.csv)"

# one that another clone took, for a draft that both have
Q=$(draft ana Both)
git push -q
(cd "$T/bo" && git pull -q)
issue bo "$Q" >/dev/null
issue ana "$Q" >/dev/null
t_same 'a draft that two clones issue has one number' 'Q2026-0049 Q2026-0049' \
    "$(field ana "$Q" number) $(field bo "$Q" number)"

# --- offline ------------------------------------------------------------------
Q=$(draft ana Offline)
head=$(git rev-parse HEAD)
mv "$T/hub" "$T/away"
t_exit 75 'without its remote nothing is issued' issue ana "$Q"
t_err 'which is said, and what to do' \
    "at 'origin': .*; nothing was issued: issue it when the remote can be reached"
t_same 'nothing has changed' "$head draft " \
    "$(git rev-parse HEAD) $(field ana "$Q" state) $(git status --porcelain)"
t 'what would be can still be seen' issue ana "$Q" -n
mv "$T/away" "$T/hub"
t 'later it is' issue ana "$Q"
t_same 'with the next number' Q2026-0050 "$(field ana "$Q" number)"

# one that never answers
Q=$(draft ana Slow)
printf '#!/bin/sh\nexec sleep 4\n' >"$T/ssh" && chmod +x "$T/ssh"
git remote set-url origin ssh://nowhere/hub
printf '[number]\n\ttimeout = 1\n' >>crmrc
t_exit 75 'one that does not answer in time is given up' \
    env GIT_SSH="$T/ssh" GIT_SSH_VARIANT=simple sh -c "cd '$T/ana' && crm-quote issue $Q"
t_err 'which is said' 'git did not end within 1 s; nothing was issued'
git checkout -q crmrc
git remote set-url origin "$T/hub"

# --- which remote -------------------------------------------------------------
# a remote that does not take it
printf '#!/bin/sh\nexit 1\n' >"$T/hub/hooks/pre-receive"
chmod +x "$T/hub/hooks/pre-receive"
Q=$(draft ana Refused)
t_exit 77 'a remote that does not take numbers' issue ana "$Q"
t_err 'is told with its reason' 'does not take refs/crm/numbers.*hook declined'
rm "$T/hub/hooks/pre-receive"
printf '[number]\n\tremote = nowhere\n' >>crmrc
git commit -qam settings
t_exit 65 'a remote that is not there is said' issue ana "$Q"
t_err 'by its name' "'nowhere', which no remote is called"
sed -i 's/remote = nowhere/remote = --upload-pack=x/' crmrc
t_exit 65 'an option is no remote' issue ana "$Q"
sed -i 's/remote = .*/remote = none/' crmrc
git commit -qam settings
t 'none: the table counts though there is a remote' issue ana "$Q"
t_same 'the remote is not asked' '50 Q2026-0051' \
    "$(chain | head -1 | cut -d' ' -f1) $(field ana "$Q" number)"
sed -i '/\[number\]/,$d' crmrc
git commit -qam settings
Q=$(draft ana After)
issue ana "$Q" >/dev/null
t_same 'and if it is asked again, it goes on behind them' \
    "52 $Q Q2026-0052" "$(chain | head -1)"

# --- told by check ------------------------------------------------------------
cp numbers.csv "$T/numbers"
sed -i 's/,52$/,60/' numbers.csv && git commit -qam lost
t 'numbers that nobody took are told' crm check
t_out 'as a stretch' 'of quotes 2026 the numbers 53 to 60 are missing'
sed -i 's/,60$/,54/' numbers.csv && git commit -qam lost
crm check >"$OUT"
t_same 'or one by one' 'numbers.csv: note: Q2026-0053 is missing
numbers.csv: note: Q2026-0054 is missing' "$OUT"
sed -i 's/,54$/,50/' numbers.csv && git commit -qam behind
t 'a table that is behind is told' crm check
t_out 'by how much' 'last of quotes 2026 is 50, but 52 was given'
cp "$T/numbers" numbers.csv
sed -i "/$Q/s/Q2026-0052//" quotes/*/*.csv
git commit -qam unnumbered
crm check >"$OUT"
t_out 'what was issued without a number is told' "$Q: is issued, but has no number"

# --- a setting of the store leads to no program -------------------------------
# hooks of a folder in the store run where git pushes to it
git init -q --bare evil
printf '#!/bin/sh\n: >"%s/ran"\n' "$T" >evil/hooks/pre-receive
chmod +x evil/hooks/pre-receive
for to in ./evil "$PWD/evil" "file://$PWD/evil"; do
	printf '[number]\n\tremote = %s\n' "$to" >>crmrc
	Q=$(draft ana "To $to")
	t_exit 65 "an address is no name of a remote: $to" issue ana "$Q"
	sed -i '/\[number\]/,$d' crmrc
done
t_err 'what is done is said' 'git remote add'
t 'no hook ran' test ! -e "$T/ran"
done_testing
