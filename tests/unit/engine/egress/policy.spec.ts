import { test } from '@japa/runner'
import { EgressPolicy } from '#engine/egress/policy'
import { policyOf } from '#tests/support/egress'

/** First and last address of each network that is set aside, and what is said about it. */
const SPECIAL: [first: string, last: string, says: string][] = [
  ['0.0.0.0', '0.255.255.255', '0.0.0.0/8'],
  ['10.0.0.0', '10.255.255.255', '10.0.0.0/8 (private use)'],
  ['100.64.0.0', '100.127.255.255', '100.64.0.0/10'],
  ['127.0.0.0', '127.255.255.255', '127.0.0.0/8 (loopback)'],
  ['169.254.0.0', '169.254.255.255', '169.254.0.0/16 (link local)'],
  ['172.16.0.0', '172.31.255.255', '172.16.0.0/12'],
  ['192.0.0.0', '192.0.0.255', '192.0.0.0/24'],
  ['192.0.2.0', '192.0.2.255', '192.0.2.0/24'],
  ['192.88.99.0', '192.88.99.255', '192.88.99.0/24'],
  ['192.168.0.0', '192.168.255.255', '192.168.0.0/16'],
  ['198.18.0.0', '198.19.255.255', '198.18.0.0/15'],
  ['198.51.100.0', '198.51.100.255', '198.51.100.0/24'],
  ['203.0.113.0', '203.0.113.255', '203.0.113.0/24'],
  ['224.0.0.0', '239.255.255.255', '224.0.0.0/4 (multicast)'],
  ['240.0.0.0', '255.255.255.254', '240.0.0.0/4'],
  ['255.255.255.255', '255.255.255.255', 'broadcast'],
  ['::', '::', '::/128'],
  ['::1', '::1', '::1/128 (loopback)'],
  ['::2', '::ffff:ffff', '::/3'],
  ['::ffff:0:0', '::ffff:0.255.255.255', '0.0.0.0/8'],
  ['::ffff:127.0.0.0', '::ffff:7fff:ffff', '127.0.0.0/8'],
  ['::ffff:169.254.169.254', '0:0:0:0:0:FFFF:A9FE:A9FE', '169.254.0.0/16'],
  ['64:ff9b::10.0.0.0', '64:ff9b::aff:ffff', '10.0.0.0/8'],
  ['64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff', '64:ff9b:1::/48'],
  ['100::', '100::ffff:ffff:ffff:ffff', '100::/64'],
  ['100:0:0:1::', '100::1:ffff:ffff:ffff:ffff', '100:0:0:1::/64'],
  ['2001::', '2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', '2001::/23'],
  ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db8::/32'],
  ['2002:7f00::', '2002:7fff:ffff:ffff:ffff:ffff:ffff:ffff', '127.0.0.0/8'],
  ['2002:c0a8::', '2002:c0a8:ffff::1', '192.168.0.0/16'],
  ['3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff', '3fff::/20'],
  ['4000::', '5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '4000::/2'],
  ['5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '5f00::/16'],
  ['8000::', 'fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '8000::/1'],
  ['fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fc00::/7 (private use)'],
  ['fe80::%eth0', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff%eth0', 'fe80::/10 (link local)'],
  ['fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'fec0::/10'],
  ['ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ff00::/8 (multicast)'],
]

/** What lies just beside them, and what carries a global address of IPv4. */
const GLOBAL = [
  ...['1.0.0.0', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0'],
  ...['191.255.255.255', '192.0.1.0', '192.0.3.0', '192.88.98.255', '192.88.100.0'],
  ...['192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '198.51.99.255'],
  ...['198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
  ...[
    '2000::',
    '2001:200::',
    '2001:db7:ffff::',
    '2001:db9::',
    '2003::',
    '3ffe:ffff::',
    '3fff:1000::',
  ],
  ...['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::1', '2606:4700:4700::1111'],
]

test.group('EgressPolicy', () => {
  test('S5: refuses {0} to {1} by default')
    .with(SPECIAL)
    .run(({ assert }, [first, last, says]) => {
      const policy = new EgressPolicy()
      for (const address of [first, last]) {
        assert.include(policy.refusal('host.test', address) ?? '', says, address)
      }
    })

  test('lets {$self} pass')
    .with(GLOBAL)
    .run(({ assert }, address) => assert.isNull(new EgressPolicy().refusal('host.test', address)))

  test('S5: refuses what is no address at all')
    .with(['', 'localhost', '127.1', '0x7f.0.0.1', '256.0.0.1', '1.2.3.4/8', '[::1]', ':::', null])
    .run(({ assert }, address) => {
      assert.equal(
        policyOf('0.0.0.0/1').refusal('host.test', address as string),
        'is not an address'
      )
    })

  test('allows a network from its first to its last address, and nothing beside it', ({
    assert,
  }) => {
    const policy = policyOf('10.1.0.0/16', '192.168.1.5', '[fd00:1::]/32')
    const refused = (address: string) => policy.refusal('host.test', address) !== null
    for (const address of [
      '10.1.0.0',
      '10.1.255.255',
      '192.168.1.5',
      'fd00:1::',
      'fd00:1:ffff::1',
    ]) {
      assert.isFalse(refused(address), address)
    }
    for (const address of ['10.0.255.255', '10.2.0.0', '192.168.1.4', '192.168.1.6', 'fd00:2::']) {
      assert.isTrue(refused(address), address)
    }
  })

  test('allows an address of IPv4 however IPv6 carries it', ({ assert }) => {
    const policy = policyOf('10.0.0.0/8')
    for (const address of ['::ffff:10.1.2.3', '64:ff9b::10.1.2.3', '2002:a01:203::1']) {
      assert.isNull(policy.refusal('host.test', address), address)
    }
  })

  test('S5: a network of IPv6 opens nothing of IPv4', ({ assert }) => {
    const policy = policyOf('::/1', '8000::/1')
    assert.isNull(policy.refusal('host.test', '::1'))
    for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '::ffff:a00:1']) {
      assert.isNotNull(policy.refusal('host.test', address), address)
    }
  })

  test('allows a name its private addresses, and no other name', ({ assert }) => {
    const policy = policyOf('Git.Internal')
    for (const address of ['10.0.0.5', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::5']) {
      assert.isNull(policy.refusal('git.internal', address), address)
      for (const other of ['internal', 'x.git.internal', 'git.internal.test', address]) {
        assert.isNotNull(policy.refusal(other, address), `${other} ${address}`)
      }
    }
  })

  test('S5: an allowed name never leads to this machine or its link')
    .with(['127.0.0.1', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1', '::ffff:127.0.0.1'])
    .run(({ assert }, address) => {
      assert.isNotNull(policyOf('git.internal').refusal('git.internal', address))
    })
})
