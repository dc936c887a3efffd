/** State of one import and its commands. */
import type { ImportEvent } from '../../events/import.events.js';
import { accept, refuse, type Decision, type Evolution } from '../decision.js';

type DataOf<Type extends ImportEvent['type']> = Extract<ImportEvent, { type: Type }>['data'];

export type ImportState =
  { status: 'absent' } | (DataOf<'ImportRequested'> & { status: 'running' | 'done' | 'failed' });

export const importEvolution: Evolution<ImportState, ImportEvent> = {
  initial: { status: 'absent' },
  evolve(state, event) {
    if (event.type === 'ImportRequested') return { ...event.data, status: 'running' };
    if (state.status === 'absent')
      throw new Error(`an import stream starts with ImportRequested, not ${event.type}`);
    return { ...state, status: event.type === 'ImportCompleted' ? 'done' : 'failed' };
  },
};

export function requestImport(
  request: DataOf<'ImportRequested'>,
  state: ImportState,
): Decision<ImportEvent, never> {
  return state.status === 'absent' ? accept({ type: 'ImportRequested', data: request }) : accept();
}

export function completeImport(
  result: DataOf<'ImportCompleted'>,
  state: ImportState,
): Decision<ImportEvent, { code: 'IMPORT_NOT_FOUND' }> {
  if (state.status === 'absent') return refuse({ code: 'IMPORT_NOT_FOUND' });
  return state.status === 'running' ? accept({ type: 'ImportCompleted', data: result }) : accept();
}

export function failImport(
  failure: DataOf<'ImportFailed'>,
  state: ImportState,
): Decision<ImportEvent, { code: 'IMPORT_NOT_FOUND' }> {
  if (state.status === 'absent') return refuse({ code: 'IMPORT_NOT_FOUND' });
  return state.status === 'running' ? accept({ type: 'ImportFailed', data: failure }) : accept();
}
