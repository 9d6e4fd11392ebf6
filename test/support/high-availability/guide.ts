/** The configuration of docs/guides/high-availability.md, with the addresses and folders of a test in the place of the reader's. */
import assert from 'node:assert/strict'
import { blocksOf } from '../samples.ts'

const page = 'docs/guides/high-availability.md'

/** Where `10.0.0.11:5432` and the like are. `listens`: for the server itself, not for those that connect to it. */
export type Place = (address: string, listens: boolean) => string

export const etcdVariables: string = onlyBlock('ini')
export const patroniConfig: string = onlyBlock('yaml')
export const haproxyConfig: string = onlyBlock('haproxy')

/** Replaces each address with a port. @throws AssertionError when there is none */
export function placed(text: string, place: Place): string {
  const lines = text.split('\n').map((line) => {
    const listens = /listen|bind/i.test(line)
    return line.replaceAll(/(?:10\.0\.0|127\.0\.0)\.\d+:\d+/g, (address) => place(address, listens))
  })
  const replaced = lines.join('\n').replaceAll('10.0.0.0/24', '127.0.0.1/32')
  assert.doesNotMatch(replaced, /10\.0\.0/)
  return replaced
}

/** Replaces the value of the line `name: value`, as YAML has it, or `name=value`. @throws AssertionError when there is no such line */
export function withValue(text: string, name: string, value: string): string {
  const line = new RegExp(`^(\\s*${name}(?:: |=)).*$`, 'gm')
  assert.match(text, line, `${page} has no ${name}`)
  return text.replaceAll(line, (_, beginning: string) => beginning + value)
}

function onlyBlock(language: string): string {
  const [block, ...others] = blocksOf(page, language)
  assert.ok(block !== undefined && others.length === 0, `${page} has one block of ${language}`)
  return block
}
