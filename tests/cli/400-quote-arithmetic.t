#!/bin/sh
# Every figure of random quotes, and of their payment terms, as another
# implementation has it: python3 with fractions, after crm-quote(7).
#
# QUOTES=100000: so many; SEED: others.
. "${0%/*}/../lib.sh"
tool=$repo/build/${MODE:-release}/unit/calc_tool
[ -x "$tool" ] || t_skip_rest 'calc_tool is not built: make unit'
command -v python3 >/dev/null || t_skip_rest 'no python3'

cat >quotes.py <<'END'
import random, sys
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction as F

quotes, terms, seed = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rnd = random.Random(seed)
ask, want = open('ask', 'w'), open('want', 'w')
seen = Counter()
LIMIT = 10 ** 15
EPOCH = date(1970, 1, 1)


class Refused(Exception):
    pass


def check(ok, code, where=''):
    if not ok:
        raise Refused(code, where)


def fits(*amounts):
    for a in amounts:
        check(abs(a) <= LIMIT, 65)


# The definitions.

def rounded(x, way):
    low = x.numerator // x.denominator
    rest = x - low
    if rest == 0:
        return low
    to_zero, away = (low, low + 1) if x > 0 else (low + 1, low)
    if way == 'up':
        return away
    if way == 'down':
        return to_zero
    half = F(1, 2)
    if rest != half:
        return low + 1 if rest > half else low
    if way == 'half-up':
        return away
    if way == 'half-down':
        return to_zero
    return low if low % 2 == 0 else low + 1


def complete(whole, exact):
    """Rounded down, and a unit each to those who lost most, till whole."""
    out = [x.numerator // x.denominator for x in exact]
    order = sorted(range(len(out)), key=lambda i: (out[i] - exact[i], i))
    left = whole - sum(out)
    assert 0 <= left <= len(out)
    for i in order[:left]:
        out[i] += 1
    return out


def shared(whole, weights):
    total = sum(weights)
    if not weights:
        return []
    if total == 0:
        return [whole] + [0] * (len(weights) - 1)
    return complete(whole, [F(whole) * w / total for w in weights])


def exact_taxes(parts, on):
    taxes = []
    for rate, compound in parts:
        taxes.append((on + sum(taxes) if compound else on) * rate / 100)
    return taxes


def add_taxes(parts, net, way):
    taxes = []
    for rate, compound in parts:
        base = net + sum(taxes) if compound else net
        taxes.append(rounded(base * rate / 100, way))
    fits(net + sum(taxes))
    return taxes


def take_taxes(parts, with_tax, way):
    exact = exact_taxes(parts, F(1))
    net = rounded(with_tax / (1 + sum(exact)), way)
    return net, shared(with_tax - net, exact)


def taxed(parts, mode, base, way):
    """Of one line by itself: net and taxes."""
    if mode == 'exclusive':
        return base, add_taxes(parts, base, way)
    return take_taxes(parts, base, way) if parts else (base, [])


def taxed_together(parts, mode, bases, way):
    if not parts:
        return list(bases), [[] for b in bases]
    if mode == 'exclusive':
        nets = list(bases)
        columns = [shared(t, nets) for t in add_taxes(parts, sum(nets), way)]
    else:
        net, taxes = take_taxes(parts, sum(bases), way)
        nets = shared(net, bases)
        lack = [b - n for b, n in zip(bases, nets)]
        columns = []
        for t in taxes:
            column = shared(t, lack)
            lack = [a - b for a, b in zip(lack, column)]
            columns.append(column)
    return nets, [list(row) for row in zip(*columns)]


def take_off(text, exponent, of, way=None):
    """What a discount comes to, exactly or rounded."""
    if not text:
        return F(0)
    if text.endswith('%'):
        x = of * F(text[:-1]) / 100
        return rounded(x, way) if way else x
    return F(text) * 10 ** exponent


def compute(q):
    way, unit, mode = q['halves'], 10 ** q['exponent'], q['mode']
    lines, sum_whole, sum_exact, sum_cost = [], F(0), F(0), F(0)
    for number, l in enumerate(q['lines']):
        at = 'line %d: ' % (number + 1)
        quantity, price = F(l['quantity']), F(l['price'])
        check(quantity > 0 and price >= 0, 64, at)
        whole = quantity * price * unit
        cost = quantity * F(l['cost']) * unit
        check(quantity <= 10 ** 12 and whole <= LIMIT and
              abs(cost) <= LIMIT, 65, at)
        exact = whole - take_off(l['off'], q['exponent'], whole)
        check(exact >= 0, 64, at)
        if l['counted']:
            sum_whole += whole
            sum_exact += exact
            sum_cost += cost
            check(sum_whole <= LIMIT and abs(sum_cost) <= LIMIT, 65, at)
        lines.append({'gross': rounded(whole, way), 'exact': exact,
                      'amount': rounded(exact, way), 'share': 0,
                      'tax': l['tax'], 'counted': l['counted']})
    counted = [l for l in lines if l['counted']]
    if q['rounding'] == 'line':
        subtotal = sum(l['amount'] for l in counted)
        gross = sum(l['gross'] for l in counted)
    else:
        subtotal = rounded(sum_exact, way)
        gross = rounded(sum_whole, way)
        for l, a in zip(counted,
                        complete(subtotal, [l['exact'] for l in counted])):
            l['amount'] = a
    fits(subtotal, gross)
    left, each = subtotal, []
    for text in q['offs']:
        off = int(take_off(text, q['exponent'], F(left), way))
        check(off <= left, 64, 'discount: ')
        each.append(off)
        left -= off
    for l, s in zip(counted,
                    shared(subtotal - left, [l['amount'] for l in counted])):
        l['share'] = s
    for l in lines:
        l['base'] = l['amount'] - l['share']
    items = lines + ([{'tax': q['shipping_tax'], 'base': q['shipping'],
                       'counted': True}] if q['shipping'] else [])
    table = taxes(q, items)
    net = sum(x['net'] for x in items if x['counted'])
    tax = sum(row[3] for row in table)
    total = net + tax + q['adjustment']
    payable = total
    if q['cash'] > 1:
        payable = rounded(F(total, q['cash']), way) * q['cash']
    shipping_net = items[-1]['net'] if q['shipping'] else 0
    cost = rounded(sum_cost, way)
    margin = net - shipping_net - cost
    fits(net, tax, total, payable, cost, margin)
    invariants(q, lines, items, table, subtotal, left, net, tax, total)
    return (subtotal, subtotal - left, gross - left, shipping_net, net, tax,
            total, payable, cost, margin), each, table, lines


def taxes(q, items):
    mode, way, table = q['mode'], q['halves'], []
    for x in items:
        x['net'], x['taxed'] = x['base'], []
    if mode == 'none':
        return table
    for k, parts in enumerate(q['classes']):
        of = [x for x in items if x['tax'] == k]
        for x in of:
            if not x['counted'] or q['rounding'] == 'line':
                x['net'], x['taxed'] = taxed(parts, mode, x['base'], way)
        of = [x for x in of if x['counted']]
        if not of:
            continue
        if q['rounding'] == 'document':
            nets, rows = taxed_together(
                parts, mode, [x['base'] for x in of], way)
            for x, n, row in zip(of, nets, rows):
                x['net'], x['taxed'] = n, row
        base = with_tax = sum(x['net'] for x in of)
        for p, (rate, compound) in enumerate(parts):
            amount = sum(x['taxed'][p] for x in of)
            table.append((k, p, with_tax if compound else base, amount))
            with_tax += amount
    return table


def invariants(q, lines, items, table, subtotal, left, net, tax, total):
    counted = [l for l in lines if l['counted']]
    assert sum(l['amount'] for l in counted) == subtotal
    assert sum(l['share'] for l in counted) == subtotal - left
    assert all(0 <= l['share'] <= l['amount'] for l in counted)
    assert all(x['net'] >= 0 and min(x['taxed'], default=0) >= 0
               for x in items)
    assert sum(sum(x['taxed']) for x in items if x['counted']) == tax
    if q['mode'] == 'exclusive':
        assert net == left + q['shipping']
    if q['mode'] == 'inclusive':
        assert all(x['net'] + sum(x['taxed']) == x['base'] for x in items)
        assert total == left + q['shipping'] + q['adjustment']


# Quotes that people would not write, as well as those they do.

def decimal(units, scale):
    sign, digits = '-' if units < 0 else '', str(abs(units)).zfill(scale + 1)
    return sign + (digits[:-scale] + '.' + digits[-scale:] if scale
                   else digits)


RATES = ['20', '19', '7', '10', '5', '9.975', '8.875', '0', '2.1', '25',
         '13.3333', '100', '0.0001', '1000', '5.5']
SHARES = ['5', '10', '12.5', '50', '33.3333', '100', '0.0001', '0', '2', '99.9']


def new_class():
    n = rnd.choice((0, 1, 1, 1, 1, 1, 2, 2, 3, 4))
    return [(rnd.choice(RATES), rnd.random() < 0.3) for i in range(n)]


def new_line(q, huge):
    exponent = q['exponent']
    kind = rnd.random()
    if kind < 0.6:
        quantity = str(rnd.randint(1, 30))
    elif kind < 0.65:
        quantity = '0.5'
    else:
        scale = rnd.randint(1, 6)
        quantity = decimal(rnd.randint(1, 10 ** rnd.randint(1, 8)), scale)
    scale = rnd.choice((exponent, exponent, exponent + 1, rnd.randint(0, 6)))
    price = decimal(rnd.randint(0, 10 ** rnd.randint(1, 7)), min(scale, 6))
    if rnd.random() < 0.2:  # a half of a unit
        price = decimal(rnd.randint(0, 2000) * 10 + 5, exponent + 1)
    if huge:
        quantity = decimal(rnd.randint(1, 10 ** rnd.randint(1, 17)),
                           rnd.choice((0, 6)))
        price = decimal(rnd.randint(1, 10 ** rnd.randint(1, 17)),
                        rnd.choice((0, 2, 6)))
    if rnd.random() < 0.002:
        quantity = rnd.choice(('0', '-1', '0.000'))
    if rnd.random() < 0.002:
        price = '-1'
    off = ''
    if rnd.random() < 0.25:
        off = rnd.choice(SHARES) + '%'
    elif rnd.random() < 0.15:
        whole = int(F(quantity) * F(price) * 10 ** exponent)
        most = max(0, whole) if rnd.random() < 0.97 else max(0, whole) + 100
        off = decimal(min(LIMIT, rnd.randint(0, most)), exponent)
    return {'quantity': quantity, 'price': price,
            'cost': decimal(rnd.randint(-5, 10 ** rnd.randint(1, 7)),
                            rnd.randint(0, 6)),
            'tax': rnd.randrange(len(q['classes'])),
            'counted': rnd.random() < 0.85, 'off': off}


def new_quote():
    q = {'exponent': rnd.choice((0, 2, 2, 3)),
         'mode': rnd.choice(('exclusive', 'exclusive', 'inclusive',
                             'inclusive', 'none')),
         'rounding': rnd.choice(('line', 'document')),
         'halves': rnd.choice(('half-up', 'half-even', 'half-down', 'up',
                               'down')),
         'cash': rnd.choice((0, 0, 0, 1, 5, 10, 25, 100)),
         'shipping': rnd.choice((0, 0, rnd.randint(1, 5000))),
         'adjustment': rnd.choice((0, 0, rnd.randint(-2000, 2000)))}
    q['classes'] = [new_class() for i in range(rnd.randint(1, 5))]
    q['shipping_tax'] = rnd.randrange(len(q['classes']))
    huge = rnd.random() < 0.02
    n = rnd.randint(40, 60) if rnd.random() < 0.01 else rnd.randint(0, 10)
    q['lines'] = [new_line(q, huge) for i in range(n)]
    about = sum(F(l['quantity']) * F(l['price']) for l in q['lines']
                if l['counted']) * 10 ** q['exponent']
    q['offs'] = []
    for i in range(rnd.choice((0, 0, 0, 1, 1, 2, 3, 10))):
        if rnd.random() < 0.6:
            share = rnd.choice(SHARES)
            q['offs'].append(('5' if F(share) > 90 and rnd.random() < 0.9
                              else share) + '%')
        else:
            about = min(LIMIT, max(0, about)) * F(1, 4)
            q['offs'].append(decimal(rnd.randint(0, int(about)),
                                     q['exponent']))
    return q


def one_quote():
    q = new_quote()
    print('quote', q['exponent'], q['mode'], q['rounding'], q['halves'],
          q['cash'], q['shipping'], q['shipping_tax'], q['adjustment'],
          file=ask)
    for k in q['classes']:
        print('class', *(r + 'c' * c for r, c in k), file=ask)
    for l in q['lines']:
        print('line', l['quantity'], l['price'], l['cost'], l['tax'],
              'counted' if l['counted'] else 'option', l['off'], file=ask)
    for o in q['offs']:
        print('off', o, file=ask)
    print('end', file=ask)
    q['classes'] = [[(F(r), c) for r, c in k] for k in q['classes']]
    for key in 'mode', 'rounding', 'halves':
        seen[q[key]] += 1
    seen['exponent %d' % q['exponent']] += 1
    seen['lines'] += len(q['lines'])
    try:
        sums, each, table, lines = compute(q)
    except Refused as why:
        print('error %d %s' % why.args, file=want)
        seen['refused'] += 1
        return
    each = (each + [0] * 8)[:8]
    seen['figures'] += len(sums) + 8 + 2 * len(table) + 8 * len(lines)
    print(*sums, '|', *each, '|',
          *('%d.%d:%d:%d' % row for row in table), '|',
          *(':'.join(map(str, [l['gross'], l['amount'], l['share'], l['net']]
                         + (l['taxed'] + [0] * 4)[:4])) for l in lines),
          file=want)


# Payment terms: text, then kind, value, what day from, days.

def new_terms(exponent, total):
    kind = rnd.random()
    if kind < 0.1:
        return rnd.choice(('', 'cash')), [('rest', 0, 'order', 0)]
    if kind < 0.2:
        n = rnd.randint(0, 120)
        return rnd.choice(('net%d', 'net %d')) % n, [('rest', 0, 'order', n)]
    if kind < 0.3:
        p, n = rnd.randint(1, 99), rnd.randint(0, 90)
        return 'deposit %d%% net%d' % (p, n), [
            ('share', F(p), 'order', 0), ('rest', 0, 'order', n)]
    n = rnd.randint(2 if kind < 0.5 else 1, 12)
    cut = sorted(rnd.sample(range(1, 1000000), n - 1))
    share = [b - a for a, b in zip([0] + cut, cut + [1000000])]
    if rnd.random() < 0.05:
        share[0] += 1  # they are not 100 % then
    if kind < 0.5:
        return '/'.join(decimal(s, 4) for s in share), [
            ('share', F(s, 10000), 'order', 30 * i)
            for i, s in enumerate(share)]
    parts = []
    last = len(share) - 1
    with_rest = rnd.random() < (0.9 if kind > 0.8 else 0.5)
    for i, s in enumerate(share):
        if i == last and with_rest:
            parts.append(('rest', 0))
        elif kind > 0.8 and rnd.random() < 0.5:
            most = max(1, abs(total) // (len(share) + 1))
            parts.append(('amount', rnd.randint(1, most)))
        else:
            parts.append(('share', F(s, 10000)))
    rnd.shuffle(parts)
    text, out = [], []
    for k, v in parts:
        word = {'rest': 'rest', 'amount': decimal(int(v), exponent),
                'share': decimal(int(v * 10000), 4) + '%'}[k]
        frm, days = rnd.choice(('order', 'delivery', 'date')), 0
        if frm == 'date':
            days = rnd.randint(18000, 22000)
            word += '@' + (EPOCH + timedelta(days)).isoformat()
        elif rnd.random() < 0.5:
            days = rnd.randint(0, 200)
            word += ('@+%d' if frm == 'order' and rnd.random() < 0.5
                     else '@' + frm + '+%d') % days
        elif frm == 'delivery' or rnd.random() < 0.5:
            word += '@' + frm
        text.append(word)
        out.append((k, v, frm, days))
    return ' '.join(text), out


def plan(parts, total, order, delivery):
    kinds = Counter(p[0] for p in parts)
    shares = sum(p[1] for p in parts if p[0] == 'share')
    if kinds['rest'] or kinds['amount']:
        check(shares < 100, 64)
    else:
        check(shares == 100, 64)
    out, upto = [], F(0)
    for kind, value, frm, days in parts:
        if kind == 'share':
            amount = (rounded(total * (upto + value) / 100, 'half-up') -
                      rounded(total * upto / 100, 'half-up'))
            upto += value
        else:
            amount = value
        due = {'order': order, 'delivery': delivery, 'date': 0}[frm]
        out.append([amount, '-' if due is None else due + days])
    given = sum(a for a, d in out)
    if kinds['rest']:
        check(not kinds['amount'] or given <= total, 64)
        i = [p[0] for p in parts].index('rest')
        out[i][0] = total - given
    else:
        check(given == total, 64)
    assert sum(a for a, d in out) == total
    return out


def one_terms():
    exponent = rnd.choice((0, 2, 3))
    total = rnd.randint(0, 10 ** rnd.randint(1, 12))
    if rnd.random() < 0.05:
        total = -total
    order, delivery = rnd.randint(20000, 21000), rnd.choice(
        (None, rnd.randint(20000, 21000)))
    text, parts = new_terms(exponent, total)
    print('terms', exponent, total, order,
          '-' if delivery is None else delivery, text, file=ask)
    try:
        print(*('%d@%s' % tuple(x) for x in plan(parts, total, order,
                                                 delivery)), file=want)
    except Refused as why:
        print('error %d %s' % why.args, file=want)
        seen['terms refused'] += 1


for i in range(quotes):
    one_quote()
for i in range(terms):
    one_terms()
print(', '.join('%s %d' % x for x in sorted(seen.items())))
END

# What is refused is so for the same reason, at the same place.
cat >compare.py <<'END'
import sys
bad = n = digits = 0
for want, got in zip(open('want'), open('got')):
    n += 1
    want, got = want.rstrip('\n'), got.rstrip('\n')
    if want.startswith('error'):
        same = got.startswith(want)
    else:
        same = want == got
        # four rates of many digits, and an amount near the limit
        if not same and got.startswith('error 65') and \
                got.endswith('so many digits'):
            same = max(map(int, want.split('|')[0].split())) > 10 ** 13
            digits += same
    if not same and bad < 5:
        print('%d: want %s\n  got %s' % (n, want, got))
    bad += not same
left = sum(1 for l in open('want')) - sum(1 for l in open('got'))
print('%d of %d differ, %d are missing' % (bad, n, left))
print('# %d of them refused for want of digits' % digits,
      file=open('count', 'w'))
END

QUOTES=${QUOTES:-3000}
t "$QUOTES random quotes were computed by the other implementation" \
    python3 quotes.py "$QUOTES" "$QUOTES" "${SEED:-1}"
sed 's/^/# /' "$OUT"
t 'and by ours' "'$tool' <ask >got"
t_same 'every figure is the same' \
    "0 of $((2 * QUOTES)) differ, 0 are missing" \
    "$(python3 compare.py)"
cat count
done_testing
