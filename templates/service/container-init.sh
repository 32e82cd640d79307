#!/bin/sh
# PID 1 of a container: runs one command as its child, waits for every process that lost its parent, forwards signals,
# and ends as the command ends (a signal is 128 + its number). Usage: sh init.sh COMMAND [ARGUMENT...]
#
# A shell and not Node: the kernel gives PID 1 every orphan, and Node can wait only for what it started itself. The
# `wait` of a shell takes all of them. POSIX sh alone: dash, bash and busybox run it alike.

child=''
pending=''
forwarded=''

forward() {
	forwarded=yes
	if [ -n "$child" ]; then
		kill -s "$1" "$child" 2>/dev/null
	else
		pending="$pending $1"
	fi
}
# Without a handler the kernel delivers none of them to PID 1.
for name in TERM INT HUP QUIT USR1 USR2; do
	# shellcheck disable=SC2064 # the name of now is meant
	trap "forward $name" "$name"
done

if [ $# -eq 0 ]; then
	echo 'init.sh: no command' >&2
	exit 2
fi

# A command in the background gets /dev/null as its stdin, unless it is given another one.
exec 3<&0
"$@" <&3 3<&- &
child=$!
exec 3<&-
for name in $pending; do kill -s "$name" "$child" 2>/dev/null; done

# A signal that is forwarded ends `wait` early. Then it is asked again, until it has the word of the child itself; when
# that came just before the signal, there is nothing left to wait for (127), and the code is the one that was given.
again=''
code=0
while :; do
	forwarded=''
	wait "$child"
	now=$?
	[ -n "$again" ] && [ "$now" -eq 127 ] && break
	code=$now
	[ -n "$forwarded" ] || break
	again=yes
done
exit "$code"
