/** An import as the API answers it (CONTRACT: `GET /imports/:id`), folded from its events. Pure. */
import type { ImportEvent } from '../../events/import.events.js';

export interface ImportView {
  importId: string;
  status: 'running' | 'done' | 'failed';
  format: string;
  bytes: number;
  added: number;
  updated: number;
  unchanged: number;
  rejectedCount: number;
  rejected: { line: number; reason: string }[];
  error: { code: string; message: string } | null;
  requestedAt: string;
  completedAt: string | null;
}

/** `view` is null for the first event of an import and only then. */
export function evolveImportView(view: ImportView | null, event: ImportEvent): ImportView {
  if (event.type === 'ImportRequested') {
    const { importId, format, bytes, requestedAt } = event.data;
    const counts = { added: 0, updated: 0, unchanged: 0, rejectedCount: 0, rejected: [] };
    return {
      importId,
      status: 'running',
      format,
      bytes,
      ...counts,
      error: null,
      requestedAt,
      completedAt: null,
    };
  }
  if (!view) throw new Error(`an import's first event is ImportRequested, not ${event.type}`);
  if (event.type === 'ImportCompleted') return { ...view, ...event.data, status: 'done' };
  return { ...view, status: 'failed', error: event.data.error, completedAt: event.data.failedAt };
}
