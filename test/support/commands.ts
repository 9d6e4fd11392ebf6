/** The commands of the command line, for the tests. */
import { loadProgram } from '../../packages/server/src/cli/program.ts'

type AnyCommand = Awaited<ReturnType<typeof loadProgram>>['commands'][number]

/** The words of each command, such as `users add`, with its definition. Groups too. */
function pathsOf(command: AnyCommand, path: readonly string[] = []): readonly (readonly [string, AnyCommand])[] {
  const here: readonly (readonly [string, AnyCommand])[] = path.length > 0 ? [[path.join(' '), command]] : []
  return [...here, ...command.commands.flatMap((child) => pathsOf(child, [...path, child.name()]))]
}

/** The definition of each command, by its words. */
export const commands: ReadonlyMap<string, AnyCommand> = new Map(pathsOf(await loadProgram()))
