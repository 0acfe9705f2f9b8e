#!/bin/sh
# Makes a bare Debian root directory the lower layer of test hosts: mmdebstrap's customize hook.
# usage: image_base.sh ROOT; OFFLINE_PACKAGES names what the offline repository has to serve
set -eu
root=$1
repository=/opt/muster-fleet/apt

# Every package with what it depends on, as apt would fetch it for this very system.
# shellcheck disable=SC2086
chroot "$root" apt-get install -q -y --no-install-recommends --download-only --reinstall \
  $OFFLINE_PACKAGES
mkdir -p "$root$repository"
mv "$root"/var/cache/apt/archives/*.deb "$root$repository"
chroot "$root" sh -eu <<INDEX
cd $repository
for deb in *%3a*.deb; do
  [ -e "\$deb" ] && mv "\$deb" "\$(echo "\$deb" | sed 's/_[0-9]*%3a/_/')"
done
for deb in *.deb; do
  dpkg-deb --field "\$deb"
  echo "Filename: ./\$deb"
  echo "Size: \$(stat -c %s "\$deb")"
  echo "SHA256: \$(sha256sum "\$deb" | cut -d ' ' -f 1)"
  echo
done > Packages
INDEX

# From here on the offline repository is the only source, and apt is as Debian ships it.
rm -rf "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap
echo "deb [trusted=yes] file:$repository ./" > "$root/etc/apt/sources.list"

# Units for hardware, consoles and kernel settings the machine owns.
for unit in console-getty.service getty@.service systemd-udevd.service \
  systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-modules-load.service \
  modprobe@.service sys-fs-fuse-connections.mount dev-hugepages.mount \
  apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service \
  dpkg-db-backup.timer fstrim.timer systemd-binfmt.service proc-sys-fs-binfmt_misc.automount \
  sys-kernel-debug.mount sys-kernel-tracing.mount sys-kernel-config.mount; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"

# Identity belongs to each host, not to the image.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf"
: > "$root/etc/machine-id"
: > "$root/etc/fstab"
mkdir -p "$root/var/log/journal"
cat > "$root/etc/ssh/sshd_config.d/fleet.conf" <<SSHD
PermitRootLogin yes
PasswordAuthentication yes
SSHD
echo 'root:*' | chroot "$root" chpasswd -e
