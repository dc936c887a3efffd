/** `export [file]`: streams the catalogue out; a file appears only when it is whole. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Context } from './context.js';
import { EXPORT_FORMATS, type ExportFormat } from '../client.js';
import { EXIT, type ExitCode } from '../exit-codes.js';

export interface ExportOptions {
  file: string | undefined;
  format?: ExportFormat;
  output: NodeJS.WritableStream;
}

export async function exportCatalogue(
  { client, screen, signal }: Context,
  { file, format, output }: ExportOptions,
): Promise<ExitCode> {
  const content = Readable.fromWeb(await client.exportProducts(format ?? formatOf(file)));
  if (file === undefined) {
    await pipeline(content, output, { end: false, signal });
    return EXIT.done;
  }
  const part = `${file}.part`;
  try {
    await pipeline(content, createWriteStream(part), { signal });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  screen.note(`Written to ${file}`);
  return EXIT.done;
}

function formatOf(file: string | undefined): ExportFormat {
  const extension = extname(file ?? '')
    .slice(1)
    .toLowerCase();
  return EXPORT_FORMATS.find((format) => format === extension) ?? 'ndjson';
}
