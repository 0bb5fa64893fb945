/* Of an electronic invoice: its lines, and what is off or on top. */
#include "crm/trade/ubl_impl.h"

/* --- units --------------------------------------------------------------- */

/* UN/ECE recommendation 20; what it calls a package is X and its code of 21. */
static const struct {
	const char *code, *names[6];
} units[] = {
	{ "C62", { "one", "unit", "units", "each", "ea" } },
	{ "H87", { "piece", "pieces", "pc", "pcs", "Stk", "Stück" } },
	{ "SET", { "set", "sets" } },
	{ "PR", { "pair", "pairs", "Paar" } },
	{ "DZN", { "dozen", "Dutzend" } },
	{ "LS", { "lump sum", "flat", "pauschal" } },
	{ "XPK", { "pack", "packs", "package", "packages", "pkg" } },
	{ "XBX", { "box", "boxes" } },
	{ "XCT", { "carton", "cartons", "Karton" } },
	{ "XPX", { "pallet", "pallets", "Palette" } },
	{ "XRO", { "roll", "rolls", "Rolle" } },
	{ "XBG", { "bag", "bags" } },
	{ "XBO", { "bottle", "bottles" } },
	{ "MGM", { "mg" } },
	{ "GRM", { "g", "gram" } },
	{ "KGM", { "kg", "kilo" } },
	{ "TNE", { "t", "tonne", "tonnes" } },
	{ "LBR", { "lb", "lbs", "pound", "pounds" } },
	{ "ONZ", { "oz", "ounce", "ounces" } },
	{ "MMT", { "mm" } },
	{ "CMT", { "cm" } },
	{ "MTR", { "m", "metre", "metres", "meter", "meters", "lfm" } },
	{ "KMT", { "km" } },
	{ "INH", { "in", "inch", "inches" } },
	{ "FOT", { "ft", "foot", "feet" } },
	{ "YRD", { "yd", "yard", "yards" } },
	{ "SMI", { "mi", "mile", "miles" } },
	{ "CMK", { "cm2", "cm²" } },
	{ "MTK", { "m2", "m²", "sqm", "qm" } },
	{ "FTK", { "ft2", "ft²", "sqft", "sq ft" } },
	{ "HAR", { "ha" } },
	{ "MTQ", { "m3", "m³", "cbm" } },
	{ "MLT", { "ml" } },
	{ "CLT", { "cl" } },
	{ "LTR", { "l", "litre", "litres", "liter" } },
	{ "GLL", { "gal", "gallon", "gallons" } },
	{ "SEC", { "s", "sec", "second", "seconds" } },
	{ "MIN", { "min", "minute", "minutes" } },
	{ "HUR", { "h", "hr", "hour", "hours", "Std", "Stunden" } },
	{ "DAY", { "d", "day", "days", "Tag", "Tage" } },
	{ "WEE", { "week", "weeks" } },
	{ "MON", { "month", "months", "Monat", "Monate" } },
	{ "ANN", { "year", "years", "Jahr" } },
	{ "KWT", { "kW" } },
	{ "KWH", { "kWh" } },
	{ "MWH", { "MWh" } },
};

/* By a name or the code itself; NULL: of none. */
static const char *
known_unit(struct span unit)
{
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (span_ieqs(unit, units[i].code))
			return units[i].code;
		for (size_t k = 0; k < 6 && units[i].names[k]; k++)
			if (span_ieqs(unit, units[i].names[k]))
				return units[i].code;
	}
	return NULL;
}

/* What has no code is counted. */
static struct span
unit_code(const struct record *r)
{
	const char *code = known_unit(record_get(r, "unit"));

	return span(code ? code : "C62");
}

/* --- what is off, or on top ---------------------------------------------- */

void
ubl_allowance(struct ubl *u, bool charge, const char *code, const char *reason,
    int64_t units_off, const struct ubl_set *set)
{
	ubl_open(u, "cac:AllowanceCharge");
	ubl_text(u, "cbc:ChargeIndicator", span(charge ? "true" : "false"));
	ubl_text(u, "cbc:AllowanceChargeReasonCode", span(code));
	ubl_text(u, "cbc:AllowanceChargeReason", span(reason));
	ubl_amount(u, "cbc:Amount", units_off);
	if (set)
		ubl_categories(u, "cac:TaxCategory", set);
	ubl_close(u, "cac:AllowanceCharge");
}

/* The line's own discount; of shared units one may be missing or too many. */
static void
line_off(struct ubl *u, const struct calc_line *l)
{
	int64_t off = l->gross - l->amount;

	if (u->k->mode == TAX_INCLUSIVE || off == 0)
		return;
	if (off < 0)
		ubl_allowance(u, true, "", "Rounding", -off, NULL);
	else if (l->off.percent || l->off.amount)
		ubl_allowance(u, false, "95", "Discount", off, NULL);
	else
		ubl_allowance(u, false, "", "Rounding", off, NULL);
}

/* --- lines --------------------------------------------------------------- */

int64_t
ubl_line_amount(const struct ubl *u, const struct calc_line *l)
{
	return u->k->mode == TAX_INCLUSIVE ? l->net : l->amount;
}

/* A cell, or what is meant where it is empty. */
static struct span
cell(const struct record *r, const char *field, const char *none)
{
	struct span v = record_get(r, field);

	return v.n ? v : span(none);
}

static void
price(struct ubl *u, const struct record *r, const struct calc_line *l)
{
	ubl_open(u, "cac:Price");
	if (u->k->mode == TAX_INCLUSIVE) {
		/* without its taxes one of it has no exact price; all have */
		ubl_amount(u, "cbc:PriceAmount", l->net);
		ubl_text_attr(u, "cbc:BaseQuantity", "unitCode", unit_code(r),
		    cell(r, "quantity", "1"));
	} else {
		ubl_text_attr(u, "cbc:PriceAmount", "currencyID",
		    u->o->doc.currency, cell(r, "price", "0"));
	}
	ubl_close(u, "cac:Price");
}

static void
check_line(struct ubl *u, const struct record *r, size_t i)
{
	struct span unit = record_get(r, "unit");

	if (!record_get(r, "name").n && !record_get(r, "sku").n)
		ubl_lacks(u, "the name of line %zu", i + 1);
	if (unit.n && !known_unit(unit))
		buf_addf(u->notes,
		    "line %zu: the unit '%.*s' has no code here, and is "
		    "counted (C62)\n",
		    i + 1, SPANF(unit));
}

static void
line(struct ubl *u, size_t i)
{
	const struct doc_line *dl = &u->o->doc.line[i];
	const struct calc_line *l = &u->k->line[dl->calc];
	struct span sku = record_get(&dl->r, "sku");
	struct span name = record_get(&dl->r, "name");

	check_line(u, &dl->r, i);
	ubl_open(u, "cac:InvoiceLine");
	ubl_text(u, "cbc:ID", arena_printf(&u->arena, "%zu", i + 1));
	ubl_text_attr(u, "cbc:InvoicedQuantity", "unitCode", unit_code(&dl->r),
	    cell(&dl->r, "quantity", "1"));
	ubl_amount(u, "cbc:LineExtensionAmount", ubl_line_amount(u, l));
	line_off(u, l);
	ubl_open(u, "cac:Item");
	ubl_text(u, "cbc:Name", name.n ? name : sku);
	ubl_id(u, "cac:SellersItemIdentification", sku);
	ubl_categories(u, "cac:ClassifiedTaxCategory", &u->set[u->of[l->tax]]);
	ubl_close(u, "cac:Item");
	price(u, &dl->r, l);
	ubl_close(u, "cac:InvoiceLine");
}

void
ubl_lines(struct ubl *u)
{
	const struct doc *d = &u->o->doc;

	for (size_t i = 0; i < d->nlines; i++)
		if (d->line[i].calc != NO_CALC &&
		    u->k->line[d->line[i].calc].counted)
			line(u, i);
}
