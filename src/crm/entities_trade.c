/* The entities of trade: products and prices, quotes, orders. */
#include "crm/entities_impl.h"

#define M(n) T(n, F_MONEY, 0)

static const struct field product_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL, "product;product name;item;bezeichnung"),
	S("sku", F_TEXT, NAM | UNQ | COL,
	    "product code;item number;code;artikelnummer;art.-nr."),
	S("family", F_TEXT, COL, "series;product family;product line"),
	S("category", F_TEXT, 0, "product category;sub-category"),
	S("brand", F_TEXT, RAR, "manufacturer;product manufacturer"),
	S("unit", F_TEXT, RAR, "uom;unit of measure"),
	S("price", F_MONEY, COL, "unit price;list price;sales price;preis;listenpreis"),
	S("cost", F_MONEY, 0, "unit cost;standard cost"),
	S("currency", F_CURRENCY, COL, "w\xc3\xa4hrung"),
	S("tax", F_TEXT, RAR, "tax class;vat;vat class;tax code"),
	S("packaging", F_TEXT, RAR, "package;pack size"),
	S("quality", F_TEXT, RAR, "quality standard;grade"),
	R("supplier", "account", RAR, "vendor;vendor name"),
	S("warranty", F_INT, RAR, "warranty months;guarantee"),
	C("lifecycle", "introduction;growth;saturation;decline", RAR, NULL,
	    "life-cycle stage;lifecycle stage"),
	{ .name = "active", .type = F_BOOL, .dflt = "yes",
	    .synonyms = "product active;enabled" },
	TAIL,
};

/* What a bundle consists of. */
static const struct field bundle_fields[] = {
	{ .name = "bundle", .type = F_REF, .ref = "product",
	    .flags = KEY | REQ },
	{ .name = "part", .type = F_REF, .ref = "product",
	    .flags = KEY | REQ },
	T("quantity", F_DECIMAL, REQ),
};

static const struct field pricebook_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL, "price book;price book name"),
	T("currency", F_CURRENCY, REQ | COL),
	R("parent", "pricebook", 0, "based on"),
	/* whom it is for: a filter of accounts; empty: everybody */
	S("customers", F_TEXT, COL, "segment;customer segment"),
	S("from", F_DATE, COL, "valid from;start date"),
	S("to", F_DATE, COL, "valid to;valid until;end date"),
	/* of several that fit, the lowest */
	T("rank", F_INT, COL),
	{ .name = "active", .type = F_BOOL, .dflt = "yes" },
	TAIL,
};

static const struct field price_fields[] = {
	ID,
	R("book", "pricebook", REQ | COL, "price book;price book name;bookid"),
	R("product", "product", REQ | COL,
	    "product name;sku;item;item number;product code;artikelnummer;"
	    "art.-nr."),
	/* from this quantity on */
	S("min", F_DECIMAL, COL,
	    "minimum quantity;quantity from;from quantity;ab menge"),
	S("price", F_DECIMAL, REQ | COL | PRI, "unit price;list price;preis"),
	S("from", F_DATE, 0, "valid from;start date"),
	S("to", F_DATE, 0, "valid to;valid until;end date"),
	TAIL,
};

static const struct field discount_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL, "discount;promotion"),
	/* in the order of rank, then of ids */
	T("rank", F_INT, COL),
	C("scope", "line;quote", REQ | COL, "line", NULL),
	C("kind", "percent;amount;price;gift", REQ | COL, "percent", NULL),
	T("value", F_DECIMAL, COL | OFF),
	T("currency", F_CURRENCY, 0),
	/* filters of products and of accounts; empty: all */
	T("products", F_TEXT, COL),
	T("customers", F_TEXT, 0),
	T("min", F_DECIMAL, 0),
	T("min_amount", F_MONEY, RAR),
	/* loyalty: orders that the customer had before */
	T("min_orders", F_INT, RAR),
	T("from", F_DATE, COL),
	T("to", F_DATE, COL),
	/* seasons: "11;12" */
	T("months", F_TEXT, RAR),
	S("voucher", F_TEXT, UNQ | COL, "code;promotion code;coupon"),
	T("uses", F_INT, RAR),
	R("gift", "product", RAR, NULL),
	T("gift_quantity", F_DECIMAL, RAR),
	/* nothing after it is applied */
	T("last", F_BOOL, 0),
	{ .name = "active", .type = F_BOOL, .dflt = "yes" },
	TAIL,
};

static const struct field tax_fields[] = {
	T("tax", F_TEXT, KEY | REQ),
	/* of several that are charged together: GST, PST */
	T("part", F_TEXT, KEY),
	T("from", F_DATE, KEY),
	T("label", F_TEXT, 0),
	T("rate", F_DECIMAL, REQ),
	/* charged on what the parts before it come to as well */
	T("compound", F_BOOL, 0),
	/* UNCL 5305, for electronic invoices */
	C("code", "S;Z;E;AE;K;G;O;L;M", 0, NULL, NULL),
	T("reason", F_TEXT, 0),
};

static const struct field term_fields[] = {
	T("term", F_TEXT, KEY | REQ),
	T("label", F_TEXT, 0),
	T("schedule", F_TEXT, REQ),
	T("text", F_NOTE, 0),
};

/* How a quote's and an order's prices are computed. */
#define PRICING                                                                \
	S("currency", F_CURRENCY, 0, "currency code"),                         \
	    T("rate", F_DECIMAL, AUT | RAR),                                   \
	    C("tax", "exclusive;inclusive;none", 0, NULL, "tax mode"),         \
	    C("rounding", "line;document", 0, NULL, NULL),                     \
	    C("halves", "half-up;half-even;half-down;up;down", 0, NULL, NULL), \
	    T("cash", F_DECIMAL, RAR),                                         \
	    S("discount", F_TEXT, SHA, NULL),                                    \
	    S("shipping", F_MONEY, 0, "shipping charge;freight"),              \
	    T("shipping_tax", F_TEXT, RAR),                                    \
	    S("adjustment", F_MONEY, RAR, "adjustments"),                      \
	    S("terms", F_TEXT, 0, "payment terms")

/* What was printed on it; what is no draft has them. People see the sums. */
#define KEPT (AUT | RAR | ASK)
#define PRINTED                                                                \
	S("issued_net", F_MONEY, ASK, "sub total;subtotal;net"),               \
	    S("issued_taxes", F_MONEY, ASK, "taxes"),                          \
	    S("issued_total", F_MONEY, ASK, "grand total;total"),              \
	    T("issued_rates", F_NOTE, KEPT), /* tax_freeze() */                \
	    T("issued_terms", F_NOTE, KEPT), /* terms_freeze() */              \
	    T("issued_to", F_NOTE, KEPT),    /* issue_keep() */                \
	    T("issued_from", F_NOTE, KEPT), T("issued_texts", F_NOTE, KEPT),   \
	    T("sent", F_INSTANT, AUT | RAR), T("sent_to", F_TEXT, AUT | RAR)

#define COMPUTED                                                               \
	T("net", F_MONEY, VIR), T("taxes", F_MONEY, VIR),                      \
	    T("total", F_MONEY, VIR | COL), T("margin", F_MONEY, VIR),         \
	    T("off", F_MONEY, VIR), T("listed", F_MONEY, VIR),                \
	    T("band", F_TEXT, VIR)

static const struct field quote_fields[] = {
	ID,
	S("number", F_TEXT, NAM | UNQ | AUT | COL, "quote number;quote no"),
	T("revision", F_INT, AUT | RAR),
	{ .name = "previous", .type = F_REF, .ref = "quote",
	    .flags = AUT | RAR },
	S("name", F_TEXT, NAM | COL, "subject;quote name;title"),
	R("opp", "opp", 0, "deal;opportunity;potential;deal name"),
	R("account", "account", COL, "account name;customer;company"),
	R("contact", "contact", 0, "contact name"),
	R("owner", "user", COL, "quote owner;assigned to;sales rep"),
	C("state",
	    "draft;issued;sent;accepted;rejected;expired;superseded;ordered",
	    COL, "draft", "quote stage;status"),
	S("date", F_DATE, COL, "quote date;issued"),
	S("valid_until", F_DATE, COL, "valid till;expiry date;expires"),
	S("followup", F_DATE, RAR, "follow up"),
	S("decided", F_DATE, RAR, NULL),
	{ .name = "reason", .type = F_CHOICE, .choices = "@reasons",
	    .flags = RAR },
	PRICING,
	R("book", "pricebook", RAR, "price book"),
	T("priced", F_DATE, RAR), /* prices are those of this day */
	T("vouchers", F_TAGS, RAR),
	S("ship_to", F_NOTE, RAR, "delivery address;ship to;shipping address"),
	T("delivery", F_NOTE, RAR),
	T("warranty", F_NOTE, RAR),
	T("conditions", F_NOTE, RAR),
	T("intro", F_NOTE, RAR),
	T("language", F_TEXT, RAR),
	T("template", F_TEXT, RAR),
	S("competitor", F_TEXT, RAR, NULL),
	T("competitor_price", F_MONEY, RAR),
	PRINTED,
	TAIL,
	COMPUTED,
	T("standing", F_TEXT, VIR),
	T("approval", F_TEXT, VIR | ASK),
};

/* A line of a quote or of an order. */
#define LINE                                                                   \
	T("position", F_INT, 0),                                               \
	    C("kind", "item;text;heading;discount;gift;part", 0, "item",       \
		NULL),                                                         \
	    R("product", "product", COL, "product name"),                      \
	    S("sku", F_TEXT, COL, NULL),                                       \
	    S("name", F_TEXT, COL, "description"),                             \
	    S("quantity", F_DECIMAL, COL, "qty"), T("unit", F_TEXT, 0),        \
	    T("list", F_DECIMAL, PRI),                                         \
	    S("price", F_DECIMAL, COL | PRI, "unit price"),                    \
	    T("discount", F_TEXT, SHA), T("tax", F_TEXT, 0),                     \
	    T("cost", F_DECIMAL, RAR | PRI), T("why", F_NOTE, RAR),                  \
	    T("currency", F_CURRENCY, 0), T("amount", F_MONEY, RAR),           \
	    T("taxed", F_MONEY, RAR)

static const struct field quote_line_fields[] = {
	ID,
	R("quote", "quote", REQ, NULL),
	LINE,
	/* in no total until the customer chooses it */
	C("choice", "option;alternative", RAR, NULL, NULL),
	T("group", F_TEXT, RAR),
	T("chosen", F_BOOL, RAR),
	R("of", "quote-line", RAR, NULL), /* a part, of its bundle */
	TAIL,
	T("listed", F_MONEY, VIR),
};

static const struct field approval_fields[] = {
	ID,
	R("quote", "quote", REQ, NULL),
	T("by", F_TEXT, REQ),
	T("at", F_INSTANT, REQ),
	T("limit", F_PERCENT, 0),
	T("discount", F_PERCENT, 0), /* the largest of it that was approved */
	T("digest", F_TEXT, REQ),    /* of what was approved */
	T("signature", F_NOTE, 0),
	T("note", F_NOTE, 0),
};

static const struct field number_fields[] = {
	T("series", F_TEXT, KEY | REQ),
	T("year", F_TEXT, KEY),
	{ .name = "last", .type = F_INT, .flags = REQ, .merge = MERGE_MAX },
};

static const struct field order_fields[] = {
	ID,
	S("number", F_TEXT, NAM | UNQ | AUT | COL, "order number;order no"),
	S("name", F_TEXT, NAM | COL, "subject;order name"),
	R("quote", "quote", 0, "quote name"),
	R("opp", "opp", 0, "deal;opportunity;potential;deal name"),
	R("account", "account", COL, "account name;customer;company"),
	R("contact", "contact", 0, "contact name"),
	R("owner", "user", COL, "sales order owner;assigned to;sales rep"),
	C("state", "confirmed;production;delivered;installed;cancelled", COL,
	    "confirmed", "status"),
	S("date", F_DATE, COL, "order date"),
	S("reference", F_TEXT, RAR, "purchase order;po number;their order"),
	C("channel", "direct;wholesaler;retailer;agent;broker", RAR, NULL,
	    "sales channel"),
	R("partner", "account", RAR, NULL),
	PRICING,
	S("delivery", F_DATE, 0, "delivery date;due date"),
	S("installation", F_DATE, RAR, "installation date"),
	S("maintenance", F_DATE, RAR, "maintenance date"),
	T("delivered", F_DATE, RAR),
	T("installed", F_DATE, RAR),
	T("reason", F_TEXT, RAR), /* why it was cancelled */
	S("ship_to", F_NOTE, RAR, "delivery address;ship to;shipping address"),
	T("conditions", F_NOTE, RAR),
	T("language", F_TEXT, RAR),
	T("template", F_TEXT, RAR),
	PRINTED,
	TAIL,
	COMPUTED,
	T("paid", F_MONEY, VIR),
	T("owing", F_MONEY, VIR | COL),
	T("standing", F_TEXT, VIR),
};

static const struct field order_line_fields[] = {
	ID,
	R("order", "order", REQ, NULL),
	LINE,
	T("warranty", F_INT, RAR),
	R("of", "order-line", RAR, NULL),
	TAIL,
	T("listed", F_MONEY, VIR),
};

/* What is to be paid when. */
static const struct field instalment_fields[] = {
	ID,
	R("order", "order", REQ, NULL),
	T("position", F_INT, 0),
	T("name", F_TEXT, 0),
	T("due", F_DATE, 0),
	T("amount", F_MONEY, REQ),
	T("currency", F_CURRENCY, 0),
};

static const struct field payment_fields[] = {
	ID,
	R("order", "order", REQ | COL, "sales order;order number"),
	C("kind", "payment;refund", 0, "payment", NULL),
	S("date", F_DATE, COL, "paid on;payment date"),
	S("amount", F_MONEY, REQ | COL, NULL),
	S("currency", F_CURRENCY, COL, NULL),
	S("method", F_TEXT, 0, "payment method"),
	S("reference", F_TEXT, 0, "payment reference"),
	TAIL,
};

/* What went out, and what came back. */
static const struct field delivery_fields[] = {
	ID,
	R("order", "order", REQ, NULL),
	R("line", "order-line", REQ, NULL),
	C("kind", "delivery;return", 0, "delivery", NULL),
	T("date", F_DATE, REQ),
	T("quantity", F_DECIMAL, REQ),
	T("serial", F_TEXT, 0),
	T("carrier", F_TEXT, RAR),
	T("tracking", F_TEXT, RAR),
	T("reason", F_TEXT, RAR),
	TAIL,
};

/* What customers have, for service. */
static const struct field asset_fields[] = {
	ID,
	S("name", F_TEXT, REQ | NAM | COL, "asset;installed product"),
	R("account", "account", COL, "account name;customer"),
	R("contact", "contact", 0, NULL),
	R("product", "product", COL, "product name"),
	S("serial", F_TEXT, NAM | COL, "serial number"),
	T("quantity", F_DECIMAL, 0),
	R("order", "order", 0, NULL),
	R("line", "order-line", RAR, NULL),
	S("delivered", F_DATE, COL, "delivery date"),
	S("installed", F_DATE, 0, "installation date"),
	S("warranty_until", F_DATE, COL, "warranty ends;warranty end"),
	C("state", "in use;returned;retired", COL, "in use", "status"),
	TAIL,
};

const struct builtin builtin_trade[] = {
	{ { .name = "product", .plural = "products", .path = "products",
	      .layout = LAYOUT_SINGLE, .letter = 'P', .command = true },
	    FIELDS(product_fields) },
	{ { .name = "bundle", .plural = "bundles", .path = "config/bundles" },
	    FIELDS(bundle_fields) },
	{ { .name = "pricebook", .label = "price book",
	      .plural = "pricebooks", .path = "price-books",
	      .layout = LAYOUT_SINGLE, .letter = 'B', .command = true },
	    FIELDS(pricebook_fields) },
	{ { .name = "price", .plural = "prices", .path = "prices",
	      .layout = LAYOUT_MONTHLY, .letter = 'Y', .dates = "from",
	      .columns = "book,product,min,price,book.currency,from,to",
	      .command = true },
	    FIELDS(price_fields) },
	{ { .name = "discount", .plural = "discounts", .path = "discounts",
	      .layout = LAYOUT_SINGLE, .letter = 'D', .command = true,
	      .columns = "name,kind,value,currency,products,voucher,to,from,"
			 "scope,rank" },
	    FIELDS(discount_fields) },
	{ { .name = "tax", .plural = "taxes", .path = "config/taxes" },
	    FIELDS(tax_fields) },
	{ { .name = "term", .plural = "terms", .path = "config/terms" },
	    FIELDS(term_fields) },
	{ { .name = "quote", .plural = "quotes", .path = "quotes",
	      .layout = LAYOUT_MONTHLY, .letter = 'Q', .dates = "date",
	      .columns = "number,account,total,currency,state,name,"
			 "valid_until,date,owner",
	      .command = true, .ruled = true },
	    FIELDS(quote_fields) },
	{ { .name = "quote-line", .label = "line of a quote",
	      .plural = "quote-lines", .path = "quote-lines",
	      .layout = LAYOUT_MONTHLY, .letter = 'K',
	      .beside = "quote", .ruled = true },
	    FIELDS(quote_line_fields) },
	{ { .name = "approval", .plural = "approvals", .path = "approvals",
	      .layout = LAYOUT_MONTHLY, .letter = 'V', .append_only = true,
	      .beside = "quote" },
	    FIELDS(approval_fields) },
	{ { .name = "number", .plural = "numbers", .path = "numbers",
	      .entailed = true },
	    FIELDS(number_fields) },
	{ { .name = "order", .plural = "orders", .path = "orders",
	      .layout = LAYOUT_MONTHLY, .letter = 'R', .dates = "date",
	      .columns = "number,account,total,owing,currency,state,name,"
			 "date,owner",
	      .command = true, .ruled = true },
	    FIELDS(order_fields) },
	{ { .name = "order-line", .label = "line of an order",
	      .plural = "order-lines", .path = "order-lines",
	      .layout = LAYOUT_MONTHLY, .letter = 'W',
	      .beside = "order", .ruled = true },
	    FIELDS(order_line_fields) },
	{ { .name = "instalment", .plural = "instalments",
	      .path = "instalments", .layout = LAYOUT_MONTHLY,
	      .letter = 'H', .entailed = true,
	      .beside = "order", .ruled = true },
	    FIELDS(instalment_fields) },
	{ { .name = "payment", .plural = "payments", .path = "payments",
	      .layout = LAYOUT_MONTHLY, .letter = 'J', .dates = "date",
	      .beside = "order", .ruled = true },
	    FIELDS(payment_fields) },
	{ { .name = "delivery", .plural = "deliveries",
	      .path = "deliveries", .layout = LAYOUT_MONTHLY, .letter = 'Z',
	      .dates = "date",
	      .beside = "order", .ruled = true },
	    FIELDS(delivery_fields) },
	{ { .name = "asset", .label = "installed product",
	      .plural = "assets", .path = "assets",
	      .layout = LAYOUT_MONTHLY, .letter = 'N',
	      .dates = "delivered", .command = true,
	      .beside = "order" },
	    FIELDS(asset_fields) },
	{ { 0 }, NULL, 0 },
};
