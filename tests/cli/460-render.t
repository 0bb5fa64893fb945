#!/bin/sh
# crm-render: page descriptions as PDF.
. "${0%/*}/../lib.sh"

render=$CRM_BIN/libexec/crm-render
for p in pdftotext pdfinfo pdffonts qpdf; do
	command -v "$p" >/dev/null || t_skip_rest "no $p (poppler-utils, qpdf)"
done

# pdf NAME: of NAME.page
pdf() {
	"$render" <"$1.page" >"$1.pdf"
}

# A table of 300 lines, whose cells are all different.
awk 'BEGIN {
	OFS = "\t"
	print "page", "A4", 20
	print "title", "Quotation 42"
	print "author", "Acme"
	print "begin", "head"; print "text", "muted", "Acme"; print "end", "head"
	print "begin", "foot"
	print "text", "center", "Page {page} of {pages}"
	print "end", "foot"
	print "text", "title", "Quotation 42"
	print "table", "12r,*l,25n,30n"
	print "th", "Pos", "Article", "Count", "Sum"
	for (i = 1; i <= 300; i++) {
		printf "tr\tp%d\tart-%d%s\tq%d\t%d.25\n", i, i,
		    i % 5 ? "" : " with a name that is too long for one line of it",
		    i, 1000 + i
		if (i % 7 == 0)
			print "tn", "note-" i
	}
	print "ts", "", "Total", "", "345,225.00"
	print "endtable"
}' >long.page
t 'a table of 300 lines' pdf long
t '... is a sound PDF' qpdf --check long.pdf
pdftotext -layout long.pdf - | tr -d '\f' >long.txt
pages=$(pdfinfo long.pdf | awk '/^Pages:/ { print $2 }')
t '... of several pages' test "$pages" -gt 5
seq 300 | sed 's/.*/p& art-& q&/' >want
t_same '... has every cell once, in order' want "$(
	awk '$1 ~ /^p[0-9]+$/ { print $1, $2, $(NF - 1) }' long.txt)"
t_same '... and every amount' "$(seq 1001 1300 | sed 's/$/.25/')" \
    "$(grep -oE '\b1[0-9]{3}\.25' long.txt)"
t_same '... and every note' "$(seq 7 7 300 | sed 's/^/note-/')" \
    "$(grep -o 'note-[0-9]*' long.txt)"
t_same '... its head stands on each page' "$pages" \
    "$(grep -c 'Pos *Article *Count *Sum' long.txt)"
t_same '... that of the page on all but the first' "$((pages - 1))" \
    "$(grep -c '^ *Acme$' long.txt)"
t_same '... pages have numbers' \
    "$(seq "$pages" | sed "s/.*/Page & of $pages/")" \
    "$(grep -o 'Page [0-9]* of [0-9]*' long.txt)"
t_same '... the sum is on the page of the last row' "$(
	pdftotext -f "$pages" -layout long.pdf - | grep -c 'p300 ')" "$(
	pdftotext -f "$pages" -layout long.pdf - | grep -c Total)"
t_same '... title and author are said' 'Quotation 42 Acme' "$(
	pdfinfo long.pdf | awk '/^(Title|Author):/ { $1 = ""; print }' |
	    xargs)"
t_same '... fonts are embedded, and parts of them' '' "$(
	pdffonts long.pdf | awk 'NR > 2 && / no .*[0-9]+ +[0-9]+$/')"

# Text of other scripts is text; words without the ligature of lam and alef,
# which poppler takes apart the wrong way round.
if [ "$(fc-list :lang=ar | wc -l)" -gt 0 ] && [ "$(fc-list :lang=he | wc -l)" -gt 0 ]; then
	printf '%s\n' 'page	A4	20	rtl' 'text	title	عرض سعر' \
	    'text	body	שרת רשת' 'text	body	بتاريخ 2026-11-21 هاتف +49 30 123' \
	    'table	*l,30n,30n' 'tr	خدمة	-5.00	70' 'endtable' >rtl.page
	t 'Arabic and Hebrew' pdf rtl
	pdftotext rtl.pdf - | tr -d '\342\200\216\253\252\254' >rtl.txt
	for word in 'عرض سعر' 'שרת רשת' 'بتاريخ' '2026-11-21' '+49 30 123' \
	    '-5.00'; do
		t "... is text: $word" \
		    grep -qF -e "$(echo "$word" |
			tr -d '\342\200\216\253\252\254')" rtl.txt
	done
	pdftotext -bbox rtl.pdf rtl.box
	t_same '... the columns of tables come from the right' '70 -5.00' "$(
		sed -n 's/.*xMin="\([0-9.]*\)".*>\(-5.00\|70\)<.*/\1 \2/p' rtl.box |
		    sort -n | awk '{ print $2 }' | xargs)"
else
	t_skip 'Arabic and Hebrew' 'no font of theirs'
fi
if [ "$(fc-list :lang=zh-cn | wc -l)" -gt 0 ]; then
	printf 'text\tbody\t服务器 ソフト 한국어\n' >cjk.page
	t 'Chinese, Japanese, Korean' pdf cjk
	t_same '... no letter is missing' '' "$(cat "$ERR")"
	t '... and are text' 'pdftotext cjk.pdf - | grep -q "服务器 ソフト 한국어"'
else
	t_skip 'Chinese, Japanese, Korean' 'no font of theirs'
fi
printf 'text\tbody\t\364\217\277\275\n' >none.page
t 'a letter that no font has' pdf none
t_err '... is said' '^crm-render: no font has U\+10FFFD'
mkdir fonts
echo '<fontconfig><dir>/nowhere</dir></fontconfig>' >fonts/fonts.conf
t_exit 66 'without any font' \
    "FONTCONFIG_FILE=\$PWD/fonts/fonts.conf '$render' <none.page"
t_err '... it is said which to install' 'no font is installed: install fonts-'

mkdir elsewhere
t 'the same bytes elsewhere' '
	cd elsewhere
	TZ=Asia/Tokyo LC_ALL=de_DE.UTF-8 LANG=ar LANGUAGE=ja \
	    "$render" <../long.page >long.pdf
	cmp long.pdf ../long.pdf
	SOURCE_DATE_EPOCH=86400 "$render" <../long.page >dated.pdf
	! cmp -s dated.pdf ../long.pdf
'
t_same 'the date is 1970, or what is said' \
    '19700101000000Z 20261121000000Z' "$(
	printf 'text\tbody\tx\n' >d.page
	for d in 1970-01-01 2026-11-21T00:00:00Z; do
		"$render" -d "$d" <d.page >dd.pdf
		pdfinfo -rawdates dd.pdf | awk '/^CreationDate/ { print $2 }'
	done | xargs)"

t 'a batch has a file for each document' '
	mkdir out
	{ printf "document\ta.pdf\n"; cat long.page
	  printf "document\tb/c.pdf\n"; cat d.page; } | "$render" -b out
	cmp out/a.pdf long.pdf
	"$render" <d.page | cmp - out/b/c.pdf
'
t_exit 65 'its files cannot lead out' \
    "printf 'document\\t../x.pdf\\ntext\\tbody\\tx\\n' | '$render' -b out"
t_err '... which is said with the line' '^crm-render: stdin:1: '
t 'a PNG shows a page' '
	"$render" -f png -p 2 -r 50 <long.page >p.png
	test "$(head -c 4 p.png | tail -c 3)" = PNG
'
t_exit 65 'there must be that page' "'$render' -f png -p 99 <long.page"


# A4 is 595.28 wide, with margins of 18 mm: the line ends at 544.25
printf 'page\tA4\t18\ntext\tsmall-right\tend\n' | "$render" >r.pdf
t_same 'small text stands at the end of the line, too' 544.25 \
    "$(pdftotext -bbox r.pdf - |
	sed -n 's/.*xMax="\([0-9.]*\)".*>end<.*/\1/p' | xargs printf %.2f)"


# 100 mm are 283.46 points
printf 'text\tbody\tabove\ndown\t100\ntext\tbody\twindow\ndown\t50\ntext\tbody\tbelow\n' |
    "$render" >w.pdf
t 'down goes on to a place of the paper, and never back' '
	pdftotext -bbox w.pdf - |
	    sed -n "s/.*yMin=\"\([0-9.]*\)\".*>\(window\|below\)<.*/\1/p" |
	    xargs | awk "{ exit !(\$1 > 283 && \$1 < 287 && \$2 > \$1 && \$2 < 305) }"'
t_exit 65 'but not in what is begun' \
    "printf 'keep\ndown\t50\nendkeep\n' | '$render'"
rows() { # the distance of two rows
	printf 'table\t*l%s\ntr\tone\ntr\ttwo\nendtable\n' "$1" | "$render" >rows.pdf
	pdftotext -bbox rows.pdf - | sed -n 's/.*yMin="\([0-9.]*\)".*/\1/p' | xargs |
	    awk '{ print $2 - $1 }'
}
tab=$(printf '\t')
t 'plain tables are closer' \
    "awk 'BEGIN { exit !($(rows "${tab}plain") < $(rows "") - 1) }'"
t_same 'ruled ones are those that say nothing' "$(rows "")" "$(rows "${tab}ruled")"
lines() { # how many are drawn
	printf 'table\t*l\t%s\ntr\tone\ntr\ttwo\nendtable\n' "$1" | "$render" >rows.pdf
	qpdf --qdf rows.pdf - | grep -c ' l S\| l$\|^S$'
}
t 'plain tables have no lines' test "$(lines plain)" -lt "$(lines ruled)"
t_exit 65 'a table is nothing else' \
    "printf 'table\t*l\tfancy\ntr\tone\nendtable\n' | '$render'"
done_testing
