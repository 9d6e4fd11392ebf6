/** Users of directories beside users of our own tables, and what a directory costs those who are not in it. */
import { directoryKinds, directoryLogin, type RunningDirectory, startSql } from '../directories.ts'
import { atLeast, type Case, type Finding } from '../findings.ts'
import { get, type Measured, measureCost, post, putLoad } from '../load.ts'
import type { RunningProcess } from '../processes.ts'
import { alternate, beside, median, type Pair } from '../rounds.ts'
import { type Deployment, deploy, type Login, logIn, login, serve } from '../server-process.ts'

const loginConnections = 8
const readConnections = 32
const rounds = 7
const seconds = 2

/** A user, on a server of their own. */
interface Side {
  readonly deployment: Deployment
  readonly user: Login
}

type Tell = Parameters<Case>[0]

export const directories: Case = async (tell) => {
  const without = await deploy()
  try {
    const findings = [...(await costOfOne(without, tell))]
    for (const [name, start] of Object.entries(directoryKinds)) {
      const directory = await start(without.passwordHash())
      const what = `user of ${name} beside own user`
      if ('howToGet' in directory) {
        tell(directory.howToGet)
        findings.push({ what, figure: 'not measured: its server is not here' })
      } else {
        findings.push(...(await itsUserBesideOwn(directory, what, tell)))
      }
    }
    return findings
  } finally {
    without.remove()
  }
}

/** What a directory costs the users of our own tables. */
async function costOfOne(without: Deployment, tell: Tell): Promise<readonly Finding[]> {
  const directory = await startSql(without.passwordHash())
  const withOne = await deploy({ directory: directory.configured })
  try {
    const peer = { deployment: without, user: login }
    const subject = { deployment: withOne, user: login }
    const findings = await compare('own user, one directory beside none', peer, subject, tell)
    return findings.map((finding) => ({ ...finding, goal: atLeast(finding.ratio, 0.97) }))
  } finally {
    withOne.remove()
    await directory.stop()
  }
}

async function itsUserBesideOwn(directory: RunningDirectory, what: string, tell: Tell): Promise<readonly Finding[]> {
  const own = await deploy({ directory: directory.configured })
  const its = await deploy({ directory: directory.configured })
  try {
    const peer = { deployment: own, user: login }
    const subject = { deployment: its, user: directoryLogin }
    return await compare(what, peer, subject, tell)
  } finally {
    own.remove()
    its.remove()
    await directory.stop()
  }
}

async function compare(what: string, peer: Side, subject: Side, tell: Tell) {
  const logins = await measure(peer, subject, logInRepeatedly)
  tell(`${what}: ${beside(logins, (perSecond) => perSecond, 0)} logins/s`)
  const reads = await measure(peer, subject, readRepeatedly, 0)
  tell(`${what}: ${beside(reads, ({ perSecond }) => perSecond, 0)} reads/s`)
  return [
    {
      what: `POST /token with a password, ${what}`,
      figure: `${beside(logins, (perSecond) => perSecond, 0)} a second`,
      ratio: median(logins.map((pair) => pair.subject / pair.peer)),
    },
    {
      what: `GET /users/me, ${what}`,
      figure: `${beside(reads, ({ perSecond }) => perSecond, 0)} requests/s`,
      ratio: median(reads.map((pair) => pair.subject.perSecond / pair.peer.perSecond)),
    },
    {
      what: 'the same by processor time, which other load hardly changes',
      figure: `${beside(reads, ({ cost }) => cost, 1)} µs a request`,
      ratio: median(reads.map((pair) => pair.peer.cost / pair.subject.cost)),
    },
  ]
}

/** What is measured of a user at a server, for some seconds at a time. */
type Prepare<Outcome> = (server: RunningProcess, user: Login) => Promise<(seconds: number) => Promise<Outcome>>

const logInRepeatedly: Prepare<number> = async ({ url }, user) => {
  const load = { url, turns: [[{ request: post('/token', user) }]], connections: loginConnections }
  return async (duration) => (await putLoad({ ...load, seconds: duration })).perSecond
}

const readRepeatedly: Prepare<Measured> = async (server, user) => {
  const turns = [[{ request: get('/users/me', await logIn(server.url, user)), contains: `"${user.username}"` }]]
  return (duration) => measureCost(server, { turns, connections: readConnections }, duration)
}

async function measure<Outcome>(
  peer: Side,
  subject: Side,
  prepare: Prepare<Outcome>,
  core?: number,
): Promise<readonly Pair<Outcome>[]> {
  const peerServer = await serve(peer.deployment, core)
  const subjectServer = await serve(subject.deployment, core)
  try {
    const ofPeer = await prepare(peerServer, peer.user)
    const ofSubject = await prepare(subjectServer, subject.user)
    // The first requests run in the interpreter; nobody waits for them in production.
    await alternate(
      2,
      () => ofPeer(1),
      () => ofSubject(1),
    )
    return await alternate(
      rounds,
      () => ofPeer(seconds),
      () => ofSubject(seconds),
    )
  } finally {
    await peerServer.stop()
    await subjectServer.stop()
  }
}
