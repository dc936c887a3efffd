/** `npm run settings`: writes the table of settings in docs/configuration.md from the list the program reads. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { configTable } from '../src/platform/config/settings.js';

export const CONFIGURATION_FILE = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
const BEGIN = '<!-- settings: written by `npm run settings` -->';
const END = '<!-- end of settings -->';

const cell = (text: string) => text.replaceAll('|', '\\|');

function table(): string {
  const rows = configTable().map(
    ({ key, default: fallback, unit, reason, secret, supported }) =>
      `| \`${key}\`${secret ? ` or \`${key}_FILE\`` : ''} | ${fallback === '' ? '' : `\`${cell(fallback)}\``} | ${cell(unit)} | ${cell(reason)}${supported ? '' : ' *(not in this version: refused at start)*'} |`,
  );
  return ['| setting | default | unit | what it decides |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page with its table as it must be now. Throws when the page has lost the marks around it. */
export function withSettings(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error('docs/configuration.md has lost its marks');
  return `${before}${BEGIN}\n${table()}\n${END}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeFile(CONFIGURATION_FILE, withSettings(await readFile(CONFIGURATION_FILE, 'utf8')));
