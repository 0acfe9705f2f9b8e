/** What the images hold. Any change here, or in an image script, builds new images. */
export const RECIPE = {
  /** Debian release of the hosts. */
  release: 'bookworm',

  /** Installed in every host: an ordinary small server, before anyone has deployed to it. */
  installed: [
    'systemd',
    'systemd-sysv',
    'dbus',
    'libpam-systemd',
    'openssh-server',
    'sudo',
    'curl',
    'ca-certificates',
    'python3',
    'iproute2',
    'iputils-ping',
    'netcat-openbsd',
    'procps',
    'git',
    'cron',
    'less',
    'logrotate',
    'acl',
    'bzip2',
    'xz-utils',
    'util-linux-extra',
  ],

  /** Installable without a network, from the flat repository inside the image. */
  offline: [
    ...['nginx', 'nodejs', 'npm', 'git', 'rsync'],
    ...['python3-venv', 'php-fpm', 'php-cli', 'php-bcmath', 'php-curl', 'php-gd', 'php-intl'],
    ...['php-mbstring', 'php-mysql', 'php-pgsql', 'php-sqlite3', 'php-xml', 'php-zip'],
    ...['zsh', 'fish', 'tcsh', 'busybox', 'locales', 'libfaketime', 'needrestart'],
  ],
}
