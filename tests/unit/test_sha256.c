#include "unit.h"

#include "base/sha256.h"

/* Sums by sha256sum(1). */
static void
sums(void **state)
{
	static const struct {
		char c;
		size_t n;
		const char *want;
	} t[] = {
		{ 'a', 0,
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
		    "7852b855" },
		{ 'a', 1,
		    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785"
		    "afee48bb" },
		{ 'a', 55,
		    "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e91"
		    "0f734318" },
		{ 'a', 56,
		    "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef797068"
		    "6ec6738a" },
		{ 'a', 63,
		    "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da45"
		    "7ddc2f34" },
		{ 'a', 64,
		    "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df"
		    "154668eb" },
		{ 'a', 65,
		    "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f"
		    "17eb0ae0" },
		{ 'a', 119,
		    "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea"
		    "6584dcfb" },
		{ 'a', 120,
		    "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55a"
		    "f904c21c" },
		{ 'a', 200,
		    "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5"
		    "e7c28ae5" },
	};
	static char text[200];
	char out[65];

	(void)state;
	for (size_t i = 0; i < COUNT(t); i++) {
		memset(text, t[i].c, sizeof text);
		sha256_hex(text, t[i].n, out);
		assert_string_equal(out, t[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(sums) };

	return cmocka_run_group_tests_name("sha256", tests, NULL, NULL);
}
