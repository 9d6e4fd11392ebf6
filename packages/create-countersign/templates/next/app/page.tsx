import { userOf } from '@countersign/client/next'
import { headers } from 'next/headers'
import { web } from '../lib/web.ts'

export default async function Page() {
  const user = await userOf(web, await headers())
  return (
    <>
      <h1>My application</h1>
      {user ? (
        <>
          <p>
            <a href="/notes">Your notes</a>
          </p>
          <form method="post" action="/account/logout">
            <button type="submit">Log out</button>
          </form>
        </>
      ) : (
        <p>
          <a href="/account/login?return_to=/notes">Log in</a>
        </p>
      )}
    </>
  )
}
