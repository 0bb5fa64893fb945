#!/bin/sh
# crm-mime takes real and broken messages: the same id, sender, subject and
# number of attachments as another parser (python3's) finds, where that and
# FACTS.tsv agree; what it refuses is named here.
. "${0%/*}/../lib.sh"
t_data eml

cat >compare.py <<'END'
import csv, email, email.policy, io, os, re, subprocess, sys

mime, data = sys.argv[1:]
facts = {}
for line in open(data + '/FACTS.tsv'):
    cell = line.rstrip('\n').split('\t')
    if len(cell) > 3:
        facts[cell[0]] = cell

# Parts with the boundary of their parents: python3 leaves some out.
SAME_BOUNDARY = {'python/msg_15.eml', 'python/msg_39.eml'}


def clean(s):
    s = ''.join(c for c in s if c in '\n\t' or not
        (ord(c) < 32 or 127 <= ord(c) < 160))
    return ' '.join(s.split())


def leaves(m):
    if m.is_multipart() and m.get_content_maintype() == 'multipart':
        for p in m.iter_parts():
            yield from leaves(p)
    else:
        yield m


# Our rule: a text is an attachment where it says so, or has a name and is not
# the first. What is said to be multipart and has no parts is text.
def attachments(m):
    n = texts = 0
    for p in leaves(m):
        kind = p.get_content_type()
        name = p.get_filename()
        says = p.get_content_disposition() == 'attachment'
        if not re.fullmatch(r'[\w.+-]+/[\w.+-]+', kind):
            kind = 'text/plain'
        if kind == 'text/calendar':
            n += bool(name) or says
        elif kind.startswith('multipart/'):
            texts += 1
        elif kind in ('text/plain', 'text/html') and not says and (
                not name or not texts):
            texts += 1
        else:
            n += 1
    return n


def same_people(ours, theirs):
    ours = ours[:len(theirs)]
    # python3 knows no names in comments, and calls no address <>.
    theirs = [(a or b, '' if c == '<>' else c)
        for (a, c), (b, _) in zip(theirs, ours)]
    return len(ours) == len(theirs) and ours == theirs


def check(file, rows, m):
    def values(what):
        return [r['value'] for r in rows if r['what'] == what]
    fact = facts.get(file, [''] * 4)
    subject = clean(str(m['subject'] or ''))
    if '\ufffd' not in subject and subject == clean(fact[3]):
        told['subjects'] += 1
        if values('subject') != [subject]:
            print(file, 'subject', values('subject'), subject)
    try:
        people = [(clean(a.display_name), a.addr_spec)
            for a in m['from'].addresses] if m['from'] else []
    except ValueError:
        people = None
    ours = [(r['name'], r['value']) for r in rows if r['what'] == 'from']
    if people is not None:
        told['senders'] += 1
        if not same_people(ours, people):
            print(file, 'from', ours, people)
    if m['message-id']:
        told['ids'] += 1
        if values('message-id') != [clean(str(m['message-id'])).strip('<>')]:
            print(file, 'message-id', values('message-id'), m['message-id'])
    if file not in SAME_BOUNDARY:
        told['attachments'] += 1
        if len(values('attachment')) != attachments(m):
            print(file, 'attachments', values('attachment'), attachments(m))
    for r in rows:
        if re.search('[\0-\x08\x0b-\x1f\x7f-\x9f]', ''.join(r.values())):
            print(file, 'has control characters')


told = dict.fromkeys(('subjects', 'senders', 'ids', 'attachments'), 0)
for folder, _, names in sorted(os.walk(data)):
    for name in sorted(names):
        if not name.endswith(('.eml', '.msg')):
            continue
        path = os.path.join(folder, name)
        raw = open(path, 'rb').read()
        p = subprocess.run([mime], input=raw, capture_output=True, timeout=20)
        file = os.path.relpath(path, data)
        if p.returncode:
            print(file, p.returncode, p.stderr.decode().strip())
            continue
        rows = list(csv.DictReader(io.StringIO(p.stdout.decode(), newline='')))
        check(file, rows,
            email.message_from_bytes(raw, policy=email.policy.default))
print(*(k + ' ' + ('enough' if n > 200 else str(n)) for k, n in told.items()))
END
no_mail='message:1: this is no mail, which begins with header lines (From: ..., Subject: ...)'
t_same 'every message is as it is to another parser, or no mail' \
    "enmime/mail__erroneous.eml 65 crm-mime: $no_mail
python/msg_19.eml 65 crm-mime: $no_mail
subjects enough senders enough ids 132 attachments enough" \
    "$(python3 compare.py "$CRM_BIN/libexec/crm-mime" "$DATA")"
done_testing
