/**
 * `npm run accuracy`: scores an interpreter on the case set.
 *   --interpreter rules   which one (see interpreters.ts); llm reads LLM_BASE_URL, LLM_MODELS, …
 *   --every 10            only every tenth case, for a slow or costly model
 *   --language fa         only cases in this language
 *   --construct percent   only cases with this construct
 *   --failures            list what went wrong
 *   --json                the same as JSON
 *   --cases DIR           another case set
 *   --catalogues DIR      look for catalogues here first
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, tally, tallyBy, type Accuracy } from './accuracy.js';
import { loadCases } from './case.js';
import { CATALOGUE_FOLDERS } from './catalogue.js';
import { expenseOf } from './expense.js';
import { interpreterNamed } from './interpreters.js';
import { reportOf } from './report.js';
import { RIGHT } from './score.js';

const { values: options } = parseArgs({
  options: {
    interpreter: { type: 'string', default: 'rules' },
    language: { type: 'string' },
    construct: { type: 'string' },
    every: { type: 'string', default: '1' },
    failures: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    cases: { type: 'string', default: join(import.meta.dirname, 'cases') },
    catalogues: { type: 'string' },
  },
});

const every = Math.max(1, Number.parseInt(options.every, 10) || 1);
const cases = loadCases(options.cases)
  .filter(
    ({ language, construct }) =>
      (options.language === undefined || language === options.language) &&
      (options.construct === undefined || construct.includes(options.construct)),
  )
  .filter((_, at) => at % every === 0);
const folders = options.catalogues ? [options.catalogues, ...CATALOGUE_FOLDERS] : CATALOGUE_FOLDERS;
const { interpreter, concurrency, close } = interpreterNamed(options.interpreter);
const accuracy = await measure(interpreter, cases, folders, concurrency);
close();
console.log(options.json ? JSON.stringify(jsonOf(accuracy), null, 2) : reportOf(accuracy, options.failures));

function jsonOf({ scored, missingCatalogues }: Accuracy) {
  return {
    interpreter: options.interpreter,
    all: tally(scored),
    byLanguage: Object.fromEntries(tallyBy(scored, ({ language }) => [language])),
    byCatalogue: Object.fromEntries(tallyBy(scored, ({ catalogue }) => [catalogue])),
    expenseByLanguage: Object.fromEntries(
      [...Map.groupBy(scored, (one) => one.case.language)].map(([language, own]) => [
        language,
        expenseOf(own),
      ]),
    ),
    byConstruct: Object.fromEntries(tallyBy(scored, ({ construct }) => construct)),
    failures: scored.filter(({ verdict }) => !RIGHT.has(verdict)),
    missingCatalogues,
  };
}
