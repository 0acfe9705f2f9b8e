import vine from '@vinejs/vine'
import { peopleFilters, peopleSorts, type PeopleAsked } from '#app/administration/queries/people'

export const removePersonValidator = vine.create({
  confirm: vine.string().maxLength(254),
})

/**
 * Which people an address of the list asks for; what it does not say, or says wrongly, is as in
 * the address without a query.
 */
export function peopleAsked(query: Record<string, unknown>): PeopleAsked {
  const search = typeof query.search === 'string' ? query.search.slice(0, 200) : ''
  return {
    search,
    filter: peopleFilters.find((filter) => filter === query.filter) ?? 'all',
    sort: peopleSorts.find((sort) => sort === query.sort) ?? 'name',
    page: Math.min(100_000, Math.max(1, Math.trunc(Number(query.page)) || 1)),
  }
}
