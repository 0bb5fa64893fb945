#!/bin/sh
# 2,000 prices of random tables, as another program computes them: books with
# parents and quantities, discounts of all kinds, currencies of 0 to 3 digits.
. "${0%/*}/../lib.sh"
t_store
cat >"$T/gen.py" <<'END'
import csv, itertools, os, random, shlex
from datetime import date, timedelta
from fractions import Fraction as F

rnd = random.Random(20261121)
exponent = {'EUR': 2, 'USD': 2, 'JPY': 0, 'KWD': 3}
day0 = date(2026, 1, 1)
letters = '0123456789abcdefghjkmnpqrstvwxyz'
count = itertools.count(1)

def new_id(letter):
    n, s = next(count), ''
    for _ in range(8):
        s = letters[n % 32] + s
        n //= 32
    return f'{letter}2611-{s}'

def write(path, rows):
    if os.path.dirname(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', newline='') as f:
        w = csv.DictWriter(f, list(rows[0]), lineterminator='\n')
        w.writeheader()
        w.writerows(rows)

def amount(cur, low, high, more=0):
    d = exponent[cur] + more
    n = rnd.randint(low * 10 ** d, high * 10 ** d)
    return f'{n // 10 ** d}' + (f'.{n % 10 ** d:0{d}}' if d else '')

def maybe(p, f):
    return f() if rnd.random() < p else ''

def span():
    a = day0 + timedelta(rnd.randrange(300))
    return a.isoformat(), (a + timedelta(rnd.randrange(200))).isoformat()

def dates(p):
    a, b = span()
    return maybe(p, lambda: a), maybe(p, lambda: b)

products = []
for i in range(40):
    cur = rnd.choice(['EUR', 'EUR', 'USD', 'JPY', 'KWD'])
    products.append({'id': new_id('P'), 'name': f'Product {i}', 'sku': f'S-{i}',
        'family': rnd.choice('ABC'), 'price': amount(cur, 1, 900),
        'cost': '', 'currency': cur, 'active': 'yes'})
accounts = [{'id': new_id('A'), 'name': f'Account {i}',
    'country': rnd.choice(['DE', 'US', 'JP'])} for i in range(30)]
books = []
for i in range(8):
    a, b = dates(0.4)
    books.append({'id': new_id('B'), 'name': f'Book {i}',
        'currency': rnd.choice(['EUR', 'USD', 'JPY', 'KWD']),
        'parent': maybe(0.5, lambda: rnd.choice(books)['id'] if books else ''),
        'customers': maybe(0.6, lambda: 'country:' +
            rnd.choice(['DE', 'US', 'JP', 'DE,JP'])),
        'from': a, 'to': b, 'rank': maybe(0.7, lambda: rnd.randint(1, 4)),
        'active': rnd.choice(['yes'] * 5 + ['no', ''])})
prices = []
for i in range(500):
    a, b = dates(0.2)
    k = rnd.choice(books)
    prices.append({'id': new_id('Y'), 'book': k['id'],
        'product': rnd.choice(products)['id'],
        'min': maybe(0.6, lambda: rnd.choice(['1', '5', '10', '2.5', '100'])),
        'price': amount(k['currency'], 1, 900, rnd.choice([0, 0, 1, 2])),
        'from': a, 'to': b})
discounts = []
for i in range(24):
    kind = rnd.choice(['percent'] * 4 + ['amount', 'price', 'gift'])
    cur = rnd.choice(['EUR', 'USD', 'JPY'])
    a, b = dates(0.3)
    d = {'id': new_id('D'), 'name': f'Rule {i}',
        'rank': maybe(0.7, lambda: rnd.randint(1, 9)), 'scope': 'line',
        'kind': kind, 'value': '', 'currency': '',
        'products': maybe(0.6, lambda: 'family:' + rnd.choice('ABC')),
        'customers': maybe(0.4, lambda: 'country:' +
            rnd.choice(['DE', 'US', 'JP'])),
        'min': maybe(0.3, lambda: rnd.choice(['2', '10', '3.5'])),
        'min_amount': '', 'min_orders': maybe(0.2, lambda: rnd.randint(1, 3)),
        'from': a, 'to': b, 'months': maybe(0.2, lambda: ';'.join(
            str(m) for m in sorted(rnd.sample(range(1, 13), 5)))),
        'voucher': maybe(0.2, lambda: f'CODE{i}'), 'gift': '',
        'gift_quantity': '', 'last': maybe(0.1, lambda: 'yes'),
        'active': rnd.choice(['yes'] * 6 + ['no'])}
    if kind == 'percent':
        d['value'] = rnd.choice(['5', '12.5', '3.3333', '33', '0.0005'])
    elif kind == 'gift':
        d['gift'] = rnd.choice(products)['id']
        d['gift_quantity'] = maybe(0.5, lambda: rnd.choice(['2', '0.5']))
    else:
        d['currency'] = cur
        d['value'] = amount(cur, 0, 1) if kind == 'amount' else \
            amount(cur, 50, 800)
    if d['voucher']:
        d['from'] = d['to'] = d['months'] = d['customers'] = ''
        d['min_orders'], d['active'] = '', 'yes'
    if rnd.random() < 0.3:
        d['currency'] = d['currency'] or cur
        d['min_amount'] = amount(d['currency'], 10, 2000)
    discounts.append(d)
orders = [{'id': new_id('R'), 'account': rnd.choice(accounts)['id'],
    'state': rnd.choice(['confirmed', 'delivered', 'cancelled']),
    'date': (day0 + timedelta(rnd.randrange(330))).isoformat()}
    for i in range(60)]
rates = [{'currency': c, 'date': (day0 + timedelta(30 * m - 60)).isoformat(),
    'rate': r} for c, rs in (('USD', ('0.92', '0.8713', '0.95')),
        ('JPY', ('0.0061', '0.00597', '0.0063')),
        ('KWD', ('2.99', '3.0171', '3.2'))) for m, r in enumerate(rs)]

write('products.csv', products)
write('accounts/2026/11.csv', accounts)
write('price-books.csv', books)
write('prices/2026/11.csv', prices)
write('discounts.csv', discounts)
write('orders/2026/11.csv', orders)
write('config/rates.csv', rates)

# --- what they come to ---------------------------------------------------
country = {a['id']: a['country'] for a in accounts}
by_id = {x['id']: x for x in products + books}

def rate(cur, day):
    if cur == 'EUR':
        return F(1)
    at = [r for r in rates if r['currency'] == cur and r['date'] <= day]
    return F(max(at, key=lambda r: r['date'])['rate'])

def rounded(x, digits):
    n = x * 10 ** digits
    return F(int(n + F(1, 2)), 10 ** digits)

def exchange(x, a, b, day, digits):
    return rounded(F(x) if a == b else F(x) * rate(a, day) / rate(b, day),
        digits)

def text(x, digits):
    n = int(x * 10 ** digits)
    return f'{n // 10 ** digits}' + (
        f'.{n % 10 ** digits:0{digits}}' if digits else '')

def holds(x, day):
    return (not x['from'] or x['from'] <= day) and \
        (not x['to'] or day <= x['to'])

def meant(text, account):
    return not text or country.get(account) in text.split(':')[1].split(',')

def rank(x):
    return (int(x['rank']) if x['rank'] != '' else 10 ** 9, x['id'])

def list_price(r, product):
    fit = [b for b in sorted(books, key=rank) if b['active'] != 'no' and
        holds(b, r['on']) and meant(b['customers'], r['account_id'])]
    fit.sort(key=lambda b: b['currency'] != r['currency'])
    if r['book']:
        fit = [by_id[r['book']]]
    book = fit[0] if fit else None
    while book:
        at = [p for p in prices if p['book'] == book['id'] and
            p['product'] == product['id'] and holds(p, r['on']) and
            F(p['min'] or 0) <= F(r['quantity'])]
        if at:
            best = max(at, key=lambda p: (F(p['min'] or 0), p['from'],
                p['id']))
            return best['price'], book['currency']
        book = by_id.get(book['parent'])
    return product['price'], product['currency']

def price(r):
    product = next(p for p in products if p['sku'] == r['sku'])
    q, day, cur = F(r['quantity']), r['on'], r['currency']
    raw, of = list_price(r, product)
    digits = max(len(raw.partition('.')[2]), exponent[cur])
    listed = x = exchange(raw, of, cur, day, digits)
    gifts = []
    for d in sorted(discounts, key=rank):
        if d['active'] == 'no' or not holds(d, day) or \
           (d['months'] and str(int(day[5:7])) not in d['months'].split(';')) \
           or (d['voucher'] and d['voucher'] not in r['voucher'].split(',')) \
           or (d['products'] and
               d['products'].split(':')[1] != product['family']) \
           or not meant(d['customers'], r['account_id']):
            continue
        if d['min_orders'] != '' and sum(o['account'] == r['account_id'] and
                o['state'] != 'cancelled' and o['date'] < day
                for o in orders) < int(d['min_orders']):
            continue
        if d['min'] and q < F(d['min']):
            continue
        if d['min_amount'] and x * q < exchange(
                d['min_amount'], d['currency'], cur, day, digits):
            continue
        if d['kind'] == 'percent':
            x = rounded(x * (100 - F(d['value'])) / 100, digits)
        elif d['kind'] == 'gift':
            times = q // F(d['min'] or 1)
            if times:
                each = d['gift_quantity'] or '1'
                n = F(each) * times
                gifts.append(by_id[d['gift']]['sku'] + ' ' +
                    text(n, len(each.partition('.')[2])))
        else:
            v = exchange(d['value'], d['currency'], cur, day, digits)
            x = min(x, v) if d['kind'] == 'price' else x - v
            if x < 0:
                return None
        if d['last'] == 'yes':
            break
    return [product['sku'], product['name'], r['quantity'],
        text(listed, digits), text(x, digits), cur, ';'.join(gifts)]

asked, want = [], []
codes = [d['voucher'] for d in discounts if d['voucher']]
while len(asked) < 2000:
    a = rnd.choice(accounts + [None])
    r = {'sku': rnd.choice(products)['sku'],
        'quantity': rnd.choice(['1', '2', '3', '5', '9.99', '10', '12.5',
            '100', '250']),
        'account': a['name'] if a else '',
        'currency': rnd.choice(['EUR', 'USD', 'JPY', 'KWD']),
        'on': (day0 + timedelta(rnd.randrange(340))).isoformat(),
        'voucher': ','.join(rnd.sample(codes, rnd.choice([0, 0, 1])))
            if codes else '',
        'book': maybe(0.1, lambda: rnd.choice(books)['id'])}
    r['account_id'] = a['id'] if a else ''
    p = price(r)
    if p:
        del r['account_id']
        asked.append(r)
        want.append(p)
write(os.environ['T'] + '/asked.csv', asked)
with open(os.environ['T'] + '/some.sh', 'w') as f, \
     open(os.environ['T'] + '/some.csv', 'w', newline='') as g:
    for r, p in list(zip(asked, want))[::97]:
        print(r['sku'], 'x' + r['quantity'], *[f'--{k} {shlex.quote(v)}'
            for k, v in r.items() if v and k not in ('sku', 'quantity')],
            file=f)
        csv.writer(g, lineterminator='\n').writerow(p)
with open(os.environ['T'] + '/want.csv', 'w', newline='') as f:
    w = csv.writer(f, lineterminator='\n')
    w.writerow(['sku', 'name', 'quantity', 'list', 'price', 'currency',
        'gifts'])
    w.writerows(want)
END
export T
t 'tables, and what they come to' python3 "$T/gen.py"
t 'the tables are sound' 'git add -A && git commit -qm tables && crm check'
t '2,000 prices' crm-product price - -o csv <"$T/asked.csv"
cp "$OUT" "$T/got.csv"
t_same 'each is that of another program' "$T/want.csv" "$T/got.csv"
t_same 'so many were discounted' 1 "$(
	awk -F, 'NR > 1 && $4 != $5' "$T/want.csv" | wc -l | awk '{ print ($1 > 500) }')"
t_same 'so many had gifts' 1 "$(
	awk -F, 'NR > 1 && $7 != ""' "$T/want.csv" | wc -l | awk '{ print ($1 > 20) }')"
# Asked one by one, tables are read in other ways.
while IFS= read -r line; do
	eval "set -- $line"
	crm-product price "$@" -o csv | sed 1d
done <"$T/some.sh" >"$T/single.csv"
t_same 'one by one they are the same' "$T/some.csv" "$T/single.csv"
done_testing
