/** Loaded by `--import`: the clock of this process is CLOCK_SHIFT seconds ahead of the machine's. Time passes as it does. */
const shiftMs = Number(process.env['CLOCK_SHIFT']) * 1000

globalThis.Date = new Proxy(Date, {
  construct: (real, values, target) =>
    Reflect.construct(real, values.length === 0 ? [real.now() + shiftMs] : values, target),
  get: (real, name) => (name === 'now' ? () => real.now() + shiftMs : Reflect.get(real, name)),
})
