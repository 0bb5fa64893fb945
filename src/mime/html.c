#include "mime/html.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum { QUOTES_MAX = 9, META_WITHIN = 2048 };

enum action {
	INLINE,
	LINE,  /* begins and ends a line */
	PARA,  /* the same, with a blank line */
	BREAK, /* ends a line */
	CELL,
	ITEM,
	RULE,
	QUOTE,
	PRE,
	LINK,
	IMAGE,
	HIDDEN, /* with all that is in it, which is no HTML */
};

static const struct {
	const char *name;
	enum action action;
} tags[] = {
	{ "a", LINK },
	{ "address", LINE },
	{ "article", LINE },
	{ "aside", LINE },
	{ "blockquote", QUOTE },
	{ "br", BREAK },
	{ "caption", LINE },
	{ "center", LINE },
	{ "dd", LINE },
	{ "div", LINE },
	{ "dl", PARA },
	{ "dt", LINE },
	{ "figcaption", LINE },
	{ "figure", LINE },
	{ "footer", LINE },
	{ "form", LINE },
	{ "h1", PARA },
	{ "h2", PARA },
	{ "h3", PARA },
	{ "h4", PARA },
	{ "h5", PARA },
	{ "h6", PARA },
	{ "header", LINE },
	{ "hr", RULE },
	{ "img", IMAGE },
	{ "li", ITEM },
	{ "main", LINE },
	{ "nav", LINE },
	{ "ol", PARA },
	{ "option", LINE },
	{ "p", PARA },
	{ "pre", PRE },
	{ "script", HIDDEN },
	{ "section", LINE },
	{ "style", HIDDEN },
	{ "table", PARA },
	{ "td", CELL },
	{ "textarea", LINE },
	{ "th", CELL },
	{ "title", HIDDEN },
	{ "tr", LINE },
	{ "ul", PARA },
};

struct html {
	struct buf *out;
	struct span rest;
	size_t from;  /* of out, where our text begins */
	int newlines; /* due before the next text, 0..2 */
	bool blank;   /* the same, a blank */
	bool open;    /* the line has text */
	int pre, quotes;
	int above;	  /* quotes of the line before */
	struct span href; /* of the link we are in */
	size_t words;	  /* of out, where its words begin */
	bool no_quote[2]; /* no more " or ' is to come */
};

/* What is due before text. A blank line is in both quotations or in none. */
static void
settle(struct html *h)
{
	int both = h->quotes < h->above ? h->quotes : h->above;

	if (h->newlines && h->out->n > h->from) {
		buf_addc(h->out, '\n');
		if (h->newlines > 1) {
			buf_pad(h->out, '>', (size_t)both);
			buf_addc(h->out, '\n');
		}
		h->open = false;
	}
	if (h->open && h->blank)
		buf_addc(h->out, ' ');
	if (!h->open && h->quotes) {
		buf_pad(h->out, '>', (size_t)h->quotes);
		buf_addc(h->out, ' ');
	}
	h->above = h->quotes;
	h->newlines = 0;
	h->blank = false;
	h->open = true;
}

static void
put(struct html *h, const char *p, size_t n)
{
	settle(h);
	buf_add(h->out, p, n);
}

static void
end_line(struct html *h, int newlines)
{
	if (h->newlines < newlines)
		h->newlines = newlines;
	h->blank = false;
}

/* A newline that is really there: two of them are a blank line. */
static void
hard_newline(struct html *h)
{
	if (h->newlines < 2)
		h->newlines++;
	h->blank = false;
}

static size_t
char_of(struct span s, uint32_t *cp)
{
	struct span ref = s;
	size_t n = 0, base = 10;
	uint32_t v = 0;

	ref.p++;
	ref.n--;
	if (ref.n && *ref.p == '#') {
		n = 1;
		if (ref.n > 1 && (ref.p[1] | 32) == 'x') {
			base = 16;
			n = 2;
		}
		for (; n < ref.n && n < 10; n++) {
			const char *digits = "0123456789abcdef";
			const char *d = memchr(digits,
			    ref.p[n] >= 'A' ? ref.p[n] | 32 : ref.p[n], base);

			if (!d)
				break;
			v = v * (uint32_t)base + (uint32_t)(d - digits);
		}
		n = v ? n : 0;
	} else {
		while (n < ref.n && n < 10 &&
		       ((ref.p[n] | 32) >= 'a'
			       ? (ref.p[n] | 32) <= 'z'
			       : ref.p[n] >= '0' && ref.p[n] <= '9'))
			n++;
		v = html_entity(span_n(ref.p, n));
		n = v ? n : 0;
	}
	if (n == 0)
		return 0;
	*cp = v;
	return n + 1 + (n < ref.n && ref.p[n] == ';');
}

/* A reference like &amp; at the beginning of s: appends what it is. */
static size_t
reference(struct html *h, struct span s)
{
	char utf8[4];
	uint32_t cp = 0;
	size_t n = char_of(s, &cp);

	if (n == 0) {
		put(h, "&", 1);
		return 1;
	}
	if (cp == 0xad) /* where a word may be broken */
		return n;
	if (cp == 0xa0)
		cp = ' ';
	/* Numbers of Windows, where there would be control characters. */
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) || cp < 32 ||
	    (cp >= 127 && cp < 160))
		cp = cp == 10 || cp == 9 || cp == 13 ? ' ' : 0xfffd;
	put(h, utf8, utf8_encode(cp, utf8));
	return n;
}

static void
text(struct html *h, struct span s)
{
	while (s.n) {
		size_t n = 1;

		if (*s.p == '&') {
			n = reference(h, s);
		} else if (h->pre && *s.p == '\n') {
			hard_newline(h);
		} else if (!h->pre && strchr(" \t\n", *s.p)) {
			h->blank = h->open && !h->newlines;
		} else {
			while (n < s.n && !strchr("& \t\n", s.p[n]))
				n++;
			put(h, s.p, n);
		}
		s.p += n;
		s.n -= n;
	}
}

/*
 * The length of the tag at the beginning of s, with its >; all of s where that
 * is missing. A quote that is not closed is an ordinary character.
 */
static size_t
tag_length(struct html *h, struct span s)
{
	size_t i = 1;

	while (i < s.n && s.p[i] != '>') {
		char c = s.p[i++];
		bool *none = &h->no_quote[c == '\''];
		const char *end;

		/* Values alone are quoted: don't is no value. */
		if ((c != '"' && c != '\'') || *none ||
		    !strchr("= \t\n", s.p[i - 2]))
			continue;
		end = memchr(s.p + i, c, s.n - i);
		if (end)
			i = (size_t)(end + 1 - s.p);
		else
			*none = true;
	}
	return i < s.n ? i + 1 : s.n;
}

/* The value of an attribute in a tag, without its quotes; or empty. */
static struct span
attribute(struct span tag, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n < tag.n; i++) {
		struct span v = span_n(tag.p + i + n, tag.n - i - n);
		size_t len = 0;

		if (!strchr(" \t\n\"'", tag.p[i - 1]) ||
		    strncasecmp(tag.p + i, name, n) != 0)
			continue;
		v = span_trim(v);
		if (v.n == 0 || *v.p != '=')
			continue;
		v = span_trim(span_n(v.p + 1, v.n - 1));
		if (v.n && (*v.p == '"' || *v.p == '\'')) {
			const char *end = memchr(v.p + 1, *v.p, v.n - 1);

			len = end ? (size_t)(end - v.p - 1) : v.n - 1;
			return span_trim(span_n(v.p + 1, len));
		}
		while (len < v.n && !strchr(" \t\n>", v.p[len]))
			len++;
		return span_n(v.p, len);
	}
	return span_n("", 0);
}

/* The address behind the words of a link, unless they are the address. */
static void
link_end(struct html *h)
{
	struct span href = h->href, words;

	h->href = span_n("", 0);
	if (href.n == 0 || h->words > h->out->n)
		return;
	words = span_trim(span_n(
	    h->out->p ? h->out->p + h->words : "", h->out->n - h->words));
	if (span_istarts(href, span("mailto:")))
		href = span_n(href.p + 7, href.n - 7);
	if (span_eq(words, href) || words.n == 0)
		return;
	h->blank = true;
	put(h, "<", 1);
	text(h, href);
	put(h, ">", 1);
}

static void
link_start(struct html *h, struct span tag)
{
	struct span href = attribute(tag, "href");

	link_end(h);
	if (!span_istarts(href, span("http:")) &&
	    !span_istarts(href, span("https:")) &&
	    !span_istarts(href, span("tel:")) &&
	    !span_istarts(href, span("mailto:")))
		return;
	h->href = href;
	h->words = h->out->n;
}

/* Leaves out up to the end tag of that name, or everything. */
static void
hide(struct html *h, struct span name)
{
	struct span *s = &h->rest;

	while (s->n) {
		const char *p = memchr(s->p, '<', s->n);

		s->n = p ? s->n - (size_t)(p - s->p) : 0;
		s->p = p ? p : "";
		if (s->n > name.n + 1 && s->p[1] == '/' &&
		    strncasecmp(s->p + 2, name.p, name.n) == 0)
			return;
		if (s->n) {
			s->p++;
			s->n--;
		}
	}
}

static void
quote(struct html *h, bool end)
{
	end_line(h, 2);
	if (end)
		h->quotes -= h->quotes > 0;
	else
		h->quotes += h->quotes < QUOTES_MAX;
}

static void
act(struct html *h, enum action a, struct span tag, struct span name, bool end)
{
	struct span alt;

	if (a == LINE || a == BREAK || a == ITEM)
		a == BREAK ? hard_newline(h) : end_line(h, 1);
	if (a == PARA || a == PRE || a == RULE)
		end_line(h, 2);
	if (a == CELL)
		h->blank = h->open && !h->newlines;
	if (a == QUOTE)
		quote(h, end);
	if (a == PRE)
		h->pre = end ? 0 : 1;
	if (a == LINK)
		end ? link_end(h) : link_start(h, tag);
	if (end)
		return;
	if (a == ITEM)
		put(h, "- ", 2);
	if (a == RULE) {
		put(h, "----", 4);
		end_line(h, 2);
	}
	if (a == IMAGE && (alt = attribute(tag, "alt")).n)
		text(h, alt);
	if (a == HIDDEN)
		hide(h, name);
}

/* A tag, comment or declaration at the beginning of s: its length, or 0. */
static size_t
markup(struct html *h, struct span s)
{
	struct span name;
	const char *end;
	size_t n = 0, at;
	bool closes = s.n > 1 && s.p[1] == '/';

	if (span_starts(s, span("<!--"))) {
		end = memmem(s.p + 4, s.n - 4, "-->", 3);
		return end ? (size_t)(end + 3 - s.p) : s.n;
	}
	if (s.n > 1 && (s.p[1] == '!' || s.p[1] == '?')) {
		end = memchr(s.p, '>', s.n);
		return end ? (size_t)(end + 1 - s.p) : s.n;
	}
	at = closes ? 2 : 1;
	while (at + n < s.n &&
	       (((s.p[at + n] | 32) >= 'a' && (s.p[at + n] | 32) <= 'z') ||
		   (n && s.p[at + n] >= '0' && s.p[at + n] <= '9')))
		n++;
	if (n == 0)
		return 0;
	name = span_n(s.p + at, n);
	n = tag_length(h, s);
	h->rest = span_n(s.p + n, s.n - n);
	for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
		if (span_ieqs(name, tags[i].name)) {
			act(h, tags[i].action, span_n(s.p, n), name, closes);
			break;
		}
	return (size_t)(s.n - h->rest.n);
}

void
html_text(struct buf *out, struct span s)
{
	struct html h = { .out = out, .from = out->n, .rest = s };

	while (h.rest.n) {
		const char *lt = memchr(h.rest.p, '<', h.rest.n);
		struct span at = h.rest;
		size_t n = lt ? (size_t)(lt - at.p) : at.n;

		text(&h, span_n(at.p, n));
		at = span_n(at.p + n, at.n - n);
		n = at.n ? markup(&h, at) : 0;
		if (at.n && n == 0) {
			put(&h, "<", 1);
			n = 1;
		}
		h.rest = span_n(at.p + n, at.n - n);
	}
	link_end(&h);
	if (out->n > h.from)
		buf_addc(out, '\n');
}

struct span
html_charset(struct span s)
{
	const char *p = s.p;
	size_t n;

	if (s.n > META_WITHIN)
		s.n = META_WITHIN;
	for (p = s.p; s.n && p + 8 < s.p + s.n; p++)
		if (strncasecmp(p, "charset=", 8) == 0)
			break;
	if (s.n == 0 || p + 8 >= s.p + s.n)
		return span_n("", 0);
	p += 8;
	if (*p == '"' || *p == '\'')
		p++;
	for (n = 0; p + n < s.p + s.n && !strchr("\"' />;\t\n", p[n]); n++)
		;
	return span_n(p, n);
}
