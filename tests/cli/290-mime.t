#!/bin/sh
# crm-mime: what a mail message says, as CSV.
. "${0%/*}/../lib.sh"

mime=$CRM_BIN/libexec/crm-mime

# value MESSAGE WHAT [COLUMN]: of the first row, as text
value() {
	"$mime" <"$1" >"$T/rows" || return
	mlr --icsv --ojson filter "\$what == \"$2\"" "$T/rows" |
	    jq -r ".[0].${3:-value} // empty | tostring"
}
# rows MESSAGE WHAT: what|name|value|type|size of each
rows() {
	"$mime" <"$1" >"$T/rows" || return
	mlr --icsv --ojson filter "\$what == \"$2\"" "$T/rows" |
	    jq -r '.[] | [.what, .name, .value, .type, .size] |
		map(tostring) | join("|")'
}
# text TYPE: of a message with that Content-Type and stdin as its body
text() {
	{ printf 'Subject: x\nContent-Type: %s\n\n' "$1" && cat; } >"$T/m"
	value "$T/m" text
}

cat >all.eml <<'END'
From procmail@localhost Sat Nov 21 10:00:00 2026
Message-ID: <one@example.com>
In-Reply-To: <zero@example.com>
References: <minus1@example.com>
	<zero@example.com>
Date: Sat, 21 Nov 2026 12:00:00 +0200
Subject: =?utf-8?Q?Angebot_f=C3=BCr?= =?utf-8?B?IEvDtmxu?=
From: "Gar, Ana" <ana@example.com>
Sender: bo@example.com
Reply-To: sales@example.com
To: Friends: cy@example.com, Di <di@example.com>;, undisclosed:;
Cc: =?iso-8859-1?Q?J=F6rg?= <joerg@example.com>
Delivered-To: crm@example.com
List-Id: Talk <talk.example.com>
Auto-Submitted: no
X-Crm-Ref: O2611-7f3k9q2d
Return-Path: <>
Content-Type: text/plain; charset=utf-8

Hello,
> quoted
END
"$mime" <all.eml >all.csv
t_same 'the rows of a message' all.csv "$(cat <<'END'
what,name,value,type,size
message-id,,one@example.com,,
in-reply-to,,zero@example.com,,
references,,minus1@example.com,,
references,,zero@example.com,,
date,,2026-11-21T10:00:00Z,,
subject,,Angebot für Köln,,
from,"Gar, Ana",ana@example.com,,
sender,,bo@example.com,,
reply-to,,sales@example.com,,
to,,cy@example.com,,
to,Di,di@example.com,,
cc,Jörg,joerg@example.com,,
delivered-to,,crm@example.com,,
header,auto-submitted,no,,
header,list-id,Talk <talk.example.com>,,
header,x-crm-ref,O2611-7f3k9q2d,,
header,return-path,<>,,
text,,"Hello,
> quoted
",,
END
)"

# Headers.
printf 'Subject: a\n\nb\n' >noid.eml
printf 'From x Sat Nov 21\nSubject: a\r\n\r\nb\r\n' >crlf.eml
sum=$(sha256sum <noid.eml | cut -c1-64)
t_same 'without an id one is made of the content' "crm-$sum@local" \
    "$(value noid.eml message-id)"
t_same '... however it was delivered' "crm-$sum@local" \
    "$(value crlf.eml message-id)"
t_same 'a message without a date' '' "$(value noid.eml date)"
header() {
	printf "$1\n\nx\n" >"$T/m"
	value "$T/m" "$2" "$3"
}
t_same 'a date of nonsense' '' "$(header 'Date: some day' date)"
t_same 'bytes that are UTF-8' 'Grüße' "$(header 'Subject: Gr\303\274\303\237e' subject)"
t_same 'bytes that are not are of Windows' 'Grüße' \
    "$(header 'Subject: Gr\374\337e' subject)"
t_same '... or what the text is in' 'مرحبا' \
    "$(header 'Subject: \343\321\315\310\307\nContent-Type: text/plain; charset=windows-1256' subject)"
t_same 'bytes in an encoded word' 'Grüße' \
    "$(header 'Subject: =?iso-8859-1?Q?Gr\374=DFe?=' subject)"
t_same 'a word that does not decode' "Gr$(printf '\357\277\275')n" \
    "$(header 'Subject: =?utf-8?Q?Gr=FCn?=' subject)"
t_same 'a name that does not decode' "J$(printf '\357\277\275')rg" \
    "$(header 'From: =?utf-8?Q?J=F6rg?= <j@x.org>' from name)"
t_same 'a character in two words' 'é' \
    "$(header 'Subject: =?utf-8?B?w?= =?utf-8?Q?=C3?= =?utf-8?Q?=A9?=' subject |
	sed "s/^$(printf '\357\277\275')//")"
t_same 'words that end in padding, each' 'für AB und Bö' \
    "$(header 'Subject: =?UTF-8?B?ZsO8ciBBQg==?=\r\n =?UTF-8?B?IHVuZCBC?=\r\n =?UTF-8?B?w7Y=?=' subject)"
t_same 'ISO-2022-JP in a subject' '日本語' \
    "$(header 'Subject: =?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=' subject)"
t_same 'no control characters' 'a b[2Jc' \
    "$(header 'Subject: a\r\n b=?utf-8?Q?=1B=5B2J=00c?=' subject | tr -d '\t' |
	sed 's/ \[/[/')"
t_same 'a sender without an address' 'MAILER DAEMON' \
    "$(header 'From: MAILER DAEMON <>' from name)"

# Text.
t_same 'Latin-1, quoted-printable' 'Grüße, sehr lang' \
    "$(printf 'Gr=FC=DFe,=\n sehr lang\n' |
	text 'text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable')"
t_same 'UTF-8, base64' 'Grüße' "$(printf 'Grüße' | base64 |
	text 'text/plain; charset=utf-8
Content-Transfer-Encoding: base64')"
t_same 'ISO-2022-JP' '日本語' "$(printf '\033$BF|K\\8l\033(B\n' |
	text 'text/plain; charset=iso-2022-jp')"
t_same 'windows-1256' 'مرحبا' "$(printf '\343\321\315\310\307\n' |
	text 'text/plain; charset=windows-1256')"
t_same 'a charset that nobody knows' 'Grüße' "$(printf 'Gr\374\337e\n' |
	text 'text/plain; charset=x-klingon')"
t_same 'bytes that do not decode' "a$(printf '\357\277\275')b" \
    "$(printf 'a\377b\n' | text 'text/plain; charset=utf-8')"
t_same 'no control characters in text' 'ab	c
d' "$(printf 'a\033b\tc\r\nd\000\n' | text text/plain)"
t_same 'an empty body' '' "$(text text/plain </dev/null)"
t_same 'flowed lines' "$(printf 'one two\n> a b\nc\n-- \nme\n')" \
    "$(printf 'one \ntwo\n> a \n> b\n c\n-- \nme\n' |
	text 'text/plain; format=flowed')"
t_same 'flowed lines without blanks' '日本' \
    "$(printf '日 \n本\n' | text 'text/plain; charset=utf-8; format=flowed; delsp=yes')"
t_same 'a type that is none' 'hello' "$(echo hello | text text)"

t_same 'HTML is turned into text' "$(cat <<'END'
Hello World & all

See our page <https://x.org/?a=1&b=2>, https://y.org and mail me <a@x.org>

- one
- two

a b
c d

he said

> quoted
>
>> deep

me

x
y

 a
   b

Logo 1 < 2 &bogus; € A ü
END
)" "$(text 'text/html; charset=utf-8' <<'END'
<html><head><title>T</title><style>p { x: "</p>" }</style></head><body>
<!-- <p>hidden --><p>Hello&nbsp;<b>World</b>
&amp; all</p><p>See <a href="https://x.org/?a=1&amp;b=2">our page</a>,
<a href='https://y.org'>https://y.org</a> and
<a href=mailto:a@x.org>mail me</a> <a href="javascript:x()"></a></p>
<ul><li>one<li>two</ul><table><tr><td>a</td><td>b</td></tr>
<tr><td>c</td><td>d</td></tr></table>he said
<blockquote type=cite><p>quoted</p><blockquote>deep</blockquote></blockquote>
me<br><br>x<br>y<pre>
 a
   b
</pre><img src=x alt="Logo"><script>if (a<b) "</p>"</script>
1 < 2 &bogus; &#8364; &#x41; &uuml;
END
)"
t_same 'HTML names its charset itself' 'مرحبا' "$(printf \
    '<meta http-equiv=x content="text/html; charset=windows-1256">\343\321\315\310\307' |
	text text/html)"
t_same 'HTML that never ends' 'ay' "$(printf 'a<b title="x>y' | text text/html)"

# Parts.
cat >parts.eml <<'END'
Subject: parts
Content-Type: multipart/mixed; boundary=A

--A
Content-Type: multipart/related; boundary="B B"

--B B
Content-Type: multipart/alternative; boundary=C

--C
Content-Type: text/plain

The plain text
--C
Content-Type: text/html

<p>The same in HTML</p>
--C
Content-Type: text/calendar; method=REQUEST; charset=utf-8

BEGIN:VCALENDAR
END:VCALENDAR
--C--
--B B
Content-Type: image/png; name="logo.png"
Content-Disposition: inline
Content-Id: <logo>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--B B--
--A
Content-Type: application/pdf
Content-Disposition: attachment; filename*0*=utf-8''Gr%C3%BC;
 filename*1*=%C3%9Fe; filename*2=.pdf
Content-Transfer-Encoding: base64

JVBERg==
--A
Content-Type: text/plain; name="=?iso-8859-1?Q?=DCbersicht.txt?="
Content-Disposition: attachment

text in a file
--A
Content-Type: Application/X-Evil
Content-Disposition: attachment; filename="../../x"

x
--A
Content-Type: message/rfc822

Subject: The =?utf-8?Q?f=C3=BCrst?= one
From: a@b.c

inner text
--A
Content-Type: text/plain

A footer
--A--
END
t_same 'the plain one of several, and what follows' 'The plain text
A footer' "$(value parts.eml text)"
t_same 'a calendar has its method' 'calendar|REQUEST|BEGIN:VCALENDAR
END:VCALENDAR||' "$(rows parts.eml calendar)"
t_same 'attachments' 'attachment|logo.png||image/png|8
attachment|Grüße.pdf||application/pdf|4
attachment|Übersicht.txt||text/plain|14
attachment|../../x||application/x-evil|1
attachment|The fürst one.eml||message/rfc822|63' "$(rows parts.eml attachment)"

mkdir d
t 'attachments are written' "'$mime' --attachments d <parts.eml >written.csv"
t_same '... under numbers' '1
2
3
4
5' "$(ls -A d)"
t_same '... by their content' '%PDF' "$(cat d/2)"
t_same '... whole messages too' 'Subject: The =?utf-8?Q?f=C3=BCrst?= one
From: a@b.c

inner text' "$(cat d/5)"
t_same '... for their owner alone' '600' "$(stat -c %a d/1)"
t_same '... and the rows say where' 'd/1
d/2
d/3
d/4
d/5' "$(mlr --icsv --onidx filter '$what == "attachment"' then cut -f value \
    written.csv)"
t_same '... and nowhere else' '' "$(find "$T" .. -maxdepth 1 -name x)"
mkdir e && echo mine >e/3
t_exit 74 'a file that is there stays' "'$mime' -a e <parts.eml"
t_same '... and what was written before is gone' 3 "$(ls e)"
t_same '... with its content' mine "$(cat e/3)"
t_same '... and nothing is printed' '' "$(cat "$OUT")"

t_same 'HTML alone' 'Hi' "$(text 'multipart/alternative; boundary=A' <<'END'
--A
Content-Type: text/plain


--A
Content-Type: text/html

<p>Hi</p>
--A--
END
)"
t_same 'a boundary that never comes loses no text' 'Hi there' \
    "$(echo 'Hi there' | text 'multipart/mixed; boundary=A')"

# What is refused.
t_exit 65 'nothing at all' "'$mime' </dev/null"
t_err '... is said to be empty' '^crm-mime: message: it is empty'
t_exit 65 'prose' "printf 'Dear Bob,\nhow are you: fine?\n\nX: y\n' | '$mime'"
t_err '... is no mail' '^crm-mime: message:1: this is no mail'
multi() {
	awk -v n="$1" 'BEGIN {
		print "Content-Type: multipart/mixed; boundary=A\n"
		for (i = 0; i < n; i++) print "--A\n\nx" }'
}
multi 999 >999.eml
multi 1000 >1000.eml
t 'a thousand parts' "'$mime' <999.eml"
t_exit 65 'more than a thousand' "'$mime' <1000.eml"
t_err '... by the line' '^crm-mime: message:3000: more than 1000 parts'
nested() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf \
	    "Content-Type: multipart/mixed; boundary=A%d.\n\n--A%d.\n", i, i
	    print "\ntext" }'
}
t_same 'parts within parts' text "$(nested 49 >"$T/m" && value "$T/m" text)"
t_exit 65 'too deep' "nested 60 | '$mime'"
t_err '... is said' 'nested more than 50 deep'
t_exit 65 'messages in messages, too deep' \
    "yes 'Content-Type: message/rfc822
' | head -n 120 | '$mime'"
t_exit 65 'too many header lines' "yes 'A: b' | head -n 10001 | '$mime'"
t_err '... by the line' '^crm-mime: message:10001: more than 10000 header lines'
t_exit 65 'too large' "{ echo 'A: b'; echo; head -c 67108864 /dev/zero; } | '$mime'"
t_err '... is said' 'larger than the limit of 67108864 bytes'
t_exit 64 'an unknown option' "'$mime' --what <noid.eml"
t_exit 64 'a file as an argument' "'$mime' noid.eml"
t_exit 74 'a full disk' "'$mime' <noid.eml >/dev/full"
done_testing
