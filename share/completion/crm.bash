# Completion of crm and crm-ENTITY for bash: the program itself tells what can
# follow. Words are taken whole: "stage:won" is one word.

_crm() {
	local word=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}
	local -a words
	local full keep IFS=$' \t\n'

	# COMP_WORDS breaks at ':' and '='; what readline replaces is only the
	# part behind the last of these.
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	full=${words[${#words[@]} - 1]}
	keep=${full%"${word#[:=]}"}
	[[ $word == [:=] ]] && keep=$full
	words[0]=${words[0]##*/}

	IFS=$'\n'
	COMPREPLY=()
	local c
	for c in $(crm complete -- "${words[@]}" 2>/dev/null); do
		[[ $c == "$keep"* ]] || continue
		c=${c#"$keep"}
		# what the shell would take apart
		[[ $c == *[:=] ]] || printf -v c '%q' "$c"
		COMPREPLY+=("$c")
	done
	# a field is to be followed by its value, not by a blank
	[[ ${COMPREPLY[0]} == *[:=] ]] && compopt -o nospace 2>/dev/null
	# files, where nothing of ours fits
	return 0
}

complete -o bashdefault -o default -F _crm crm crm-account crm-act crm-asset \
    crm-campaign crm-contact crm-discount crm-lead crm-opp crm-order crm-price \
    crm-pricebook crm-product crm-quote crm-report crm-target crm-user
