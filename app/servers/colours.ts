/** The colours of tags and groups, in the order in which new ones take them. */
export const colours = [
  'lagoon',
  'clay',
  'moss',
  'steel',
  'heather',
  'sand',
  'rose',
  'stone',
] as const

export type Colour = (typeof colours)[number]
