/** What a Containerfile must have, beyond the syntax that dockerfile-utils checks. */
import { DockerfileParser, type Instruction } from 'dockerfile-ast'

/** An instruction without its comments and line breaks. */
export interface Step {
  /** In capitals, such as `USER`. */
  readonly keyword: string
  /** Without flags such as `--from`. */
  readonly arguments: readonly string[]
}

export interface Stage {
  /** What it starts from: an image or a stage. */
  readonly base: string
  readonly name: string | undefined
  readonly steps: readonly Step[]
}

/** The stages in their order; the last one is the image. */
export function readStages(text: string): readonly Stage[] {
  const stages: Stage[] = []
  let steps: Step[] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const step = toStep(instruction)
    if (step.keyword !== 'FROM') {
      steps.push(step)
      continue
    }
    const [base = '', , name] = step.arguments
    steps = []
    stages.push({ base, name, steps })
  }
  return stages
}

function toStep(instruction: Instruction): Step {
  return {
    keyword: instruction.getKeyword(),
    arguments: instruction.getArguments().map((argument) => argument.getValue()),
  }
}

/** What breaks our rules, each in one sentence. */
export function problemsOf(text: string): readonly string[] {
  const stages = readStages(text)
  const names = stages.map(({ name }) => name)
  const image = stages.at(-1)
  const has = (keyword: string, isRight: (step: Step) => boolean) =>
    image?.steps.some((step) => step.keyword === keyword && isRight(step)) ?? false
  const isExec = (step: Step) => step.arguments.join(' ').startsWith('[')
  const uses = (keyword: string) => stages.some(({ steps }) => steps.some((step) => step.keyword === keyword))
  const rules: readonly (readonly [isMet: boolean, problem: string])[] = [
    [
      stages.every(({ base }) => base === 'scratch' || names.includes(base) || isPinned(base)),
      'A base image has no exact version.',
    ],
    [has('USER', isNumericUser), 'USER is not the number of a user other than root.'],
    [has('HEALTHCHECK', (step) => step.arguments[0] === 'CMD'), 'HEALTHCHECK is missing.'],
    [has('ENTRYPOINT', isExec), 'ENTRYPOINT is missing, or needs a shell.'],
    [has('WORKDIR', (step) => step.arguments[0]?.startsWith('/') ?? false), 'WORKDIR is missing or relative.'],
    [has('VOLUME', () => true), 'VOLUME is missing.'],
    [!uses('ADD'), 'ADD unpacks and downloads: use COPY.'],
    [!secretNames.test(environmentOf(stages)), 'An ENV or ARG has a secret, which stays in the image.'],
  ]
  return rules.filter(([isMet]) => !isMet).map(([, problem]) => problem)
}

const secretNames = /SECRET|PASSWORD|TOKEN|DATABASE_URL/

function isPinned(base: string): boolean {
  return /:\d+\.\d+\.\d+(-[\w.-]+)?(@sha256:[0-9a-f]{64})?$/.test(base)
}

function isNumericUser({ arguments: [user = ''] }: Step): boolean {
  return /^[1-9]\d*(:[1-9]\d*)?$/.test(user)
}

function environmentOf(stages: readonly Stage[]): string {
  const declared = stages.flatMap(({ steps }) => steps.filter(({ keyword }) => /^(ENV|ARG)$/.test(keyword)))
  return declared.flatMap((step) => step.arguments).join(' ')
}
