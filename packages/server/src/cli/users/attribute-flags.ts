/** The flag `--attribute` of `countersign users update`: values of the option `attributes`. */
import { parseStrictJson } from '@countersign/guard/strict-json'
import { resolveClients } from '../../config/resolve-options.ts'
import type { AttributeDeclarations, Attributes } from '../../domain/attribute.ts'
import type { Store } from '../../store/open.ts'
import { UsageError } from '../command-error.ts'
import { explain, type Settings } from '../config.ts'
import { isDemoDatabase } from '../demo-database.ts'

/** The attributes that the configuration declares. @throws CommandError that names the option and the fix */
export async function declaredAttributes(store: Store, settings: Settings): Promise<AttributeDeclarations> {
  const { attributes, scopes } = settings.options
  const options = { ...(attributes && { attributes }), ...(scopes && { scopes }), demo: await isDemoDatabase(store) }
  return await Promise.resolve(options)
    .then((given) => resolveClients(given).attributes)
    .catch((error) => explain(error, settings))
}

/** Each value is JSON; a text may stand without quotes. An empty value removes the attribute. @throws UsageError */
export function readAttributes(given: readonly string[], declared: AttributeDeclarations): Attributes {
  return Object.fromEntries(
    given.map((flag) => {
      const [, name, text] = /^([^=]+)=([\s\S]*)$/.exec(flag) ?? []
      if (name === undefined || text === undefined) {
        throw new UsageError(`--attribute ${flag} has no value. Write it as name=json, such as cost_centre=4711`)
      }
      return [name, text === '' ? null : readValue(name, text, declared)]
    }),
  )
}

function readValue(name: string, text: string, declared: AttributeDeclarations): unknown {
  const parsed = parseStrictJson(text)
  if (parsed.ok) return parsed.value
  const isText = Object.hasOwn(declared, name) && declared[name]?.type === 'string'
  if (isText || !Object.hasOwn(declared, name)) return text
  throw new UsageError(`--attribute ${name} must be JSON, such as ${name}='["a"]'`)
}
