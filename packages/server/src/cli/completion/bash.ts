/** The completion script of bash. */
import type { Completions } from './completions.ts'

export function bashScript(all: readonly Completions[]): string {
  const groups = all.filter(({ commands, path }) => commands.length > 0 && path !== '').map(({ path }) => path)
  return `# bash completion of countersign
_countersign() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" words=""
  COMPREPLY=()
  if ((COMP_CWORD > 1)); then path="\${COMP_WORDS[1]}"; fi
  case "$path" in
    ${groups.join('|')}) if ((COMP_CWORD > 2)); then path="$path \${COMP_WORDS[2]}"; fi ;;
  esac
  case "$path $before" in
${valueCases(all)}
  esac
  if [[ -z "$words" ]]; then
    case "$path" in
${all.map((completions) => `      '${completions.path}') words="${wordsOf(completions)}" ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
${fileCases(all)}
}
complete -F _countersign countersign`
}

function wordsOf({ commands, flags, values }: Completions): string {
  return [...commands.map(({ text }) => text), ...values, ...flags.map(({ text }) => text)].join(' ')
}

/** After a flag with a value come its values, or nothing. */
function valueCases(all: readonly Completions[]): string {
  const flags = all.flatMap(({ path, flags }) =>
    flags.filter(({ takesValue }) => takesValue).map(({ text, values }) => ({ place: `'${path} ${text}'`, values })),
  )
  const unknown = flags.filter(({ values }) => values.length === 0).map(({ place }) => place)
  const known = flags.filter(({ values }) => values.length > 0)
  return [
    ...known.map(({ place, values }) => `    ${place}) words="${values.join(' ')}" ;;`),
    `    ${unknown.join(' | \\\n    ')}) return ;;`,
  ].join('\n')
}

function fileCases(all: readonly Completions[]): string {
  return all
    .filter(({ takesFile }) => takesFile)
    .map(
      ({ path }) => `  if [[ "$path" == '${path}' && "$word" != -* ]]; then COMPREPLY=($(compgen -f -- "$word")); fi`,
    )
    .join('\n')
}
