/** docs/reference/password-hashes.md, from the server's own tables: npm run docs */
import type { Scheme } from '../packages/server/src/passwords/scheme.ts'
import { fastSchemes, slowSchemes } from '../packages/server/src/passwords/schemes.ts'
import { unsupportedFormats } from '../packages/server/src/passwords/unsupported.ts'

export const passwordHashesFile: URL = new URL('../docs/reference/password-hashes.md', import.meta.url)

const introduction = `<!-- Made from packages/server/src/passwords by: npm run docs -->

# Password hashes

Logins, \`countersign users import\` and directories accept the hashes of this page. A hash is recognised by how it begins, and parsed completely: one that does
not have exactly its form is rejected. After a correct password, [a login replaces it](passwords.md#rehash-at-login) by argon2id.

An empty value, \`*\`, \`x\`, \`null\` and a text that starts with \`!\` mean that the user has no password; in LDAP the same behind \`{CRYPT}\`.
`

const weak = `## Weak formats

One digest, or rounds of MD5: somebody with such a hash guesses millions of passwords in a second. An import rejects them, unless it has \`--allow-weak-hashes\`. Then it
puts each into argon2id before it is stored ([why](../decisions/0070-weak-hashes-are-wrapped.md)), and \`users show\` says \`wrapped\`. Hashes of the formats above are weak too
when their cost is [below a minimum](passwords.md#caps-and-floors).
`

const parts = `## Exports that have the parts apart

Some systems export the salt and the costs beside the hash. Their imports make one text of them ([the forms](../decisions/0071-hashes-are-one-text.md)):

| export | becomes |
|---|---|
| Firebase (\`auth:export\` with its \`hash_config\`) | \`firebase-scrypt\` |
| Keycloak (\`credentialData\`, \`secretData\`) | \`pbkdf2-phc\`, \`argon2id\`, \`argon2i\`, \`argon2d\` |
| Okta, Auth0 (\`custom_password_hash\`) | \`bcrypt\`, \`pbkdf2-phc\`, \`scrypt\`, \`argon2id\`, \`salted-digest\` |
| Meteor (\`services.password\`) | \`meteor\` |
`

const unsupported = `## Not supported

An import names these formats. Write \`!\` instead of the hash, and let the user set a new password.
`

const unseen = `Some settings of other software do not show in a hash. It is accepted, and then no password matches: Devise with a \`pepper\`, Spring's
\`{sha256}\` and \`{pbkdf2}\` with a secret, argon2 with a secret, Werkzeug's \`sha1$\` before version 2.3. Some hashes do not show their software: 32 hexadecimal characters are taken as
MD5, and may be of Windows (NT).
`

export function passwordHashesText(): string {
  const rows = unsupportedFormats.map(({ name, reason }) => `| ${code(name)} | ${reason} |\n`)
  return [
    introduction,
    `## Formats\n\n${table(slowSchemes)}`,
    `${weak}\n${table(fastSchemes)}`,
    parts,
    `${unsupported}\n| format | why |\n|---|---|\n${rows.join('')}\n${unseen}`,
  ].join('\n')
}

function table(schemes: readonly Scheme[]): string {
  const rows = schemes.map(({ name, form, writers }) => `| \`${name}\` | ${code(form)} | ${writers} |\n`)
  return `| \`users show\` says | form | written by |\n|---|---|---|\n${rows.join('')}`
}

/** Marks what is literal in a form as code: the words with a sign that a sentence does not have. */
function code(form: string): string {
  return form.replace(/[^\s(),][^\s()]*/g, (word) => {
    const [, literal = '', end = ''] = /^(.*?)([,:;]*)$/.exec(word) ?? []
    return /[${*]|\w:\w/.test(literal) ? `\`${literal}\`${end}` : word
  })
}
