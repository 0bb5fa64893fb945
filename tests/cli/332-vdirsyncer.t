#!/bin/sh
# A store, a CalDAV server (Radicale), and a second store: vdirsyncer brings
# what is made, changed and deleted on either side to the other.
. "${0%/*}/../lib.sh"
for p in vdirsyncer radicale python3; do
	command -v $p >"$OUT" || t_skip_rest "$p is not installed"
done
port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
cat >"$T/radicale.conf" <<END
[server]
hosts = 127.0.0.1:$port
[auth]
type = none
[storage]
filesystem_folder = $T/server
END
radicale --config "$T/radicale.conf" >"$T/radicale.log" 2>&1 &
server=$!
trap 'kill $server; cd / && rm -rf "$T"' EXIT
up() {
	python3 -c "import socket; socket.create_connection(
('127.0.0.1', $port), 1)" 2>"$T/up"
}
n=0
until up; do
	n=$((n + 1))
	[ $n -lt 100 ] && kill -0 $server 2>"$T/up" ||
		t_skip_rest 'radicale does not start here'
	sleep 0.1
done

config() { # NAME: of the store of that name
	sed "s|/home/ana/acme|$T/$1|; s|^status_path.*|status_path = \"$T/$1.status\"|
	s|^url.*|url = \"http://127.0.0.1:$port/ana/\"|; /^password/d
	s|^username.*|username = \"ana\"\npassword = \"x\"|" \
	    "$repo/share/calendar/vdirsyncer.conf" >"$T/$1.conf"
}
run() { # NAME VERB
	timeout 100 vdirsyncer -c "$T/$1.conf" "$2" acme
}
all() { run acme sync && run beta sync && run acme sync; }
cell() { CRM_DIR="$T/$1" crm-act list ${2:+"$2"} -c "$3" -o csv | tail -n +2; }

t_store beta
mkdir -p calendar/ana/events calendar/ana/tasks calendar/ana/notes
config beta
t_store acme
config acme
opp=$(crm-opp add Windows 48k)
mkdir -p calendar/ana/events calendar/ana/tasks calendar/ana/notes
call=$(crm-act add type=call subject=Budget start='2099-11-22 10:00' \
    opp="$opp" remind=15m)
task=$(crm-act add type=task subject=Offer due=2099-11-23 opp="$opp")
series=$(crm-act add type=meet subject=Weekly start='2099-11-27 14:00' \
    repeat=weekly:6 exceptions='2099-12-04T14:00:00Z -')

# --- made ---
t 'the server gets collections' '
	yes | run acme discover
	yes | run beta discover
'
t 'it goes there and to the second store' all
t_same 'where it is' 3 "$(cell beta '' id | wc -l)"
t 'a command takes it over' 'cd "$T/beta" && crm-account add Beta'
t_same 'as one commit' 'calendar: 3 changed elsewhere' \
    "$(git -C "$T/beta" log -1 --skip=1 --format=%s)"
t_same 'the same activity, with its link' "$call,call,$opp,15m" \
    "$(cell beta "id:$call" id,type,opp,remind)"
t_same 'the series with what is off' \
    "$(cell acme "id:$series" repeat,exceptions)" \
    "$(cell beta "id:$series" repeat,exceptions)"

# --- changed on both sides ---
t_tick 60
t 'ticked there' 'cd "$T/beta" && crm-act set "$task" state=done'
t 'put off here' crm-act set "$call" start='2099-11-24 11:00'
t 'made there' '
	cd "$T/beta" && crm-act add type=meet subject=Fair \
	    start="2099-12-01 09:00"
'
t 'synchronised' all
t_same 'the task is done here' done "$(cell acme "id:$task" state)"
t_same 'the call is later there' 2099-11-24T11:00:00Z \
    "$(cell beta "id:$call" start)"
t_same 'the fair is here' 1 "$(cell acme subject:Fair id | wc -l)"
t 'and of the history with the next command' '
	crm-account add Gamma
	test "$(git log -1 --skip=1 --format=%s)" = \
	    "calendar: 2 changed elsewhere"
'
t_same 'the deal is still told of it' 2 "$(crm-act list "opp:$opp" -o count)"

# --- deleted, repeating ---
t 'deleted there; one of a series called off here' '
	(cd "$T/beta" && crm-act rm Fair)
	crm-act set "$series" exceptions="2099-12-04T14:00:00Z -
2099-12-11T14:00:00Z start=2099-12-11T16:00:00Z"
'
t 'synchronised again' all
t_same 'it is gone here' 0 "$(cell acme subject:Fair id | wc -l)"
t_same 'the series is the same' \
    "$(cell acme "id:$series" repeat,exceptions)" \
    "$(cell beta "id:$series" repeat,exceptions)"
crm-account add Delta >"$OUT"
t_same 'the removal is a commit' 'calendar: 1 changed elsewhere' \
    "$(git log -1 --skip=1 --format=%s)"
t 'nothing is left to commit' test -z "$(git status --porcelain calendar)"
t 'nothing goes on for ever' '
	all
	test -z "$(git status --porcelain calendar)"
'
done_testing
