import type { Stage } from './stage.js'
import type { Summary } from './statistics.js'

/** One line of the table. */
export interface Measurement {
  /** What was measured, in words. */
  what: string
  /** Unit of every number of the line, such as `ms`. */
  unit: string
  /** Median, with the least and the most where something was measured more than once. */
  value: Summary
  /** What it should not exceed, in the same unit. */
  goal?: number
  /** What it should reach, in the same unit. */
  floor?: number
  /** What has to be known to read the number. */
  note?: string
}

/** A thing to measure, by its name on the command line. */
export interface Benchmark {
  name: string
  title: string
  /** Measures; what it needs and starts it takes from the stage, which stops it. */
  run(stage: Stage): Promise<Measurement[]>
}
