/*
 * pair [-n PAIRS] [-w WARM] [-x CMD] [-y CMD] -a CMD ... -b CMD ...: measures
 * two sides against each other. A side is one or several commands, run one
 * after the other; the sides take turns, a b a b, so that whatever else the
 * machine does falls on both. -x and -y are shell commands that run before
 * each turn of a and b, and are not measured. WARM turns of both come first.
 *
 * A command is words, separated by blanks; '...' keeps blanks, >FILE is where
 * its output goes (default: nowhere), NAME=VALUE in front is its environment,
 * %n is the number of the turn. No shell is in between.
 *
 * Prints one line: median wall ms, median CPU ms, peak memory KiB of a, the
 * same of b, and the median over the pairs of wall b / wall a, in tabs.
 * A command that fails ends it: 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CMDS = 8, WORDS = 64, PAIRS = 200 };

struct side {
	const char *cmd[CMDS], *before;
	size_t ncmds;
	double wall[PAIRS], cpu[PAIRS];
	long peak; /* KiB */
};

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

/* Splits into words; %n becomes turn. The words lie in text. */
static void
split(const char *cmd, int turn, char *text, size_t size, char *word[WORDS])
{
	char *out = text, *end = text + size - 16;
	size_t n = 0;

	while (*cmd && n < WORDS - 1) {
		bool quoted = false;

		cmd += strspn(cmd, " \t\n");
		if (!*cmd)
			break;
		word[n++] = out;
		for (; *cmd && (quoted || !strchr(" \t\n", *cmd)); cmd++) {
			if (out >= end)
				exit((fputs("pair: too long\n", stderr), 64));
			if (*cmd == '\'') {
				quoted = !quoted;
			} else if (cmd[0] == '%' && cmd[1] == 'n') {
				out += sprintf(out, "%d", turn);
				cmd++;
			} else {
				*out++ = *cmd;
			}
		}
		*out++ = '\0';
	}
	word[n] = NULL;
}

static void
child(char **word)
{
	const char *to = "/dev/null";
	size_t n = 0;
	int fd;

	for (; word[0] && strchr(word[0], '=') && word[0][0] != '>'; word++)
		putenv(word[0]);
	for (size_t i = 0; word[i]; i++) {
		if (word[i][0] == '>')
			to = word[i] + 1;
		else
			word[n++] = word[i];
	}
	word[n] = NULL;
	fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || dup2(fd, 1) < 0)
		die(to);
	close(fd);
	execvp(word[0], word);
	perror(word[0]);
	_exit(127);
}

static double
ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Runs a side once; adds to what turn i took, if i is one that counts. */
static void
run(struct side *s, int turn, int i)
{
	double wall = 0, cpu = 0;

	if (s->before) {
		char number[16];

		snprintf(number, sizeof number, "%d", turn);
		setenv("n", number, 1);
		if (system(s->before) != 0)
			exit((fprintf(stderr, "failed: %s\n", s->before), 1));
	}
	for (size_t c = 0; c < s->ncmds; c++) {
		char text[8192], *word[WORDS];
		struct rusage ru;
		double start;
		int status;
		pid_t pid;

		split(s->cmd[c], turn, text, sizeof text, word);
		start = now();
		pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0)
			child(word);
		while (wait4(pid, &status, 0, &ru) < 0)
			if (errno != EINTR)
				die("wait4");
		wall += now() - start;
		cpu += ms(ru.ru_utime) + ms(ru.ru_stime);
		if (status != 0) {
			fprintf(stderr, "failed: %s\n", s->cmd[c]);
			exit(1);
		}
		if (i >= 0 && ru.ru_maxrss > s->peak)
			s->peak = ru.ru_maxrss;
	}
	if (i >= 0) {
		s->wall[i] = wall;
		s->cpu[i] = cpu;
	}
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof *v, compare);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int
main(int argc, char **argv)
{
	static struct side a, b;
	static double ratio[PAIRS];
	int pairs = 5, warm = 1, opt;

	while ((opt = getopt(argc, argv, "n:w:x:y:a:b:")) != -1) {
		struct side *s = opt == 'a' || opt == 'x' ? &a : &b;

		if (opt == 'n')
			pairs = atoi(optarg);
		else if (opt == 'w')
			warm = atoi(optarg);
		else if (opt == 'x' || opt == 'y')
			s->before = optarg;
		else if ((opt == 'a' || opt == 'b') && s->ncmds < CMDS)
			s->cmd[s->ncmds++] = optarg;
		else
			return 64;
	}
	if (pairs < 1 || pairs > PAIRS || !a.ncmds || !b.ncmds) {
		fputs("usage: pair [-n PAIRS] [-w WARM] [-x CMD] [-y CMD] "
		      "-a CMD ... -b CMD ...\n",
		    stderr);
		return 64;
	}
	for (int i = -warm; i < pairs; i++) {
		run(&a, i + warm, i);
		run(&b, i + warm, i);
	}
	for (int i = 0; i < pairs; i++)
		ratio[i] = b.wall[i] / a.wall[i];
	printf("%.2f\t%.2f\t%ld\t%.2f\t%.2f\t%ld\t%.3f\n",
	    median(a.wall, pairs), median(a.cpu, pairs), a.peak,
	    median(b.wall, pairs), median(b.cpu, pairs), b.peak,
	    median(ratio, pairs));
	return 0;
}
