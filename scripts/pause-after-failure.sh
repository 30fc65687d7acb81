#!/bin/sh
# Runs a command, and waits before it reports that the command failed.
#   sh scripts/pause-after-failure.sh SECONDS COMMAND [ARGUMENT...]
# For supervisors that start again at once, such as Docker's restart policy: every start of the bot identifies to Discord,
# which allows 1000 of these a day over all processes of a bot and then resets its token. 90 s make at most 960.
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

# Waits for the process that was started last. A signal that came before its number was known has not reached it, and one
# that comes later ends `wait` before the process has ended.
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
  echo "Ended with exit code $result; the container ends in $pause s, so that restarts don't use up Discord's daily identifies." >&2
  sleep "$pause" &
  await
fi
exit "$result"
