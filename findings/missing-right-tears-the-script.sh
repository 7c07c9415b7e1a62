#!/usr/bin/env bash
# A right that a Redis user lacks stops a script in the middle: what it wrote before stays, and the error is no NOPERM.
#
# A good guess: a script is atomic, so a user who may not send one of its commands gets NOPERM and nothing is written, as
#   with the same commands in MULTI.
# Versions: Redis 7.0.15; the same with Redis 8.0.2 and Valkey 8.0.1, 8.1.1 and 9.1.2 (REDIS_SERVER=/path/to/program).
# Instead: rights are asked for command by command while the script runs. MULTI refuses the command as it is queued
#   (NOPERM), and EXEC does nothing. The script has made its key by then; the key stays, without a TTL, for good. The error's
#   code is ERR, and its text is another one in Redis 8 and Valkey.
# Output seen (Redis 7.0.15; later ones: "ERR ACL failure in script: User app has no permissions to run ..."):
#   MULTI: NOPERM this user has no permissions to run the 'pexpire' command; EXECABORT; the key: none
#   script: ERR The user executing the script can't run this command or subcommand; the key: "data", TTL -1
# Why it matters: sessions, locks and rate limits are written by scripts of INCR or SET and PEXPIRE. With one right
#   forgotten each try leaves a key that never ends, a lock that is never freed, a limit that never resets; and an alert
#   on NOPERM stays silent. Set the value and its TTL in one command, and try the user's rights with every script.
set -euo pipefail
folder=$(mktemp -d)
redis_pid=
trap '[ -z "$redis_pid" ] || kill "$redis_pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
server=${REDIS_SERVER:-redis-server}
for program in "$server" redis-cli; do
  command -v "$program" >/dev/null || { echo "needs $program (Debian: redis-server 7.0.15)" >&2; exit 2; }
done
"$server" --port 0 --unixsocket "$folder/redis.sock" --save "" --dir "$folder" --logfile "$folder/redis.log" &
redis_pid=$!
admin() { redis-cli -s "$folder/redis.sock" "$@"; }
app() { redis-cli -s "$folder/redis.sock" --user app --pass secret --no-auth-warning "$@" 2>&1; }
for _ in $(seq 100); do admin PING >/dev/null 2>&1 && break; sleep 0.1; done
"$server" --version | cut -d' ' -f1-3

# All that the two commands need, but for the second one.
admin ACL SETUSER app on '>secret' '~*' -@all +multi +exec +eval +set >/dev/null
state() { echo "the key: $(admin GET "$1" | sed 's/^$/none/;s/^data$/"data", TTL '"$(admin PTTL "$1")"'/')"; }

multi=$(printf 'MULTI\nSET transaction data\nPEXPIRE transaction 60000\nEXEC\n' | app | grep -E 'NOPERM|EXECABORT' || true)
script=$(app EVAL "redis.call('SET', KEYS[1], 'data') redis.call('PEXPIRE', KEYS[1], 60000)" 1 script | head -1)
echo "MULTI: $(echo "$multi" | head -1); $(echo "$multi" | tail -1 | cut -d' ' -f1); $(state transaction)"
echo "script: ${script% script: *}; $(state script)"

fail() { echo "changed: $1" >&2; exit 1; }
[[ $multi == NOPERM*EXECABORT* ]] || fail "MULTI is not refused"
[ "$(admin EXISTS transaction)" = 0 ] || fail "MULTI was carried out"
[[ $script == ERR* && $script != *NOPERM* ]] || fail "the script's error"
[ "$(admin GET script)/$(admin PTTL script)" = data/-1 ] || fail "the script's first command was taken back"
