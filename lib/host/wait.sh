# shellcheck shell=sh
# Waiting: by asking every 0.2 s, with a limit, looking for a certain cause every 2 s.

# begin_wait SECONDS
begin_wait() {
  now
  deadline=$((NOW + $1))
  next_look=$((NOW + 2))
  # shellcheck disable=SC2034 # read by exits.sh
  EXITS_BEFORE=''
}

is_over() {
  now
  [ "$NOW" -ge "$deadline" ]
}

# look_early COMPONENT URL: ends the step when the cause is certain already.
look_early() {
  [ "$NOW" -ge "$next_look" ] || return 0
  find_certain_cause "$1" "$2"
  now
  next_look=$((NOW + 2))
}

# is_healthy URL
is_healthy() { curl -fsk -o /dev/null --max-time 2 "$1" 2>/dev/null; }

# wait_http COMPONENT URL SECONDS
wait_http() {
  begin_wait "$3"
  until is_healthy "$2"; do
    if is_over; then
      find_cause "$1" "$2"
      answer=$(curl -sSk --max-time 5 "$2" 2>&1 | tail -n 1 | cut -c 1-200) || true
      fail 20 "$1" "no healthy answer on $2 within $3 s, last \"$answer\"" \
        "look at /var/log/pods and journalctl -u kubelet on this host, then apply again"
    fi
    look_early "$1" "$2"
    sleep 0.2
  done
}
