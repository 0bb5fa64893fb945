#!/bin/sh
# import: what comes of a large file does not depend on the threads.
. "${0%/*}/../lib.sh"

t_store
mkdir "$T/in" && cd "$T/in" || exit 1
export CRM_DIR="$T/acme" CRM_SEED=threads

# both NAME COMMAND...: with one thread and with two, from the same store:
# status, what is said, rejects, and all files are the same.
both() {
	name=$1
	shift
	for n in 1 2; do
		rm -rf "$T/acme" "$n" && cp -a "$T/before" "$T/acme"
		mkdir "$n" && cp ./*.csv "$n" && cd "$n" || exit 1
		CRM_THREADS=$n "$@" >said 2>&1
		echo "status $?" >>said
		git -C "$T/acme" rev-parse 'HEAD^{tree}' >>said
		rm -f f.csv && cd ..
	done
	t "$name: the same" diff -r 1 2
}

# Batches are of 1024 rows: faults stand on both sides of their ends.
cat >gen.awk <<'END'
BEGIN {
	print "Name,Parent,Employees,Website,Note"
	for (i = 1; i <= 5000; i++) {
		parent = i % 3 ? "" : "Firm " ((i + 2500) % 5000 + 1)
		staff = i % 1024 < 2 ? "many" : i
		note = i % 5 ? "plain" : "\"two\nlines, \"\"quoted\"\" \""
		if (i % 2048 == 7)
			print ""
		if (i % 2048 == 9)
			print "alone"
		if (bad && i % 1500 == 1023)
			print "a \"bare\" quote,,,,"
		print "Firm " i "," parent "," staff ",w" i ".example," note
	}
	printf "Last,Firm 1,,,no line end"
}
END
cp -a "$T/acme" "$T/before"
awk -f gen.awk >f.csv
t_same 'rows that cannot be taken' 'status 3' "$(
	CRM_THREADS=2 crm-account import f.csv >said 2>&1
	echo "status $?"
)"
t_same 'are those with a fault' 12 \
	"$(mlr --icsv --ojson --allow-ragged-csv-input cat f.csv.rejects.csv |
		grep -c '"_reason"')"
rm -f f.csv.rejects.csv said
both 'rows, faults, references among them' crm-account import f.csv
t 'rows were taken' test \
	"$(crm-account list name:'Firm 4999' -o count)" = 1
both 'by a key' crm-account import f.csv --key name
both 'none, where one is bad' crm-account import f.csv --atomic
awk -v bad=1 -f gen.awk >f.csv
both 'what is no CSV' crm-account import f.csv
both 'bare quotes' crm-account import f.csv --lazy-quotes
sed 's/,/;/g' f.csv >g.csv && mv g.csv f.csv
both 'another separator' crm-account import f.csv

# updates, with a currency that is the record's and not the file's
rm -f ./*.csv
awk 'BEGIN {
	print "name,start,close,amount,currency"
	for (i = 1; i <= 3000; i++)
		printf "Deal %d,2026-%02d-03,,%d.5,%s\n", i, i % 12 + 1, i,
		    i % 2 ? "USD" : "EUR"
}' >f.csv
rm -rf "$T/acme" && cp -a "$T/before" "$T/acme"
t 'deals' crm-opp import f.csv
rm -rf "$T/before" && cp -a "$T/acme" "$T/before"
awk 'BEGIN {
	print "name,close,amount"
	for (i = 1; i <= 3000; i++)
		printf "Deal %d,%d Mar 2027,%d.25\n", i % 2900 + 1, i % 28 + 1,
		    i * 3
}' >f.csv
both 'changed by a key' crm-opp import f.csv --key name
t_same 'all of them' 2900 "$(crm-opp list close:2027-03 -o count)"
done_testing
