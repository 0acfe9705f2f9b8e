import { test } from '@japa/runner'
import { isMailAddress, readSender } from '#app/settings/mail_address'
import { PAYLOADS } from '#tests/support/payload_corpus'

test.group('Mail addresses', () => {
  test('are an unquoted local part and a domain', ({ assert }) => {
    for (const address of [
      'a@example.com',
      'first.last+tag@mail.example.co.uk',
      "o'hara@example.com",
      'root@localhost',
      'jörg@exämple.de',
      `${'a'.repeat(64)}@example.com`,
    ]) {
      assert.isTrue(isMailAddress(address), address)
    }
    for (const address of [
      'example.com',
      '@example.com',
      'a@',
      'a b@example.com',
      '"a b"@example.com',
      'a@127.0.0.1',
      'a@[127.0.0.1]',
      'a@example.com, b@example.com',
      'a@example.com\r\nBcc: b@example.com',
      'a@example.com\n',
      'a\0@example.com',
      '<a@example.com>',
      'a@example.com> SIZE=1',
      `${'a'.repeat(65)}@example.com`,
      `a@${'b'.repeat(250)}.com`,
    ]) {
      assert.isFalse(isMailAddress(address), JSON.stringify(address))
    }
  })

  test('of senders may have a name before them', ({ assert }) => {
    assert.deepEqual(readSender('muster@example.com'), { name: '', address: 'muster@example.com' })
    assert.deepEqual(readSender('Große Bühne <muster@example.com>'), {
      name: 'Große Bühne',
      address: 'muster@example.com',
    })
    for (const sender of [
      'Muster',
      '<muster@example.com>',
      'A, B <muster@example.com>',
      '"A" <muster@example.com>',
      'A <a@example.com> <b@example.com>',
      'A\r\nBcc: b@example.com <a@example.com>',
      ' A <a@example.com>',
    ]) {
      assert.isNull(readSender(sender), JSON.stringify(sender))
    }
  })

  test('hold nothing that could leave a header or a command', ({ assert }) => {
    for (const payload of PAYLOADS) {
      for (const text of [`${payload}@example.com`, `a@${payload}`, `a${payload}@example.com`]) {
        if (!isMailAddress(text)) continue
        assert.match(text, /^[^\s<>,;:()[\]\\"\p{C}]+$/u)
      }
      const sender = readSender(`${payload} <a@example.com>`)
      if (sender) assert.notMatch(sender.name, /[\r\n<>"\\,;:@\p{Cc}]/u)
    }
  })
})
