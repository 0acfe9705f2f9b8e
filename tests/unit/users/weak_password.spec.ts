import { test } from '@japa/runner'
import { weaknessOf } from '#app/users/weak_password'

const ADA = { email: 'ada.lovelace@example.com', fullName: 'Ada Lovelace' }

test.group('Passwords that are easy to guess', () => {
  test('are those that are tried first: {$self}')
    .with([
      ...['aaaaaaaaaaaa', 'abcabcabcabc', '123123123123', '121212121212', 'abcdabcdabcdab'],
      ...['123456789012', '0123456789012', '987654321098', 'abcdefghijklm', 'zyxwvutsrqpon'],
      ...['qwertyuiop[]', 'qwertyuiopasdf', '1qaz2wsx3edc', '1q2w3e4r5t6y', 'qazwsxedcrfv'],
      ...['password1234', 'Password123!', 'P@ssw0rd1234', 'passwordpassword', '!!password!!'],
      ...['administrator', 'adminadmin123', 'letmeinletmein', 'welcome12345', 'iloveyou2024'],
      ...['qwerty123456', 'qwertyqwerty', 'trustno1trustno', 'changemechangeme', 'superpassword1'],
      'correcthorsebatterystaple',
    ])
    .run(({ assert }, password) => {
      assert.match(weaknessOf(password, ADA) ?? 'accepted', /among the first/)
    })

  test('are what everybody knows of the person: {$self}')
    .with([
      ...['ada.lovelace@example.com', 'ADA.LOVELACE@EXAMPLE.COM', 'Ada Lovelace', 'adalovelace'],
      ...['Ada-Lovelace', 'AdaLovelace1815', 'ada_lovelace!!', '1815 Ada Lovelace'],
    ])
    .run(({ assert }, password) => {
      assert.match(weaknessOf(password, ADA) ?? 'accepted', /not your name or address/)
    })

  test('are not those that only look alike: {$self}')
    .with([
      ...['correct horse battery', 'password of the analytical engine', 'ada likes difference'],
      ...['qwerty is a keyboard', 'a long enough password', 'another long enough password'],
      ...['k7qf-2m9x-c4wd', 'admin84612937501x', 'größe über alles', '  twelve spaces  '],
      ...['pässwörter sind schwer', '\u{1F680}\u{1F331}\u{1F3A9}\u{1F40B}\u{1F9ED}\u{1F30B}'],
    ])
    .run(({ assert }, password) => {
      assert.isNull(weaknessOf(password, ADA))
    })

  test('are found at once in long and hostile ones too', ({ assert }) => {
    for (const password of ['a'.repeat(200), 'ab'.repeat(100), `${'a'.repeat(199)}b`]) {
      weaknessOf(password, ADA)
    }
    assert.isNotNull(weaknessOf('a'.repeat(200), ADA))
    assert.isNotNull(weaknessOf('ab'.repeat(100), ADA))
    assert.isNull(weaknessOf('passwordtest'.repeat(16) + 'x', ADA))
  })

  test('are looked for among people whose names are only signs', ({ assert }) => {
    const person = { email: 'x@example.com', fullName: '***' }
    assert.isNull(weaknessOf('correct horse battery', person))
    assert.isNotNull(weaknessOf('************', person))
  })
})
