import { test } from '@japa/runner'
import { assertRoutesAreAuthorized } from '#app/auth/authorization'
import { requirements, type Requirement } from '#start/authorization'

const route = (name: string | undefined, pattern = '/x') => ({ name, pattern, methods: ['GET'] })

test.group('Authorisation table', () => {
  test('passes routes that it names', ({ assert }) => {
    const routes = [route('home'), route('servers.show')]
    const table: Record<string, Requirement> = { 'home': 'public', 'servers.show': 'servers.view' }
    assert.doesNotThrow(() => assertRoutesAreAuthorized(routes, table))
  })

  test('refuses a route that it does not name', ({ assert }) => {
    const check = () => assertRoutesAreAuthorized([route('backups.show', '/backups/:id')], {})
    assert.throws(check, /GET \/backups\/:id \(backups\.show\) is missing/)
  })

  test('refuses a route without a name', ({ assert }) => {
    const check = () => assertRoutesAreAuthorized([route(undefined, '/nameless')], {})
    assert.throws(check, /GET \/nameless has no name/)
  })

  test('refuses an ability that no role could carry', ({ assert }) => {
    const table = { home: 'homes.view' as Requirement }
    const check = () => assertRoutesAreAuthorized([route('home')], table)
    assert.throws(check, /unknown ability "homes\.view"/)
  })

  test('refuses names that every object inherits', ({ assert }) => {
    const routes = [route('constructor'), route('toString')]
    assert.throws(() => assertRoutesAreAuthorized(routes, requirements), /constructor/)
    const table = { home: 'toString' as Requirement }
    assert.throws(() => assertRoutesAreAuthorized([route('home')], table), /toString/)
  })

  test('refuses an entry whose route is gone', ({ assert }) => {
    const table: Record<string, Requirement> = { 'home': 'public', 'gone.show': 'public' }
    assert.throws(() => assertRoutesAreAuthorized([route('home')], table), /gone\.show/)
  })

  test('names every problem at once', ({ assert }) => {
    const check = () => assertRoutesAreAuthorized([route('a.b'), route(undefined)], {})
    assert.throws(check, /a\.b[\s\S]*has no name/)
  })
})
