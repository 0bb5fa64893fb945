/* empty: what starting a process costs, linked as the commands are. */
int
main(void)
{
	return 0;
}
