#!/bin/sh
# Reports of trade: quotes, what they are less than list prices, what became of
# them, beside competitors; their lines by product; orders. 2,000 random quotes
# and 600 orders, added up by python3 as well.
. "${0%/*}/../lib.sh"
command -v python3 >/dev/null || t_skip_rest 'no python3'
t_store
printf 'tax,part,from,label,rate,compound,code,reason\nstd,,,VAT,19,,S,\n' \
    >config/taxes.csv
printf 'currency,date,rate\nUSD,2026-10-01,0.9035\nJPY,2026-01-05,0.00613\n' \
    >config/rates.csv
git add -A && git commit -qm 'taxes and rates'
crm-user add 'Bo Lind' login=bo team=South >"$OUT"
for a in Acme Bolt Cask; do crm-account add "$a" >"$OUT"; done
cat >p.csv <<'END'
name,sku,brand,family,price,currency
Window 60,W60,Atlas,Windows,480.00,EUR
Window 90,W90,Atlas,Windows,690.50,EUR
Door,D1,Borg,Doors,1199.99,EUR
Sill,S1,,Windows,19.90,EUR
Fitting,F1,Borg,,75.00,EUR
END
crm-product import p.csv >"$OUT" 2>&1
for e in user account product; do
	crm-$e list -c "id,name$([ $e = product ] && echo ,brand,family,sku)" \
	    -o csv >"$e.csv"
done
rm p.csv

cat >../make.py <<'END'
import csv, os, random
from fractions import Fraction as F
rnd = random.Random(7)
read = lambda f: list(csv.DictReader(open(f)))
users, accounts, products = read('user.csv'), read('account.csv'), \
    read('product.csv')
DIGITS = {'EUR': 2, 'USD': 2, 'JPY': 0}
CHARS = '0123456789abcdefghjkmnpqrstvwxyz'
HEAD = ('id,number,name,account,owner,state,date,valid_until,currency,tax,'
        'rounding,halves,discount,issued_net,issued_taxes,issued_total,'
        'competitor,competitor_price,created').split(',')
LINE = ('id,quote,position,kind,product,sku,name,quantity,list,price,discount,'
        'tax,currency,amount,taxed,choice,chosen,created').split(',')
ORDER = ('id,number,name,account,owner,state,date,currency,tax,rounding,'
         'halves,issued_net,issued_taxes,issued_total,created').split(',')
PAY = 'id,order,kind,date,amount,currency,created'.split(',')

def half_up(x):
    return (2 * x.numerator + x.denominator) // (2 * x.denominator)

def text(units, currency):
    d = DIGITS[currency]
    s = '%0*d' % (d + 1, abs(units))
    return ('-' if units < 0 else '') + (s[:-d] + '.' + s[-d:] if d else s)

def word(n):
    return ''.join(rnd.choice(CHARS) for _ in range(n))

def store(folder, names, rows):
    for ym in {r['id'][1:5] for r in rows}:
        path = '%s/20%s' % (folder, ym[:2])
        os.makedirs(path, exist_ok=True)
        with open('%s/%s.csv' % (path, ym[2:]), 'w', newline='') as f:
            w = csv.DictWriter(f, names, lineterminator='\n', restval='',
                               extrasaction='ignore')
            w.writeheader()
            w.writerows(sorted((r for r in rows if r['id'][1:5] == ym),
                               key=lambda r: r['id']))

def day(a, b):
    return '%s-%02d-%02d' % (rnd.choice(('2025', '2026')), rnd.randint(a, b),
                             rnd.randint(1, 28))

def share(whole, weights):
    total = sum(weights)
    if not total:
        return [whole if i == 0 else 0 for i in range(len(weights))]
    out = [whole * w // total for w in weights]
    rest = [whole * w % total for w in weights]
    for i in sorted(range(len(out)), key=lambda i: (-rest[i], i)):
        if sum(out) == whole:
            break
        out[i] += 1
    return out

def quote(n):
    q = {'id': 'Q%s-%s' % (rnd.choice(('2610', '2611')), word(8))}
    cur = rnd.choice(('EUR', 'EUR', 'EUR', 'USD', 'JPY'))
    unit = 10 ** DIGITS[cur]
    off = rnd.choice((0, 0, 0, 3, 5, 10, 20, 25))
    q.update(name='n%d' % n, account=rnd.choice(accounts)['id'],
             owner=rnd.choice(users)['id'], currency=cur,
             state=rnd.choice('draft issued sent accepted rejected expired '
                              'superseded ordered'.split()),
             valid_until='2027-01-31', rounding='line', halves='half-up',
             tax=rnd.choice(('exclusive', 'exclusive', 'inclusive')),
             discount='%d%%' % off if off else '',
             created='20%s-%s-03T08:00:00Z' % (q['id'][1:3], q['id'][3:5]))
    if q['state'] != 'draft':
        q.update(number='Q2026-%05d' % n, date=day(1, 12))
    lines = []
    for i in range(rnd.choice((0, 1, 1, 2, 3, 5)) if q['state'] == 'draft'
                   else rnd.randint(1, 5)):
        p = rnd.choice(products)
        l = {'id': 'K%s-%s%s' % (q['id'][1:5], q['id'][6:8], word(6)),
             'quote': q['id'], 'position': 10 * (i + 1),
             'kind': 'gift' if rnd.random() < .05 and i else 'item',
             'product': p['id'], 'sku': p['sku'], 'name': p['name'],
             'tax': 'std', 'currency': cur, 'created': q['created']}
        k, listed = rnd.randint(1, 9000), rnd.randint(100, 200000)
        price = rnd.choice((listed, listed, listed, listed * 96 // 100,
                            listed + 500))
        if l['kind'] == 'gift':
            price = 0
        gone = rnd.choice((0, 0, 0, 2, 5, 12, 30))
        l.update(quantity=text(k, 'EUR'), price=text(price, cur),
                 list=rnd.choice((text(listed, cur), '')),
                 discount='%d%%' % gone if gone else '',
                 choice=rnd.choice(('', '', '', '', 'option')))
        if l['choice']:
            l['chosen'] = rnd.choice(('yes', 'no', ''))
        counted = not l['choice'] or l['chosen'] == 'yes'
        amount = half_up(F(k * price * (100 - gone), 10000))
        top = max(price, listed) if l['list'] else price
        l.update(_n=F(k, 100), _counted=counted, _amount=amount,
                 _listed=half_up(F(k * top, 100)))
        lines.append(l)
    inside = [l for l in lines if l['_counted']]
    subtotal = sum(l['_amount'] for l in inside)
    less = half_up(F(subtotal * off, 100))
    for l, s in zip(inside, share(less, [l['_amount'] for l in inside])):
        l['_share'] = s
    for l in lines:
        base = l['_amount'] - l.get('_share', 0)
        if q['tax'] == 'exclusive':
            l['_net'], l['_tax'] = base, half_up(F(base * 19, 100))
        else:
            l['_net'] = half_up(F(base * 100, 119))
            l['_tax'] = base - l['_net']
        if q['state'] != 'draft':
            l.update(amount=text(l['_net'], cur), taxed=text(l['_tax'], cur))
    q['_net'] = sum(l['_net'] for l in inside)
    q['_tax'] = sum(l['_tax'] for l in inside)
    q['_listed'] = sum(l['_listed'] for l in inside)
    q['_sold'] = subtotal - less
    if q['state'] != 'draft':
        q.update(issued_net=text(q['_net'], cur),
                 issued_taxes=text(q['_tax'], cur),
                 issued_total=text(q['_net'] + q['_tax'], cur))
    if rnd.random() < .2:
        q['_theirs'] = max(unit, q['_net'] * rnd.randint(80, 115) // 100)
        q.update(competitor=rnd.choice(('ClearPane', 'Glasko', '')),
                 competitor_price=text(q['_theirs'], cur))
    return q, lines

def order(n):
    cur = rnd.choice(('EUR', 'EUR', 'USD', 'JPY'))
    net = rnd.randint(1, 5000000)
    taxes = half_up(F(net * 19, 100))
    o = {'id': 'R2611-' + word(8), 'number': 'O2026-%05d' % n,
         'name': 'o%d' % n, 'account': rnd.choice(accounts)['id'],
         'owner': rnd.choice(users)['id'], 'date': day(1, 12),
         'state': rnd.choice('confirmed production delivered installed '
                             'cancelled'.split()),
         'currency': cur, 'tax': 'exclusive', 'rounding': 'line',
         'halves': 'half-up', 'issued_net': text(net, cur),
         'issued_taxes': text(taxes, cur),
         'issued_total': text(net + taxes, cur),
         'created': '2026-11-03T08:00:00Z',
         '_total': net + taxes, '_paid': 0}
    pays = []
    for _ in range(rnd.choice((0, 1, 2, 3))):
        back, units = rnd.random() < .15, rnd.randint(1, net)
        o['_paid'] += -units if back else units
        pays.append({'id': 'J2611-%s%s' % (o['id'][6:8], word(6)),
                     'order': o['id'], 'date': o['date'], 'currency': cur,
                     'kind': 'refund' if back else 'payment',
                     'amount': text(units, cur), 'created': o['created']})
    return o, pays

quotes, lines, orders, pays = {}, [], {}, []
while len(quotes) < 2000:
    q, l = quote(len(quotes) + 1)
    if q['id'] not in quotes:
        quotes[q['id']] = q
        lines += l
while len(orders) < 600:
    o, p = order(len(orders) + 1)
    if o['id'] not in orders:
        orders[o['id']] = o
        pays += p
assert len({l['id'] for l in lines}) == len(lines)
assert len({p['id'] for p in pays}) == len(pays)

# --- what the reports should say -------------------------------------------

RATE = {'EUR': F(1), 'USD': F('0.9035'), 'JPY': F('0.00613')}
WON, LOST = ('accepted', 'ordered'), ('rejected', 'expired')
name = {r['id']: r['name'] for r in users + accounts + products}
brand = {r['id']: r['brand'] for r in products}
family = {r['id']: r['family'] for r in products}

class Group:
    """Money by currency, cents of the base when it is asked for; counts."""
    def __init__(self):
        self.money, self.count = {}, {}
    def put(self, what, units, currency):
        m = self.money.setdefault(what, {})
        m[currency] = m.get(currency, 0) + units
    def add(self, what, n=1):
        self.count[what] = self.count.get(what, 0) + n
    def cents(self, what):
        x = sum(F(u, 10 ** DIGITS[c]) * RATE[c]
                for c, u in self.money.get(what, {}).items())
        x = F(x) * 100
        return half_up(x) if x >= 0 else -half_up(-x)
    def m(self, what):
        return text(self.cents(what), 'EUR')
    def n(self, what):
        x = self.count.get(what, 0)
        if F(x).denominator == 1:
            return str(int(x))
        return ('%.2f' % float(x)).rstrip('0')

def percent(a, b):
    if not b:
        return ''
    x = F(a, b) * 1000
    units = half_up(x) if x >= 0 else -half_up(-x)
    return '%s%d.%d' % ('-' if units < 0 else '', abs(units) // 10,
                        abs(units) % 10)

def rate(g):
    won, lost = g.count.get('won', 0), g.count.get('lost', 0)
    return percent(won, won + lost)

def groups(rows, key, fill):
    out = {}
    for r in rows:
        fill(out.setdefault(key(r), Group()), r)
    return out

def say(file, out, row):
    with open('../want.' + file, 'w', newline='') as f:
        w = csv.writer(f, lineterminator='\n')
        for key in sorted(out):
            w.writerow((list(key) if isinstance(key, tuple) else [key])
                       + row(out[key]))

def decide(g, q):
    g.add('won', q['state'] in WON)
    g.add('lost', q['state'] in LOST)

def by_quote(g, q):
    g.add('count')
    for k in ('net', 'tax', 'listed'):
        g.put(k, q['_' + k], q['currency'])
    g.put('total', q['_net'] + q['_tax'], q['currency'])
    if q['state'] in WON:
        g.put('won_net', q['_net'], q['currency'])
    if '_theirs' in q:
        g.put('theirs', q['_theirs'], q['currency'])
    decide(g, q)

def band(q):
    if not q['_listed']:
        return ''
    less = q['_listed'] - q['_sold']
    x = F(half_up(F(max(less, 0) * 1000, q['_listed'])), 10)
    return '0' if less <= 0 else '0-5' if x <= 5 else '5-10' if x <= 10 \
        else '10-20' if x <= 20 else '20+'

def quote_row(g):
    mean = F(g.cents('net'), g.count['count'])
    return [g.n('count'), g.m('net'), g.m('tax'), g.m('total'),
            text(half_up(mean), 'EUR'), g.n('won'), g.n('lost'), rate(g)]

def discount_row(g):
    return [g.n('count'), g.m('listed'), g.m('net'), g.n('won'), g.n('lost'),
            rate(g), g.m('won_net')]

def price_row(g):
    gap = g.cents('net') - g.cents('theirs')
    return [g.n('count'), g.m('net'), g.m('theirs'), text(gap, 'EUR'),
            percent(gap, g.cents('theirs')), g.n('won'), g.n('lost'), rate(g)]

def by_line(g, l):
    q = quotes[l['quote']]
    g.add('lines')
    g.add('quantity', l['_n'])
    g.put('listed', l['_listed'], l['currency'])
    g.put('quoted', l['_net'], l['currency'])
    if q['tax'] == 'inclusive':
        g.put('included', l['_tax'], l['currency'])
    if q['state'] in WON:
        g.add('won_quantity', l['_n'])
        g.put('won', l['_net'], l['currency'])

def product_row(g):
    off = g.cents('listed') - g.cents('quoted') - g.cents('included')
    return [g.n('lines'), g.n('quantity'), g.m('listed'), g.m('quoted'),
            text(off, 'EUR'), percent(off, g.cents('listed')),
            g.n('won_quantity'), g.m('won'),
            percent(g.cents('won'), g.cents('quoted'))]

def by_order(g, o):
    gone = o['state'] == 'cancelled'
    g.add('orders', not gone)
    g.add('cancelled', gone)
    if not gone:
        g.put('ordered', o['_total'], o['currency'])
    g.put('paid', o['_paid'], o['currency'])
    g.put('owing', (0 if gone else o['_total']) - o['_paid'], o['currency'])

def order_row(g):
    return [g.n('orders'), g.m('ordered'), g.m('paid'), g.m('owing'),
            g.n('cancelled')]

def reports(suffix=''):
    live = [q for q in quotes.values() if q['state'] != 'superseded']
    out = [q for q in live if q['state'] != 'draft']
    ids = {q['id'] for q in out}
    mine = [l for l in lines if l['quote'] in ids and l['_counted']]
    of = lambda l: quotes[l['quote']]
    month = lambda q: q.get('date', '')[:7]
    for file, rows, key, fill, row in (
        ('quote', live, lambda q: q['state'], by_quote, quote_row),
        ('quote.owner', live, lambda q: name[q['owner']], by_quote, quote_row),
        ('quote.month', live, month, by_quote, quote_row),
        ('discount', out, band, by_quote, discount_row),
        ('discount.owner', out, lambda q: name[q['owner']], by_quote,
         discount_row),
        ('price', [q for q in live if '_theirs' in q],
         lambda q: q.get('competitor', ''), by_quote, price_row),
        ('price.number', [q for q in out if '_theirs' in q],
         lambda q: q['number'], by_quote, price_row),
        ('product', mine, lambda l: name[l['product']], by_line, product_row),
        ('product.brand', mine, lambda l: brand[l['product']], by_line,
         product_row),
        ('product.family-owner', mine,
         lambda l: (family[l['product']], name[of(l)['owner']]), by_line,
         product_row),
        ('product.month', mine, lambda l: month(of(l)), by_line, product_row),
        ('order', orders.values(), lambda o: name[o['owner']], by_order,
         order_row),
        ('order.state', orders.values(), lambda o: o['state'], by_order,
         order_row),
        ('order.month', orders.values(), month, by_order, order_row)):
        say(file + suffix, groups(rows, key, fill), row)

def write():
    store('quotes', HEAD, quotes.values())
    store('quote-lines', LINE, lines)
    store('orders', ORDER, orders.values())
    store('payments', PAY, pays)

write()
reports('.before')
assert os.system("git add -A . && git commit -qm data") == 0
for q in quotes.values():
    if q['state'] == 'sent':
        q['state'] = rnd.choice(('accepted', 'rejected', 'sent'))
write()
reports()
assert os.system("git add -A . && git commit -qm decided") == 0
END
python3 ../make.py || t_result 1 'data are made'
rows() { crm-report "$@" -o csv 2>"$ERR" | sed 1d | sort; }
want() { sort "../want.$1"; }

t_same 'quotes are there' 2000 "$(crm-quote list -o count)"
t_same 'quotes by state' "$(want quote)" "$(rows quote)"
t_err 'the rates are named' '1 JPY = 0.00613 EUR .* 1 USD = 0.9035 EUR|1 USD = 0.9035 EUR .* 1 JPY = 0.00613 EUR'
t_same 'in the order of what becomes of them' \
    'draft issued sent accepted ordered rejected expired' \
    "$(crm-report quote -o csv -c state 2>"$ERR" | sed 1d | paste -sd ' ')"
t_same 'by owner' "$(want quote.owner)" "$(rows quote --by owner)"
t_same 'by month' "$(want quote.month)" "$(rows quote --by month)"
t_same 'before they were decided' "$(want quote.owner.before)" \
    "$(rows quote --by owner --as-of HEAD~1)"
t_same 'by discount' "$(want discount)" "$(rows discount)"
t_same 'from none to much' '0 0-5 5-10 10-20 20+ ' \
    "$(crm-report discount -o csv -c band 2>"$ERR" | sed 1d | tr -d '"' |
	paste -sd ' ')"
t_same 'discounts by owner' "$(want discount.owner)" \
    "$(rows discount --by owner)"
t_same 'as they were' "$(want discount.before)" \
    "$(rows discount --as-of HEAD~1)"
t_same 'a band is a filter, too' "$(grep '^5-10,' ../want.discount)" \
    "$(rows discount band:5-10)"
t_same 'beside competitors' "$(want price)" "$(rows price)"
t_same 'each of them' "$(want price.number)" \
    "$(rows price --by number not state:draft)"
t_same 'by product' "$(want product)" "$(rows product)"
t_same 'by brand' "$(want product.brand)" "$(rows product --by product.brand)"
t_same 'by family and owner' "$(want product.family-owner)" \
    "$(rows product --by product.family,owner)"
t_same 'by month of the quote' "$(want product.month)" \
    "$(rows product --by month)"
t_same 'won as it was' "$(want product.before)" \
    "$(rows product --as-of HEAD~1)"
t_same 'of a month' "$(grep '^2026-03,' ../want.product.month)" \
    "$(rows product --by month --period 2026-03)"
t_same 'of certain lines' 1 "$(crm-quote list state:accepted --limit 1 -o ids |
    xargs -I{} crm-report product 'quote:{}' --by quote -o count 2>"$ERR")"
t_same 'orders by owner' "$(want order)" "$(rows order)"
t_same 'by state' "$(want order.state)" "$(rows order --by state)"
t_same 'orders by month' "$(want order.month)" "$(rows order --by month)"
done_testing
