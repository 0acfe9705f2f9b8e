import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BaseModel } from '@adonisjs/lucid/orm'
import type { ApplicationService } from '@adonisjs/core/types'
import type { LucidModel } from '@adonisjs/lucid/types/model'
import type { SealedMeta } from '#app/core/database/columns'

/**
 * A column of the database that holds encrypted text.
 */
export interface SealedColumn {
  table: string
  /** The column that names its rows. */
  primaryKey: string
  column: string
  purpose: string
}

const MODEL_FILE = /(^|\/)models\/[^/]+(?<!\.d)\.(ts|js)$/

/**
 * Every column that holds encrypted text, by table and name: loads all models and asks them.
 */
export async function findSealedColumns(app: ApplicationService): Promise<SealedColumn[]> {
  const found = new Map<string, SealedColumn>()
  for (const model of await allModels(app)) {
    model.boot()
    for (const { columnName: column, meta } of model.$columnsDefinitions.values()) {
      const purpose = (meta as SealedMeta | undefined)?.sealedFor
      if (!purpose) continue
      const primaryKey = model.$getColumn(model.primaryKey)!.columnName
      const sealed = { table: model.table, primaryKey, column, purpose }
      found.set(nameOf(sealed), sealed)
    }
  }
  return [...found.values()].sort((one, other) => nameOf(one).localeCompare(nameOf(other), 'en'))
}

/** How a column is named to people. */
export function nameOf({ table, column }: SealedColumn): string {
  return `${table}.${column}`
}

async function allModels(app: ApplicationService): Promise<LucidModel[]> {
  const files = readdirSync(app.makePath('app'), { recursive: true, encoding: 'utf8' })
  const modules = await Promise.all(
    files
      .filter((file) => MODEL_FILE.test(file))
      .map((file) => import(pathToFileURL(join(app.makePath('app'), file)).href))
  )
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value) => typeof value === 'function' && value.prototype instanceof BaseModel)
    .map((value) => value as LucidModel)
}
