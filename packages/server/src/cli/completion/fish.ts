/** The completion script of fish. */
import type { Completions } from './completions.ts'

export function fishScript(all: readonly Completions[]): string {
  return [
    '# fish completion of countersign',
    `function __countersign_path
  set -l tokens (commandline -opc)
  set -l path
  for token in $tokens[2..]
    switch $token
      case '-*'
        break
      case '*'
        set -a path $token
    end
    if test (count $path) -eq 2
      break
    end
  end
  string join ' ' $path
end`,
    'complete -c countersign -f',
    ...all.flatMap(linesOf),
  ].join('\n')
}

function linesOf({ path, commands, flags, values, takesFile }: Completions): readonly string[] {
  const isGroup = commands.length > 0
  const condition = isGroup ? exactly(path) : startingWith(path)
  const line = `complete -c countersign -n ${quoted(condition)}`
  return [
    ...commands.map(({ text, summary }) => `${line} -a ${text} -d ${quoted(summary)}`),
    ...values.map((value) => `${line} -a ${value}`),
    ...(takesFile ? [`${line} -F`] : []),
    ...flags.map(({ text, summary, takesValue, values: known }) => {
      const value = takesValue ? ` -x${known.length > 0 ? ` -a ${quoted(known.join(' '))}` : ''}` : ''
      return `${line} -l ${text.replace(/^--/, '')} -d ${quoted(summary)}${value}`
    }),
  ]
}

function exactly(path: string): string {
  return `test "$(__countersign_path)" = "${path}"`
}

/** Arguments may follow the words of a command. */
function startingWith(path: string): string {
  return `string match -qr "^${path}( |\\$)" -- "$(__countersign_path)"`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`
}
