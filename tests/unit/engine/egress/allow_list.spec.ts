import { test } from '@japa/runner'
import { parseEgressAllowList } from '#engine/egress/allow_list'

const REFUSED: [line: string, reason: RegExp][] = [
  ['10.0.0.0/8, 192.168.0.0/16', /one entry on each line/],
  ['10.0.0.0/8 192.168.0.0/16', /one entry on each line/],
  ['https://git.internal', /without https:\/\//],
  ['git.internal/api', /without a path/],
  ['git.internal:3000', /Ports are not part/],
  ['10.0.0.1:3000', /Ports are not part/],
  ['[fd00::1]:3000', /Ports are not part/],
  ['*.internal', /one by one/],
  ['git_1.internal', /neither an address, nor a network, nor a host name/],
  ['git.internal.', /nor a host name/],
  ['-git.internal', /nor a host name/],
  ['gît.internal', /nor a host name/],
  ['[fd00::/8]', /nor an IPv6 address/],
  ['[10.0.0.1]', /nor a host name/],
  ['[git.internal]', /nor a host name/],
  ['0x7f.0.0.0x1', /nor a host name/],
  ['127.1', /four numbers/],
  ['2130706433', /four numbers/],
  ['10.0.0.256', /four numbers/],
  ['10.0.0.0/33', /from 1 to 32/],
  ['10.0.0.0/08', /from 1 to 32/],
  ['10.0.0.0/', /from 1 to 32/],
  ['10.0.0.0/8/8', /from 1 to 32/],
  ['fd00::/129', /from 1 to 128/],
  ['fd00:::/8', /nor an IPv6 address/],
  ['10.1.2.3/8', /10\.1\.2\.3 is not the first address of a network of 8 bits/],
  ['[fd00::1]/8', /not the first address/],
  ['0.0.0.0/0', /every address/],
  ['::/0', /every address/],
  ['::ffff:10.0.0.1', /as an IPv4 address/],
  ['::ffff:0:0/96', /as an IPv4 address/],
  ['fe80::1%eth0', /without its zone/],
  ['localhost', /127\.0\.0\.1/],
  ['panel.LocalHost', /127\.0\.0\.1/],
]

test.group('parseEgressAllowList', () => {
  test('reads addresses, networks and names, one on each line', ({ assert }) => {
    const list = parseEgressAllowList(
      '10.0.0.0/8\r\n\r\n  192.168.1.5  \n[fd00::]/8\nfd00::7\nGit.Internal\nxn--gt-oja.internal\n3com.test'
    )
    const network = (bits: 32 | 128, value: bigint, prefix: number) => ({
      kind: 'network',
      network: { first: { bits, value }, prefix },
    })
    assert.deepEqual(list, {
      ok: true,
      entries: [
        network(32, 0x0a000000n, 8),
        network(32, 0xc0a80105n, 32),
        network(128, 0xfdn << 120n, 8),
        network(128, (0xfdn << 120n) | 7n, 128),
        { kind: 'host', host: 'git.internal' },
        { kind: 'host', host: 'xn--gt-oja.internal' },
        { kind: 'host', host: '3com.test' },
      ],
    } as typeof list)
  })

  test('an empty list allows nothing')
    .with(['', '\n', ' \r\n\t\n'])
    .run(({ assert }, text) => {
      assert.deepEqual(parseEgressAllowList(text), { ok: true, entries: [] })
    })

  test('refuses {0}')
    .with(REFUSED)
    .run(({ assert }, [line, reason]) => {
      const list = parseEgressAllowList(line)
      assert.match(list.ok ? 'accepted' : list.reason, reason)
    })

  test('names the first bad line', ({ assert }) => {
    const list = parseEgressAllowList('10.0.0.0/8\n\ngit internal\n*.test')
    assert.deepInclude(list, { ok: false, line: 3 })
  })
})
