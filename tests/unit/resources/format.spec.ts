import { test } from '@japa/runner'
import {
  exactTime,
  formatBytes,
  formatChange,
  formatDuration,
  formatNumber,
  plural,
  relativeTime,
} from '../../../resources/js/lib/format.js'

const NOW = new Date('2026-11-20T12:00:00Z')
const ago = (seconds: number) => relativeTime(new Date(NOW.getTime() - seconds * 1000), NOW)

test.group('format', () => {
  test('says moments by their distance', ({ assert }) => {
    assert.equal(ago(3), 'just now')
    assert.equal(ago(60), '1 min ago')
    assert.equal(ago(59 * 60), '59 min ago')
    assert.equal(ago(2 * 3600), '2 h ago')
    assert.equal(ago(3 * 86400), '3 d ago')
    assert.equal(ago(40 * 86400), '11 Oct')
    assert.equal(ago(400 * 86400), '16 Oct 2025')
    assert.equal(ago(-5), 'in a moment')
    assert.equal(ago(-7200), 'in 2 h')
    assert.equal(exactTime(NOW), '20 Nov 2026, 12:00:00 UTC')
  })

  test('says how a length of time differs, with a tone for more than 25 % and 2 s', ({
    assert,
  }) => {
    const change = (took: number, usual: number | null) =>
      formatChange(took * 1000, usual && usual * 1000)
    assert.deepEqual(change(41, 23), { text: '+18 s', tone: 'warning' })
    assert.deepEqual(change(5, 30), { text: '−25 s', tone: 'success' })
    assert.deepEqual(change(11, 9), { text: '+2.0 s', tone: null })
    assert.deepEqual(change(120, 100), { text: '+20 s', tone: null })
    assert.deepEqual(change(1, 0.2), { text: '+0.8 s', tone: null })
    assert.isNull(change(4.4, 4))
    assert.isNull(change(4, null))
  })

  test('says moments in a zone, with how far it is from UTC', ({ assert }) => {
    assert.equal(exactTime(NOW, 'Europe/Berlin'), '20 Nov 2026, 13:00:00 UTC+1')
    assert.equal(exactTime(NOW, 'America/New_York'), '20 Nov 2026, 07:00:00 UTC-5')
    assert.equal(exactTime(NOW, 'Asia/Kathmandu'), '20 Nov 2026, 17:45:00 UTC+5:45')
    assert.equal(exactTime(NOW, 'Pacific/Kiritimati'), '21 Nov 2026, 02:00:00 UTC+14')
    assert.equal(exactTime(new Date('2026-11-20T00:00:09Z'), 'UTC'), '20 Nov 2026, 00:00:09 UTC')
  })

  test('tells apart the hours that have one name when clocks are set back', ({ assert }) => {
    const said = (iso: string) => exactTime(new Date(iso), 'Europe/Berlin')
    assert.equal(said('2026-10-25T00:30:00Z'), '25 Oct 2026, 02:30:00 UTC+2')
    assert.equal(said('2026-10-25T01:30:00Z'), '25 Oct 2026, 02:30:00 UTC+1')
    assert.equal(said('2026-03-29T00:59:59Z'), '29 Mar 2026, 01:59:59 UTC+1')
    assert.equal(said('2026-03-29T01:00:00Z'), '29 Mar 2026, 03:00:00 UTC+2')
  })

  test('counts days and years in the zone', ({ assert }) => {
    const at = new Date('2026-01-01T02:00:00Z')
    assert.equal(relativeTime(at, NOW, 'UTC'), '1 Jan')
    assert.equal(relativeTime(at, NOW, 'America/New_York'), '31 Dec 2025')
    const newYear = new Date('2027-01-01T00:30:00Z')
    assert.equal(relativeTime(new Date('2026-12-20T12:00:00Z'), newYear, 'UTC'), '20 Dec 2026')
    assert.equal(relativeTime(new Date('2026-12-20T12:00:00Z'), newYear, 'Etc/GMT+1'), '20 Dec')
  })

  test('says moments in UTC where a zone is unknown', ({ assert }) => {
    for (const zone of ['Mars/Olympus', '', '../../etc/passwd', 'x'.repeat(4096)]) {
      assert.equal(exactTime(NOW, zone), '20 Nov 2026, 12:00:00 UTC')
    }
  })

  test('says lengths of time', ({ assert }) => {
    assert.equal(formatDuration(-5), '0.0 s')
    assert.equal(formatDuration(412), '0.4 s')
    assert.equal(formatDuration(9970), '10 s')
    assert.equal(formatDuration(185_000), '3 min 05 s')
    assert.equal(formatDuration(3_599_700), '1 h 00 min')
    assert.equal(formatDuration(7_500_000), '2 h 05 min')
    assert.equal(formatDuration(10 * 86_400_000), '10 d')
  })

  test('says sizes and numbers', ({ assert }) => {
    assert.equal(formatBytes(0), '0 B')
    assert.equal(formatBytes(1023), '1023 B')
    assert.equal(formatBytes(1024), '1.0 KiB')
    assert.equal(formatBytes(1024 ** 2 - 1), '1.0 MiB')
    assert.equal(formatBytes(8.37e9), '7.8 GiB')
    assert.equal(formatBytes(127e9), '118 GiB')
    assert.equal(formatNumber(1234567), '1,234,567')
    assert.equal(plural(1, 'server'), '1 server')
    assert.equal(plural(0, 'server'), '0 servers')
    assert.equal(plural(2, 'entry', 'entries'), '2 entries')
  })
})
