import { test } from '@japa/runner'
import { assertRoutesAreAuthorized } from '#app/auth/authorization'
import { requirements, type Need } from '#start/authorization'

const needs = (need: string) => ({ need: need as Need, recent: false })

const route = (name: string | undefined, pattern = '/x') => ({ name, pattern, methods: ['GET'] })

test.group('Authorisation table', () => {
  test('passes routes that it names', ({ assert }) => {
    const routes = [route('home'), route('servers.show')]
    const table = { 'home': needs('public'), 'servers.show': needs('servers.view') }
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
    const table = { home: needs('homes.view') }
    const check = () => assertRoutesAreAuthorized([route('home')], table)
    assert.throws(check, /unknown ability "homes\.view"/)
  })

  test('refuses names that every object inherits', ({ assert }) => {
    const routes = [route('constructor'), route('toString')]
    assert.throws(() => assertRoutesAreAuthorized(routes, requirements), /constructor/)
    const table = { home: needs('toString') }
    assert.throws(() => assertRoutesAreAuthorized([route('home')], table), /toString/)
  })

  test('refuses an entry whose route is gone', ({ assert }) => {
    const table = { 'home': needs('public'), 'gone.show': needs('public') }
    assert.throws(() => assertRoutesAreAuthorized([route('home')], table), /gone\.show/)
  })

  test('refuses to ask strangers for a recent proof of who they are', ({ assert }) => {
    const table = { home: { need: 'guest' as Need, recent: true } }
    assert.throws(() => assertRoutesAreAuthorized([route('home')], table), /recent proof/)
  })

  test('refuses a route for API tokens that asks for no ability', ({ assert }) => {
    for (const requirement of [
      needs('public'),
      needs('signed-in'),
      needs('administrator'),
      { need: 'servers.view' as Need, recent: true },
    ]) {
      const table = { 'api.x': requirement }
      assert.throws(() => assertRoutesAreAuthorized([route('api.x')], table), /api\.x/)
    }
  })

  test('names every problem at once', ({ assert }) => {
    const check = () => assertRoutesAreAuthorized([route('a.b'), route(undefined)], {})
    assert.throws(check, /a\.b[\s\S]*has no name/)
  })
})
