/** The files of the published contracts, as they ought to be and as they are. */
import { readdir, readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { asyncApiDocument } from '../../src/events/published/asyncapi.js';
import { breaksBetween, type Break } from '../../src/events/published/compatibility.js';
import { publishedEvents, schemaFileOf, type JsonSchema } from '../../src/events/published/event-schemas.js';

export const CONTRACTS_FOLDER = new URL('../../contracts/', import.meta.url);
export const ASYNCAPI_FILE = 'asyncapi.yaml';

/** Text by path below contracts/, of the current version of every event and of the document over all. */
export async function contractFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const event of publishedEvents())
    files.set(schemaFileOf(event), await formatted(JSON.stringify(event.schema), 'json'));
  const document = stringify(asyncApiDocument(), { lineWidth: 0, aliasDuplicateObjects: false });
  files.set(ASYNCAPI_FILE, await formatted(document, 'yaml'));
  return files;
}

/** As the house formats everything, so that the check of the whole repository holds for them too. */
async function formatted(text: string, parser: 'json' | 'yaml'): Promise<string> {
  return format(text, { ...(await resolveConfig(import.meta.filename)), parser });
}

/** Null when there is no such file. */
export async function committed(path: string, folder = CONTRACTS_FOLDER): Promise<string | null> {
  return readFile(new URL(path, folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** Schemas of every version ever released, the current ones included. */
export const committedSchemas = async (folder = CONTRACTS_FOLDER): Promise<string[]> =>
  (await readdir(new URL('events/', folder))).toSorted().map((file) => `events/${file}`);

/** What of the current versions could not take the place of what was released under the same number. */
export async function brokenPromises(folder = CONTRACTS_FOLDER): Promise<(Break & { file: string })[]> {
  const broken: (Break & { file: string })[] = [];
  for (const event of publishedEvents()) {
    const file = schemaFileOf(event);
    const released = await committed(file, folder);
    if (released === null) continue;
    const breaks = breaksBetween(JSON.parse(released) as JsonSchema, event.schema);
    broken.push(...breaks.map((found) => ({ ...found, file })));
  }
  return broken;
}
