/** The attributes of a user: what an operator or the program around the server sets. */
import { didYouMean } from '../config/did-you-mean.ts'
import type { Config } from '../config/options.ts'
import type { Context } from '../context.ts'
import { type AttributeDeclarations, type Attributes, hasType } from '../domain/attribute.ts'
import type { Tables } from '../store/tables.ts'
import { failInvalid, failUnknownUser, requireUserId, UserError, type UserProblem } from './user-problem.ts'

/** Bytes of JSON, of all attributes of a user: tokens have them beside groups and roles. */
const maxBytes = 2048
const maxNesting = 8

interface AttributesContext extends Pick<Context, 'store'> {
  readonly config: Pick<Config, 'attributes'>
}

/** Those that are declared. @throws UserError `invalid`, `unknown_user` */
export async function attributesOf({ store, config }: AttributesContext, id: string): Promise<Attributes> {
  requireUserId(id)
  if (!(await store.subjects.find(id))) failUnknownUser()
  return declaredOf(config.attributes, await store.attributes.find(id))
}

/**
 * Changes the attributes that `changes` names; `null` removes one. In a transaction that has locked the user's profile: of two changes of
 * different attributes at once, neither is lost. @throws UserError `invalid`
 */
export async function changeAttributes(
  { attributes }: Pick<Tables, 'attributes'>,
  declarations: AttributeDeclarations,
  id: string,
  changes: Attributes,
): Promise<void> {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    failInvalid('attributes', 'must be an object')
  }
  const problems = Object.entries(changes).flatMap(([name, value]) => problemsOf(declarations, name, value))
  if (problems.length > 0) throw new UserError(problems)
  const after = Object.entries({ ...(await attributes.find(id)), ...changes }).filter(([, value]) => value !== null)
  const all = Object.fromEntries(after)
  if (Buffer.byteLength(JSON.stringify(all)) > maxBytes) {
    failInvalid('attributes', `must have at most ${maxBytes} bytes of JSON, all together`)
  }
  await attributes.replace(id, all)
}

/** The stored values that are still declared, with the type of then. */
export function declaredOf(declarations: AttributeDeclarations, stored: Attributes): Attributes {
  return Object.fromEntries(
    Object.entries(stored).filter(([name, value]) => {
      const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined
      return declaration !== undefined && hasType(value, declaration.type)
    }),
  )
}

function problemsOf(declarations: AttributeDeclarations, name: string, value: unknown): readonly UserProblem[] {
  const message = problemOf(declarations, name, value)
  return message === undefined ? [] : [{ code: 'invalid', field: `attributes.${name}`, message }]
}

function problemOf(declarations: AttributeDeclarations, name: string, value: unknown): string | undefined {
  const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined
  if (!declaration) return `is not declared under the option attributes${didYouMean(name, Object.keys(declarations))}`
  if (value === null) return undefined
  if (!hasType(value, declaration.type)) return `must be of the type ${declaration.type}`
  return jsonProblem(value)
}

function jsonProblem(value: unknown): string | undefined {
  let json: string
  try {
    json = JSON.stringify(value)
  } catch {
    // A cycle, or a BigInt. JavaScript reports them only by throwing.
    return 'must be what JSON can express'
  }
  return valueProblem(JSON.parse(json), maxNesting)
}

/** What is wrong with a value of JSON that may have `levels` more levels. */
function valueProblem(value: unknown, levels: number): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : 'must be well-formed Unicode'
  if (typeof value !== 'object' || value === null) return undefined
  if (levels === 0) return `must not be nested more than ${maxNesting} levels deep`
  return Object.entries(value)
    .flat()
    .map((part) => valueProblem(part, levels - 1))
    .find((problem) => problem !== undefined)
}
