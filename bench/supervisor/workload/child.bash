#!/bin/bash
# The workload without a runtime's start-up where no C compiler is: it dials the harness and waits to be ended.
# argv: hubPort session index port mode   (it listens on nothing, so only deaths and starts are seen of it)
exec 3<>"/dev/tcp/127.0.0.1/$1"
[ "$5" = stubborn ] && trap '' TERM INT
echo "READY $2 $3 $$" >&3
read -r -u 3 _
