import db from '@adonisjs/lucid/services/db'
import { DateTime } from 'luxon'
import Membership from '#app/teams/models/membership'
import type { Role } from '#app/teams/roles'
import Passkey from '#app/auth/models/passkey'
import { openSince } from '#app/administration/queries/open_since'
import SignIn from '#app/auth/models/sign_in'
import User from '#app/users/models/user'

export const peopleFilters = ['all', 'active', 'deactivated', 'administrators'] as const
export type PeopleFilter = (typeof peopleFilters)[number]

export const peopleSorts = ['name', 'email', 'seen', 'since'] as const
export type PeopleSort = (typeof peopleSorts)[number]

export interface PeopleAsked {
  search: string
  filter: PeopleFilter
  sort: PeopleSort
  /** From 1. */
  page: number
}

/** A person of the panel as the list shows them. */
export interface PersonRow {
  user: User
  teams: { name: string; role: Role }[]
  hasSecondFactor: boolean
  seenAt: DateTime | null
  openSessions: number
}

const PER_PAGE = 50

/**
 * The people of the panel that were asked for, a page of them.
 */
export async function findPeople(asked: PeopleAsked) {
  const query = User.query().select('users.*').select(lastSeen())
  narrow(query, asked)
  const people = await order(query, asked.sort).paginate(asked.page, PER_PAGE)
  return { people, rows: await rowsOf(people.all() as User[]) }
}

type UserQuery = ReturnType<typeof User.query<typeof User>>

const lastSeen = () =>
  db.from('sign_ins').whereColumn('sign_ins.user_id', 'users.id').max('seen_at').as('last_seen_at')

function narrow(query: UserQuery, { search, filter }: PeopleAsked) {
  for (const word of search.split(/\s+/).filter(Boolean).slice(0, 8)) {
    const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`
    query.where((either) => {
      either.whereRaw("full_name like ? escape '!'", [pattern])
      either.orWhereRaw("email like ? escape '!'", [pattern])
    })
  }
  if (filter === 'active') query.whereNull('deactivated_at')
  if (filter === 'deactivated') query.whereNotNull('deactivated_at')
  if (filter === 'administrators') query.where('administrator', true)
}

function order(query: UserQuery, sort: PeopleSort) {
  if (sort === 'seen') query.orderBy('last_seen_at', 'desc')
  if (sort === 'since') query.orderBy('created_at', 'desc')
  if (sort === 'email') query.orderBy('email')
  if (sort === 'name') query.orderBy('full_name')
  return query.orderBy('users.id')
}

async function rowsOf(users: User[]): Promise<PersonRow[]> {
  const ids = users.map(({ id }) => id)
  const memberships = await Membership.query().whereIn('user_id', ids).preload('team')
  const passkeys = await Passkey.query().whereIn('user_id', ids).select('user_id').distinct()
  const withPasskey = new Set(passkeys.map(({ userId }) => userId))
  const open = await SignIn.query()
    .whereIn('user_id', ids)
    .whereNull('ended_at')
    .where('seen_at', '>', openSince())
    .groupBy('user_id')
    .select('user_id')
    .count('* as total')
  const sessions = new Map(open.map((row) => [row.userId, Number(row.$extras.total)]))
  return users.map((user) => ({
    user,
    teams: memberships
      .filter(({ userId }) => userId === user.id)
      .map(({ team, role }) => ({ name: team.name, role }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    hasSecondFactor: user.totpConfirmedAt !== null || withPasskey.has(user.id),
    seenAt: momentOf(user.$extras.last_seen_at),
    openSessions: sessions.get(user.id) ?? 0,
  }))
}

const momentOf = (at: unknown) => (at === null ? null : DateTime.fromMillis(Number(at)).toUTC())
