/** What all workers of a server have in common, however often they are replaced: two deployments at one port would reject each other's tokens. */
import { createHash } from 'node:crypto'
import type { Config } from '../../config/options.ts'
import { version } from '../../config/version.ts'
import { CommandError } from '../command-error.ts'

export interface Identity {
  /** Of Countersign: a primary process and a worker of different versions may not understand each other's messages. */
  readonly version: string
  readonly issuer: string
  /** A hash of its URL without the password, which may change. */
  readonly database: string
  /** A hash: the primary process keeps no secret. */
  readonly secretKey: string
  /** Whether `secretKey` signs the access tokens: the verifier of such a deployment accepts no other tokens, and other verifiers do not accept these. */
  readonly isSymmetric: boolean
}

export function identityOf({ issuer, databaseUrl, secretKey, algorithm }: Config): Identity {
  return {
    version,
    issuer,
    database: hash(withoutPassword(databaseUrl)),
    secretKey: hash(secretKey),
    isSymmetric: algorithm === 'HS256',
  }
}

/** `nameOf` returns the name of an option where it was set. @throws CommandError that names what differs */
export function requireSame(running: Identity, own: Identity, nameOf: (option: string) => string): void {
  if (own.version !== running.version) {
    throw new CommandError(
      `Countersign ${own.version} is installed, but version ${running.version} runs: start countersign serve again`,
    )
  }
  const problems = [
    own.issuer !== running.issuer &&
      `${nameOf('issuer')} must stay ${running.issuer} while the server runs: the tokens of one issuer are not valid for the other. To change it, start countersign serve again`,
    own.database !== running.database &&
      `${nameOf('databaseUrl')} must name the database that the server runs on; only the password may differ. To change it, start countersign serve again`,
    own.secretKey !== running.secretKey &&
      `${nameOf('secretKey')} must stay the same while the server runs. To change it, stop the server and run countersign keys reseal`,
    own.isSymmetric !== running.isSymmetric &&
      `${nameOf('algorithm')} must not change to HS256 or from it while the server runs: each rejects the tokens of the other. To change it, start countersign serve again`,
  ].filter((problem) => problem !== false)
  if (problems.length > 0) throw new CommandError(problems.join('\n'))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** RFC 3986 §3.2.1: in the user information, the password follows the first colon. PostgreSQL takes it from the query, too. */
function withoutPassword(databaseUrl: string): string {
  return databaseUrl
    .replace(/^(postgres(?:ql)?:\/\/[^:@/]*):[^@/]*@/, '$1@')
    .replace(/(?<=^postgres.*[?&]password=)[^&]*/, '')
}
