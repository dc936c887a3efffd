/** The interpreters that can be scored, by the name `--interpreter` takes. */
import type { Interpreter } from '../../src/interpreter/interpreter.js';
import { RulesInterpreter } from '../../src/interpreter/rules/rules-interpreter.js';

const INTERPRETERS: Record<string, () => Interpreter> = { rules: () => new RulesInterpreter() };

export function interpreterNamed(name: string): Interpreter {
  const make = INTERPRETERS[name];
  if (!make)
    throw new Error(
      `no interpreter “${name}”; there are: ${Object.keys(INTERPRETERS).join(', ') || 'none yet'}`,
    );
  return make();
}
