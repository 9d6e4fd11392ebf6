/** What the pages say, by language. */
import type { Language } from './language.ts'
import { en } from './text/en.ts'
import { ja } from './text/ja.ts'
import { ru } from './text/ru.ts'
import type { Text } from './text/text.ts'

const texts: Readonly<Record<Language, Text>> = { en, ru, ja }

export function textOf(language: Language): Text {
  return texts[language]
}
