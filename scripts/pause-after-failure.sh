#!/bin/sh
# Runs a command. When it fails, waits before exiting with its code.
#   sh scripts/pause-after-failure.sh SECONDS COMMAND [ARGUMENT...]
# For supervisors that restart at once, such as Docker's restart policy: every start of the bot identifies to Discord,
# which allows 1000 identifies a day over all processes of a bot and then resets its token. A pause of 90 s allows at most 960.
set -u
pause="$1"
shift

is_stopping=''
process=''
stop() {
  is_stopping=1
  [ -z "$process" ] || kill -s TERM "$process" 2>/dev/null
}
trap stop TERM INT

# Waits for the last started process. A signal that arrived before its id was known has to be sent again, and one
# that arrives later interrupts `wait` before the process has exited.
code=0
await() {
  process=$!
  [ -z "$is_stopping" ] || stop
  while
    wait "$process"
    code=$?
    kill -s 0 "$process" 2>/dev/null
  do :; done
}

"$@" &
await
result=$code

if [ "$result" -ne 0 ] && [ -z "$is_stopping" ]; then
  echo "The command failed with exit code $result; the container exits in $pause s, so that restarts don't use up Discord's daily identifies." >&2
  sleep "$pause" &
  await
fi
exit "$result"
