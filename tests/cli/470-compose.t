#!/bin/sh
# Mail messages as python3's email package, with all defects as errors, and
# crm-mime read them; what could add a header or a recipient.
. "${0%/*}/../lib.sh"
tool=$repo/build/${MODE:-release}/unit/compose_tool
[ -x "$tool" ] || t_skip_rest 'compose_tool is not built: make unit'
command -v python3 >/dev/null || t_skip_rest 'no python3'

cat >mails.py <<'END'
import codecs, csv, email, email.policy, email.utils, io, random, re, subprocess, sys

tool, mime, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
rnd = random.Random(seed)
STRICT = email.policy.default.clone(raise_on_defect=True)
PIECES = ['a', 'Angebot', 'für', 'Größe', 'x' * 70, ' ', '  ', '窗户玻璃', '😀', 'عرض',
          '\r\nBcc: eve@evil.example', '\n', '\t', '\0', '\r', '=?UTF-8?Q?x?=',
          '=?', '?=', '"', '\\', '(c)', '<b@evil.example>', ',', ';', ':',
          '=3D', '.', '\n.\n', '\nFrom me', '\n--=_crm--\n', '\n--=_mixed_crm',
          '--', '\u0301', '\u0085', '\u2028', '%41', "it's", '/../', '100 %', 'é' * 50]
codecs.register_error('each', lambda e: ('\ufffd', e.start + 1))


def words(n):
    return ''.join(rnd.choice(PIECES) + rnd.choice([' ', '', ''])
                   for _ in range(rnd.randrange(n)))


def raw(n):
    b = words(n).encode()
    if rnd.random() < 0.2:
        at = rnd.randrange(len(b) + 1)
        b = b[:at] + bytes(rnd.choices(range(128, 256), k=3)) + b[at:]
    return b


def line(b):  # one line of text, as compose promises it
    s = b.decode('utf-8', 'each')
    return re.sub('[\0-\x1f\x7f-\x9f\u2028\u2029]', ' ', s)


def trim(s):
    return s.strip(' ')


def address(name):
    mail = rnd.choice(['ada@example.org', 'o.brien+x@sub.example.co.uk',
                       "a!#$%&'*+-/=?^_`{|}~b@example.org",
                       'l' * 64 + '@' + 'd' * 60 + '.example'])
    if not name:
        return mail.encode(), '', mail
    n = raw(6)
    return b'"' + n + b'" <' + mail.encode() + b'>', trim(line(n)), mail


mails = []
for i in range(count):
    x = {'from': address(True), 'subject': raw(12),
         'to': [address(rnd.random() < 0.5) for _ in range(rnd.randint(1, 4))],
         'cc': [address(True) for _ in range(rnd.choice([0, 0, 1, 3]))],
         'text': [(t, raw(40) if rnd.random() < .5 else words(60).encode())
                  for t in ['text/plain', 'text/html'][:rnd.randint(1, 2)]],
         'file': [('application/pdf', raw(8) or b'x',
                   bytes(rnd.choices(range(256), k=rnd.randrange(300))))
                  for _ in range(rnd.choice([0, 1, 2]))]}
    if rnd.random() < .3:  # as most are
        x['text'] = [('text/plain', b'Dear Ada,\n\nhere it is.\n\nAna\n')]
    mails.append(x)

ask = io.StringIO()
for i, x in enumerate(mails):
    print('from', x['from'][0].hex(), file=ask)
    print('subject', x['subject'].hex(), file=ask)
    for k in ('to', 'cc'):
        for a in x[k]:
            print(k, a[0].hex(), file=ask)
    print('id', b'Q2611-7f3k9q2d.1@example.com'.hex(), file=ask)
    for t, d in x['text']:
        print('text', t.encode().hex(), '-', d.hex(), file=ask)
    for t, n, d in x['file']:
        print('file', t.encode().hex(), n.hex(), d.hex(), file=ask)
    print('end', '%d.eml' % i, file=ask)
out = subprocess.run([tool, 'America/St_Johns'], input=ask.getvalue(),
                     text=True, capture_output=True)
assert out.returncode == 0 and not out.stdout, out


def same(what, got, want):
    if got != want:
        raise SystemExit('%d.eml: %s\n got: %r\nwant: %r' % (i, what, got, want))


def check(x, data):
    head = data.split(b'\n\n')[0].decode('ascii')
    if all(len(a[2]) < 60 for a in [x['from']] + x['to'] + x['cc']):
        same('lines', [n for n in head.split('\n') if len(n) > 76], [])
    same('lines of all', [n for n in data.split(b'\n') if len(n) > 400], [])
    data.decode('ascii')
    m = email.message_from_bytes(data, policy=STRICT)
    same('headers', sorted(m.keys()), sorted(
        ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version',
         'Content-Type'] + ['Cc'] * bool(x['cc']) +
        ['Content-Transfer-Encoding'] * (len(x['text']) == 1 and not x['file'])))
    for k in m.keys():
        same(k + ' has no defect', list(m[k].defects), [])
    same('subject', trim(str(m['Subject'])), trim(line(x['subject'])))
    for k in ('from', 'to', 'cc'):
        want = [x[k]] if k == 'from' else x[k]
        got = m[k].addresses if m[k] else []
        same(k, [a.addr_spec for a in got], [a[2] for a in want])
        # it leaves the blanks between encoded words, which crm-mime does not
        same(k + ' names', [a.display_name.replace(' ', '') for a in got],
             [a[1].replace(' ', '') for a in want])
    same('date', str(m['Date'].datetime), '2026-11-21 06:30:00-03:30')
    same('id', m['Message-ID'], '<Q2611-7f3k9q2d.1@example.com>')
    parts = [p for p in m.walk() if not p.is_multipart()]
    same('tree', [p.get_content_type() for p in m.walk()],
         ['multipart/mixed'] * bool(x['file']) +
         ['multipart/alternative'] * (len(x['text']) > 1) +
         [t for t, _ in x['text']] + [t for t, _, _ in x['file']])
    for p, (t, d) in zip(parts, x['text']):
        same('charset', p.get_content_charset(), 'utf-8')
        same('text', p.get_payload(decode=True), d)
    for p, (t, n, d) in zip(parts[len(x['text']):], x['file']):
        same('attached', p.get_content_disposition(), 'attachment')
        same('file', p.get_payload(decode=True), d)
        # it takes off quotes, and <>, which are the name's own
        same('name', trim(p.get_filename()), trim(email.utils.unquote(
            line(n).replace('/', '_').replace('\\', '_'))))


ODD = '[\u0301\ufffd]'  # crm-mime has its own way with these


def flat(s):
    return ' '.join(s.split())


def check_mime(x, name):
    rows = list(csv.DictReader(io.StringIO(subprocess.run(
        [mime], stdin=open(name, 'rb'), capture_output=True,
        check=True).stdout.decode(), newline='')))
    for k in ('from', 'to', 'cc'):
        want = [x[k]] if k == 'from' else x[k]
        same('crm-mime ' + k, [r['value'] for r in rows if r['what'] == k],
             [a[2].lower() for a in want])
        if not re.search(ODD, ''.join(a[1] for a in want)):
            same('crm-mime names', [flat(r['name']) for r in rows
                                    if r['what'] == k],
                 [flat(a[1]) for a in want])
    same('crm-mime attachments',
         sum(r['what'] == 'attachment' for r in rows), len(x['file']))
    if not re.search(ODD, line(x['subject'])):
        same('crm-mime subject', flat(next(
            (r['value'] for r in rows if r['what'] == 'subject'), '')),
            flat(line(x['subject'])))


seen = set()
for i, x in enumerate(mails):
    data = open('%d.eml' % i, 'rb').read()
    seen |= set(re.findall(rb'Encoding: ([a-z0-9-]+)', data))
    check(x, data)
    if i < 60:
        check_mime(x, '%d.eml' % i)
same('encodings', seen, {b'7bit', b'base64', b'quoted-printable'})
END
t 'a message is what went into it' python3 mails.py "$tool" \
    "$CRM_BIN/libexec/crm-mime" "${MAILS:-400}" "${SEED:-1}"

# refused NAME KEY VALUE [MORE]: nothing is written of such a value.
hex() { printf "$1" | od -An -v -tx1 | tr -d ' \n'; }
refused() {
	rm -f x.eml
	printf '%s %s\n' from "$(hex "${4:-ana@example.com}")" \
	    "$2" "$(hex "$3")" ${5:+to "$(hex "$5")"} >ask
	printf 'text %s - 78\nend x.eml\n' "$(hex text/plain)" >>ask
	t_same "refused: $1" 'x.eml: 64 0' "$("$tool" UTC <ask | cut -d ' ' -f 1,2) $(
	    find . -name x.eml | wc -l)"
}
while IFS='|' read -r name mail; do
	refused "$name" to "$mail"
done <<'END'
no address|
a name alone|Ada
no domain|ada@
nothing before it|@example.org
two of it|a@b@example.org
a newline|ada@example.org\nBcc: eve@evil.example
a carriage return|ada@example.org\rBcc: eve@evil.example
a NUL|ada@example.org\000
several|ada@example.org, eve@evil.example
several with a name|ada@example.org, Eve <eve@evil.example>
several without quotes|Lovelace, Ada <ada@example.org>
a second behind it|<ada@example.org> <eve@evil.example>
a newline within|Ada <ada@example.org\n>
a blank|ada @example.org
a comment|ada(x)@example.org
quotes|"ada x"@example.org
a group|all:ada@example.org;
a percent is fine, a bang not|ada@exa!mple.org
dots|ada..l@example.org
a dot at the end|ada@example.org.
letters that are not ASCII|ada@müller.example
an address literal|ada@[127.0.0.1]
no end|Ada <ada@example.org
END
refused 'a from that is none' to ada@example.org 'Ana'
refused 'a from of two lines' to ada@example.org 'Ana <ana@example.com>\nBcc: x@y.z'
refused 'an id of two lines' id 'a@b\nBcc: eve@evil.example' '' ada@example.org
refused 'an id that ends' id 'a@b>,<c@d' '' ada@example.org
refused 'an answer to two lines' reply 'a@b\r\nBcc: eve@evil.example' '' ada@example.org
refused 'nobody to send it to' cc ada@example.org
done_testing
