#!/usr/bin/env bash
# Run a command under a real systemd: PID 1 in namespaces of its own, on private copies of the folders
# that a service writes to. Nothing it does to them outlives the call. Needs root, and no container engine.
#
#   with_systemd.sh COMMAND [ARG ...]
#
# Exit status: the command's own, or 125 when systemd did not come up.
set -euo pipefail

boot() {
  local box=$1
  mount --make-rprivate /
  mount -t proc proc /proc
  mount --bind "$box/console" /dev/console 2>/dev/null || true
  # The checkout, which may lie in one of the folders that are replaced.
  local checkout folder
  checkout=$(readlink -f "$(dirname "$0")/../..")
  mount --bind "$checkout" /mnt
  # systemd empties /tmp and /var/tmp when it boots; it must never reach the machine's own.
  for folder in /run /tmp /var/tmp /var/log /var/cache /home; do mount -t tmpfs tmpfs "$folder"; done
  chmod 1777 /tmp /var/tmp
  mkdir -p "$checkout"
  mount --move /mnt "$checkout"
  for folder in /etc /var/lib; do
    local layers=/run/layers$folder
    mkdir -p "$layers/upper" "$layers/work" /run/systemd/system
    mount -t overlay overlay -o "lowerdir=$folder,upperdir=$layers/upper,workdir=$layers/work" "$folder"
  done
  mkdir -p /run/lock
  # What a machine boots and a service under test does not need.
  local unit
  for unit in systemd-{tmpfiles-setup,tmpfiles-setup-dev,udevd,logind,sysctl,modules-load,binfmt,update-utmp}.service \
    systemd-tmpfiles-clean.timer proc-sys-fs-binfmt_misc.automount; do
    ln -sf /dev/null "/run/systemd/system/$unit"
  done
  # In a container systemd leaves this to its manager; credentials reach a service by propagation.
  mount --make-rshared /
  export container=tocsin-tests
  exec /lib/systemd/systemd --system --unit=basic.target --log-target=kmsg --show-status=0
}

if [[ ${1:-} == --boot ]]; then boot "$2"; fi

[[ $EUID == 0 ]] || { echo "with_systemd.sh: needs root" >&2; exit 125; }
box=$(mktemp -d)
touch "$box/console"
unshare --pid --mount --uts --ipc --cgroup --fork --kill-child "$0" --boot "$box" </dev/null >"$box/log" 2>&1 &
outer=$!
disown "$outer"
trap 'kill -KILL "$outer" 2>/dev/null || true; rm -rf "$box"' EXIT

inside() { nsenter -t "$(pgrep -P "$outer" | head -n 1)" -m -p -u -i -- "$@"; }

for _ in {1..300}; do
  state=$(inside timeout 3 systemctl is-system-running 2>/dev/null || true)
  if [[ $state == running || $state == degraded ]]; then
    code=0
    inside env -C "$PWD" "$@" || code=$?
    exit "$code"
  fi
  kill -0 "$outer" 2>/dev/null || break
  sleep 0.1
done
echo "with_systemd.sh: systemd did not come up" >&2
cat "$box/log" "$box/console" >&2
exit 125
