#!/bin/sh
# Installs the offline packages in a new layer over the base image, in a mount namespace of its own.
# usage: image_prepared.sh BASE LAYER SCRATCH; OFFLINE_PACKAGES names the packages
set -eu
base=$1 layer=$2 scratch=$3
root=$scratch/root

mkdir -p "$layer" "$scratch/work" "$root"
mount -t overlay -o "lowerdir=$base,upperdir=$layer,workdir=$scratch/work" overlay "$root"
mount -t proc proc "$root/proc"

# Nothing may start while there is no init; the services are enabled for the first boot all the same.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
chroot "$root" apt-get -q update
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive \
  chroot "$root" apt-get -q -y --no-install-recommends install $OFFLINE_PACKAGES
rm "$root/usr/sbin/policy-rc.d"
chroot "$root" systemctl enable nginx
# Projects run masters of their own; the distribution's would only take memory from a hundred hosts.
chroot "$root" sh -c 'systemctl disable php*-fpm' 2>/dev/null
chroot "$root" apt-get clean
