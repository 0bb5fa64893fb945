#include <signal.h>

#include "cmd/cli.h"

int
main(int argc, char **argv)
{
	/* a file that grows past a limit is an error to report, like a full
	   disk, not the end of the process half way */
	signal(SIGXFSZ, SIG_IGN);
	return cli_main(argc, argv);
}
