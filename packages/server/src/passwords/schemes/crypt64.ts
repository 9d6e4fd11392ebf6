/** The base64 of crypt(3): its own alphabet, three bytes as four characters, of which the first has the lowest bits. */

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function encodeCrypt64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3)
    let bits = (group[0] ?? 0) | ((group[1] ?? 0) << 8) | ((group[2] ?? 0) << 16)
    for (let characters = group.length + 1; characters > 0; characters--) {
      text += alphabet[bits & 63]
      bits >>= 6
    }
  }
  return text
}

/** The number that one character stands for. */
export function numberOf(character: string): number {
  return alphabet.indexOf(character)
}

/** The bytes in the order that a format writes them. */
export function permute(bytes: Uint8Array, order: readonly number[]): Uint8Array {
  return Uint8Array.from(order, (index) => bytes[index] ?? 0)
}
