/*
 * nonet: what libgit2's network members define and the rest of it refers to.
 *
 * libgit2.a is linked statically. Its transports, streams and TLS would pull
 * in mbedTLS, libssh2, Kerberos and OpenSSL, and parse the system's whole
 * certificate bundle in git_libgit2_init(): 9 ms for a network that is never
 * used here (pushing and fetching is done by the git program). The linker
 * takes a member only for a name that is still missing, so defining these
 * names first leaves all of them out. An upgrade of libgit2 that needs
 * another one fails at link time with a duplicate or missing symbol, never at
 * run time.
 *
 * With GIT2=shared the names below are simply unused.
 */
#include "store/git/nonet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libgit2's own settings that live in the members left out */
bool git_http__expect_continue;
bool git_smart__ofs_delta_enabled;

int git_mbedtls_stream_global_init(void);
int git_openssl_stream_global_init(void);
int git_stream_registry_global_init(void);
int git_transport_ssh_global_init(void);
int git_mbedtls__set_cert_location(const char *file, const char *path);
int git_transport_new(void **out, void *owner, const char *url);
int http_parser_parse_url(const char *buf, size_t n, int is_connect, void *url);

int
git_mbedtls_stream_global_init(void)
{
	return 0;
}

int
git_openssl_stream_global_init(void)
{
	return 0;
}

int
git_stream_registry_global_init(void)
{
	return 0;
}

int
git_transport_ssh_global_init(void)
{
	return 0;
}

int
git_mbedtls__set_cert_location(const char *file, const char *path)
{
	(void)file;
	(void)path;
	return -1;
}

int
git_transport_new(void **out, void *owner, const char *url)
{
	(void)owner;
	(void)url;
	*out = NULL;
	return -1;
}

int
http_parser_parse_url(const char *buf, size_t n, int is_connect, void *url)
{
	(void)buf;
	(void)n;
	(void)is_connect;
	(void)url;
	return 1;
}

/* Called once so that the linker takes this member before libgit2's. */
void
git_nonet(void)
{
}
