#!/bin/sh
# import: the files that other people's programs have stumbled over. None may
# crash or leave the store half changed; some are looked at closely.
. "${0%/*}/../lib.sh"

t_store acme --currency EUR
start=$(git rev-parse HEAD)
fresh() { git reset -q --hard "$start" && git clean -qfd; }

# A French Excel: CP1252, semicolons, decimal commas, dd-mm-yy.
excel() {
	t_exit 65 "$2: not UTF-8" crm-opp import "$1"
	t "$2: read with its charset" crm-opp import "$1" --charset CP1252 --date-format dmy --map Classement=name \
		--map Date=close --map 'Average Price=amount' --map "Quartier=note" --map Source=competitor
	t_err "$2: how it was read is said" 'decimal comma'
	t_same "$2: every row" "$(iconv -f CP1252 "$1" | tr -d '\r' | awk -F';' 'NR > 1 && NF > 1 {
		split($3, d, "-"); sub(",", ".", $6)
		printf "%s,20%s-%s-%s,%.2f\n", $1, d[3], d[2], d[1], $6}' | sort | cksum)" \
		"$(crm-opp list -c name,close,amount -o csv | sed 1d | sort | cksum)"
	fresh
}
iconv -t CP1252 >"$T/t.csv" <<'END'
Classement;Quartier;Date;Année;Average Price;RevPAR;Source
3 étoiles;Tout;01-01-13;2013;81,20;49,66;Mkg
4 étoiles;Sèvres;01-02-13;2013;111,03;62,06;Mkg
END
sed -i 's/;Average/;Occupancy rate;Average/; 2,$s/;2013;/;2013;0,5;/; s/$/\r/' "$T/t.csv"
excel "$T/t.csv" 'a twin of a French Excel export'

# Whatever it is: an answer, and the store as it was or with one commit more.
odd() {
	bad=
	for f in "$@"; do
		ln -sf "$f" "$T/x.csv"
		crm-lead import "$T/x.csv" --create-missing all >"$OUT" 2>"$ERR"
		case $? in 0 | 3 | 4 | 64 | 65) ;; *) bad="$bad $f" ;; esac
		[ -z "$(git status --porcelain)" ] || bad="$bad dirty:$f"
	done
	rm -f "$T"/x.csv*
	t_same "$# odd files: $label" '' "$bad"
}
mkdir "$T/odd"
i=0
for s in '' '\n' ',' 'name' 'name\n"' 'name,name\na,b' '\377\376' '\0' 'name\n\0' '"name"x,y\n' 'name\r\ra\r' \
	'name,email\n,,,,\n' '\357\273\277' 'sep=' 'sep=,\n' 'name\n=1+1\n@x\n' 'name\n\033[31mred\n'; do
	i=$((i + 1))
	# shellcheck disable=SC2059 # they are formats
	printf "$s" >"$T/odd/$i.csv"
done
label='made here'
odd "$T"/odd/*.csv
t_same 'what would act on a terminal is no part of a name' '[31mred' \
	"$(crm-lead list 'name~31' -c name -o csv | sed 1d)"

t_data nasty-csv
fresh
price=$DATA/frictionless/table-with-accents.csv
if [ -e "$price" ]; then
	t_exit 65 'French Excel: not UTF-8' crm-opp import "$price"
	mkdir -p "$T/in" && ln -sf "$price" "$T/in/f.csv"
	t_exit 3 'French Excel: prices of nine decimals are no amounts' \
		crm-opp import "$T/in/f.csv" --charset CP1252 --date-format dmy --atomic \
		--map Classement=name --map Date=close --map 'Average Price=amount' --map Source=competitor
	t 'French Excel: dates' crm-opp import "$T/in/f.csv" --charset CP1252 --date-format dmy --map Classement=name \
		--map Date=close --map Source=competitor
	t_same 'French Excel: every day' \
		"$(iconv -f CP1252 "$price" | tr -d '\r' | awk -F';' 'NR > 1 && NF > 1 {split($3, d, "-"); print $1 ",20" d[3] "-" d[2] "-" d[1]}' | sort | cksum)" \
		"$(crm-opp list -c name,close -o csv | sed 1d | sort | cksum)"
	fresh
fi
for dir in "$DATA"/*/; do
	label=$(basename "$dir")
	# shellcheck disable=SC2046 # the names there have no blanks
	odd $(find "$dir" -type f -name '*.csv' -size -200k | grep -v ' ' | sort | head -n 120)
	fresh
done
done_testing
