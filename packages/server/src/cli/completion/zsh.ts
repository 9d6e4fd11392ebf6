/** The completion script of zsh. */
import type { Completions, Flag, Word } from './completions.ts'

export function zshScript(all: readonly Completions[]): string {
  const groups = all.filter(({ commands, path }) => commands.length > 0 && path !== '').map(({ path }) => path)
  return `#compdef countersign
# zsh completion of countersign
_countersign() {
  local -a commands flags
  local path_="" first=2
  if ((CURRENT > 2)); then path_="$words[2]"; fi
  case "$path_" in
    ${groups.join('|')}) if ((CURRENT > 3)); then path_="$path_ $words[3]"; first=3; fi ;;
  esac
  commands=() flags=()
  case "$path_" in
${all.map(caseOf).join('\n')}
  esac
  if (($#commands)); then _describe command commands; fi
  shift $((first - 1)) words; ((CURRENT -= first - 1))
  _arguments "$flags[@]"
}
if [[ "$funcstack[1]" == _countersign ]]; then _countersign "$@"; else compdef _countersign countersign; fi`
}

function caseOf({ path, commands, flags, values, takesFile }: Completions): string {
  const argument = takesFile ? [`'*:file:_files'`] : values.length > 0 ? [`'1:value:(${values.join(' ')})'`] : []
  return `    '${path}')
      commands=(${commands.map(wordOf).join(' ')})
      flags=(${[...flags.map(flagOf), ...argument].join(' ')}) ;;`
}

function wordOf({ text, summary }: Word): string {
  return quoted(`${text}:${summary}`)
}

/** `*` allows the flag again. */
function flagOf({ text, summary, takesValue, values }: Flag): string {
  const value = takesValue ? `:value:${values.length > 0 ? `(${values.join(' ')})` : ' '}` : ''
  return quoted(`*${text}[${summary.replace(/[[\]:]/g, '')}]${value}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
