/** The API's own data about users: the tutorial's `fake_users_db`, by the subject of tokens. */

export interface Person {
  readonly username: string
  readonly full_name: string
  readonly email: string | null
  readonly disabled: boolean
}

export interface Item {
  readonly item_id: string
  readonly owner: string
}

const people: ReadonlyMap<string, Person> = new Map([
  ['tim', { username: 'tim', full_name: 'Tim Ruscica', email: 'tim@gmail.com', disabled: false }],
  ['alice', { username: 'alice', full_name: 'Alice Wonderland', email: null, disabled: false }],
])

/** A person; who has an account but was never here is known by the id alone. */
export function personOf(subject: string): Person | { readonly username: string } {
  return people.get(subject) ?? { username: subject }
}

/** The tutorial's items. */
export function itemsOf(subject: string): readonly Item[] {
  return [{ item_id: 'Foo', owner: personOf(subject).username }]
}
