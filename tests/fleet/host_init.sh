#!/bin/sh
# PID 1 of a host's namespaces: builds its root directory, then becomes systemd.
# Reads: HOST_NAME, HOST_LOWER (overlay layers, ':' between), HOST_UPPER, HOST_WORK, HOST_ROOT (an empty
# directory), HOST_CGROUPS (words `name:what-to-mount`), HOST_CGROUP_MODE (hybrid or unified).
set -eu
root=$HOST_ROOT

hostname "$HOST_NAME"
mount -t overlay -o "lowerdir=$HOST_LOWER,upperdir=$HOST_UPPER,workdir=$HOST_WORK" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"

mount -t tmpfs -o mode=755,nosuid,strictatime tmpfs "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
  numbers=${device#*:}
  mknod -m 666 "$root/dev/${device%%:*}" c "${numbers%:*}" "${numbers#*:}"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
touch "$root/dev/console"
ln -s null "$root/dev/kmsg"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"

# Seen from this cgroup namespace each hierarchy begins at the host's own group.
if [ "$HOST_CGROUP_MODE" = unified ]; then
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
else
  mount -t tmpfs -o mode=755,nosuid,nodev,noexec tmpfs "$root/sys/fs/cgroup"
  for hierarchy in $HOST_CGROUPS; do
    name=${hierarchy%%:*} what=${hierarchy#*:}
    mkdir "$root/sys/fs/cgroup/$name"
    if [ "$what" = cgroup2 ]; then
      mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/$name"
    else
      mount -t cgroup -o "$what" cgroup "$root/sys/fs/cgroup/$name"
      case $name in
        *,*) for part in $(echo "$name" | tr , ' '); do ln -s "$name" "$root/sys/fs/cgroup/$part"; done ;;
      esac
    fi
  done
fi

# Kernel settings belong to the machine, except the network's, which each namespace has for itself.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
mount -o remount,ro,bind "$root/proc/sys"
if [ -e "$root/proc/sysrq-trigger" ]; then mount --bind /dev/null "$root/proc/sysrq-trigger"; fi

# Each boot has its own id, as on a real host.
tr -d '\n' < /proc/sys/kernel/random/uuid > "$root/run/.boot_id"
chmod 444 "$root/run/.boot_id"
mount --bind "$root/run/.boot_id" "$root/proc/sys/kernel/random/boot_id"

cd "$root"
mkdir -p .oldroot
pivot_root . .oldroot
umount -l /.oldroot
rmdir /.oldroot

# What a guest must not do to the machine: load modules, set the clock, read the kernel log. Without the
# devices controller of cgroup v1 it may not make device nodes either.
dropped=-sys_module,-sys_rawio,-sys_time,-syslog,-mac_admin,-mac_override,-wake_alarm,-block_suspend
if [ "$HOST_CGROUP_MODE" = unified ]; then dropped=$dropped,-mknod; fi
exec setpriv --bounding-set "$dropped" \
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=lxc TERM=dumb \
  /lib/systemd/systemd --system --log-target=console --show-status=1 < /dev/null
