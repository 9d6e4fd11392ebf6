/** A text that the operator wrote for users. */

/** For all languages, or one for each language of the pages. Languages without one get the English one. */
export type Translated = string | { readonly en: string; readonly ru?: string; readonly ja?: string }

/** All its texts. */
export function textsIn(text: Translated): readonly string[] {
  return typeof text === 'string' ? [text] : Object.values(text)
}

/** For readers of documents that have no language of their own. */
export function inEnglish(text: Translated): string {
  return typeof text === 'string' ? text : text.en
}
