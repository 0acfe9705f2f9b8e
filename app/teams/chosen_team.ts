/** Where the session keeps which of their teams a person works in. */
export const CHOSEN_TEAM_KEY = 'team_id'
