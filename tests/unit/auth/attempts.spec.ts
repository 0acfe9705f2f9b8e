import { test } from '@japa/runner'
import { networkOf } from '#app/auth/attempts'

test.group('The network of an address', () => {
  test('is the address itself where it is IPv4', ({ assert }) => {
    assert.equal(networkOf('203.0.113.9'), '203.0.113.9')
  })

  test('is the same for all addresses of one /64, however written')
    .with([
      '2001:db8:1:2::1',
      '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff',
      '2001:db8:1:2:3:4:5:6',
      '2001:db8:1:2::',
    ])
    .run(({ assert }, address) => {
      assert.equal(networkOf(address), '2001:db8:1:2::/64')
    })

  test('differs between networks', ({ assert }) => {
    assert.equal(networkOf('2001:db8::1'), '2001:db8:0:0::/64')
    assert.equal(networkOf('::1'), '0:0:0:0::/64')
    assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  })
})
