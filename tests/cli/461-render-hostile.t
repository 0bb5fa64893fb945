#!/bin/sh
# crm-render: descriptions that are wrong end with 65 and one line; those that
# are merely strange are rendered.
. "${0%/*}/../lib.sh"

render=$CRM_BIN/libexec/crm-render
tab=$(printf '\t')

# bad LINE PATTERN NAME: bad.page is refused at that line, with nothing on
# standard output.
bad() {
	t_exit 65 "$3" timeout 20 "$render" <bad.page
	t_same '... in one line' \
	    "$(grep -cE "^crm-render: stdin:$1: .*$2" "$ERR") 1 0" \
	    "$(grep -cE "^crm-render: stdin:$1: .*$2" "$ERR") $(wc -l <"$ERR") $(
		wc -c <"$OUT")"
	t_err '... that says what' "^crm-render: stdin:$1: .*$2"
}

# Each line: LINE, PATTERN and the description with | for a tab, ; for its
# lines' ends.
while IFS='@' read -r line pattern page; do
	printf '%s\n' "$page" | tr '|;' '\t\n' >bad.page
	bad "$line" "$pattern" "$page"
done <<'END2'
1@no statement@nonsense|x
2@no end@text|body|x;table|*l;tr|x
2@must not stand@begin|head;begin|foot
2@must not stand here@begin|head;begin|head
4@second head@begin|head;text|body|x;end|head;begin|head
2@was not begun@begin|head;end|foot
1@must not stand here@end|head
1@must not stand here@endtable
1@must not stand here@tr|x
2@was not begun@keep;end|columns
2@must not stand here@table|*l;text|body|x
2@2 cells@table|*l;tr|a|b
3@th comes once@table|*l;tr|a;th|b
2@tn comes behind@table|*l;tn|b
1@width of a column@table|1e9l
1@width of a column@table|1000000000l
1@width of a column@table|-5l
1@width or@table|*
1@no columns@table|
1@number of columns@columns|0
1@number of columns@columns|-1
3@one more@columns|1;text|body|x;column
2@must not stand here@text|body|x;column
1@space must be@space|-3
1@space must be@space|nan
1@margin must be@page|A4|-20
1@margin must be@page|A4|1e3
1@paper must be@page|A0|20
2@first statement@text|body|x;page|A4|20
2@second font@font|a|10;font|b|10
1@size of the font@font|a|-1
1@size of the font@font|a|1000000
1@a field is missing@text|body
1@too many fields@text|body|a|b
1@style of a text@text|huge|x
1@backslash@text|body|a\x
1@backslash@logo|/a\nb.png|10
1@absolute@logo|logo.png|10
1@this is no file@logo|/dev/zero|10
1@this is no file@logo|/|10
1@size of a picture@logo|/dev/null|-4
1@at most 32 columns@table|*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l,*l
9@deeper than 8@keep;keep;keep;keep;keep;keep;keep;keep;keep
2@no room for these columns@columns|8;columns|8;text|body|x;end|columns;end|columns
END2

printf 'text\tbody\t\303\n' >bad.page
bad 1 'not UTF-8' 'bytes that are no text'
head -c 10000000 /dev/zero | tr '\0' x >bad.page
bad 1 'longer than' 'a line of 10 MB'
awk 'BEGIN { for (i = 0; i < 500001; i++) print "break" }' >bad.page
bad 500000 'more than 500000' 'too many statements'
yes break | head -n 6000 >many.page
t_exit 65 'too many pages' timeout 60 "$render" <many.page
t_err '... which is said' '^crm-render: stdin: more than 5000 pages'
t_exit 65 'too much' "head -c 34000000 /dev/zero | timeout 20 '$render'"
printf 'begin\tfoot\nspace\t250\ntext\tbody\tx\nend\tfoot\n' >foot.page
t_exit 65 'a foot as high as the page' "$render" <foot.page
t_err '... which is said' 'leave less than a third'

# Pictures.
mkfifo fifo
printf 'GIF89a%040d' 0 >gif.png
: >empty.png
# head WIDTH HEIGHT: the first bytes of a PNG of that size
head_of() {
	python3 -c 'import struct, sys, zlib
w, h = map(int, sys.argv[1:])
ihdr = b"IHDR" + struct.pack(">IIBBBBB", w, h, 8, 6, 0, 0, 0)
sys.stdout.buffer.write(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + ihdr
    + struct.pack(">I", zlib.crc32(ihdr)))' "$@"
}
head_of 2000000000 2000000000 >huge.png
head_of 9999 9999 >large.png
head_of 100 100 >cut.png
head_of 0 5 >none.png
{ cat cut.png && head -c 5000 /dev/urandom; } >noise.png
for f in 'fifo no file' 'gif.png no PNG' 'empty.png no PNG' \
    'huge.png too large' 'large.png too large' 'none.png too large' \
    'cut.png damaged' 'noise.png damaged'; do
	printf 'text\tbody\tx\nlogo\t%s\t10\n' "$PWD/${f%% *}" >bad.page
	bad 2 "${f#* }" "a picture: $f"
done
mkdir pictures
ln -s "$PWD/gif.png" pictures/link.png
for f in ../gif.png "$PWD/gif.png" link.png; do
	t_exit 65 "no way out of the folder of pictures: ${f##*/}" \
	    "printf 'logo\\t$f\\t10\\n' | '$render' -i pictures"
done
t_exit 66 'a picture that is not there' \
    "printf 'image\\t/nowhere.png\\t10\\n' | '$render'"
t_err '... with its line' '^crm-render: stdin:1: /nowhere.png: '

# Strange, and right: well NAME COMMAND..., which prints it.
well() {
	t_name=$1
	shift
	eval "$*" >well.page
	t "$t_name" timeout 60 "$render" <well.page
}
# letters N: in one word
letters() {
	head -c "$1" /dev/zero | tr '\0' "${2:-x}"
}
well 'nothing at all is an empty page' :
well 'a word of 250,000 letters' \
    "printf 'text\tbody\t'; letters 250000 W"
well 'a row that is higher than a page' \
    "printf 'table\t*l,20n\ntr\t'; letters 100000; printf '\nendtable\n'"
well 'a number of 300 digits' \
    "printf 'table\t10n,*l\ntr\t%0300d\tx\nendtable\n' 1"
well 'a table wider than the page' \
    "printf 'table\t500l,900r,300c,1000n\ntr\ta\tb\tc\t1\nendtable\n'"
well 'things that are empty' 'printf "%s\n" keep "table${tab}*l" endtable keep \
    endkeep "columns${tab}3" "end${tab}columns" endkeep'
well 'what is kept together, and higher than a page' \
    "echo keep; seq 400 | sed 's/^/text${tab}body${tab}/'; echo endkeep"
well 'nothing but headings' "seq 400 | sed 's/^/text${tab}heading${tab}/'"
done_testing
