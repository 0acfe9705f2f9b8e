import {
  databaseBytes,
  deploymentDays,
  peopleUsage,
  teamUsage,
  USAGE_DAYS,
  type TeamUsage,
} from '#app/administration/queries/usage'

type Sums = Omit<TeamUsage, 'name' | 'people'>

const COUNTED = ['servers', 'projects', 'deployments', 'runs', 'logBytes'] as const

/**
 * What the page of usage shows: figures of the whole panel and of each team.
 */
export async function usagePage(now = Date.now()) {
  const [teams, days, people, bytes] = await Promise.all([
    teamUsage(now),
    deploymentDays(now),
    peopleUsage(),
    databaseBytes(),
  ])
  const sums = Object.fromEntries(
    COUNTED.map((key) => [key, teams.reduce((sum, team) => sum + team[key], 0)])
  ) as Sums
  return { teams, days, people, sums, databaseBytes: bytes, lastDays: USAGE_DAYS }
}
