/** What a reading took of language models, as the draft's stream keeps it. Pure. */
import { recordModelsAsked } from '../../commands/draft/interpret-draft.js';
import type { Warning } from '../../catalogue/task.js';
import { MODEL_ATTEMPTS_MAX, type DraftEvent } from '../../events/draft.events.js';
import type { Attempt, Reading } from '../../interpreter/interpreter.js';
import type { Step } from '../draft-work.js';
import { texts } from '../texts.js';

type ModelsAsked = Extract<DraftEvent, { type: 'ModelsAsked' }>['data'];

/** Null where no model was asked and none was to be. */
export function accountOf(reading: Reading, promptVersion: string, now: Date): Step | null {
  const { attempts, route, degraded } = reading.record;
  if (attempts.length === 0 && degraded === undefined) return null;
  return step({
    ...(route ? { route } : {}),
    ...(degraded ? { degraded } : {}),
    warnings: remarksOn(reading),
    ...answered(attempts, promptVersion, now),
  });
}

/** Of a reading that nobody waited for. */
export function accountOfGivenUp(
  attempts: readonly Attempt[],
  promptVersion: string,
  now: Date,
): Step | null {
  if (attempts.length === 0) return null;
  return step({ warnings: [], ...answered(attempts, promptVersion, now) });
}

/** What the user is told of how a sentence was read. */
export function remarksOn({ language, record: { degraded } }: Reading): Warning[] {
  return degraded ? [{ code: 'READ_OFFLINE', message: texts.readOffline(degraded)[language] }] : [];
}

const answered = (attempts: readonly Attempt[], promptVersion: string, now: Date) => ({
  promptVersion,
  attempts: attempts.slice(0, MODEL_ATTEMPTS_MAX),
  answeredAt: now.toISOString(),
});

const step =
  (asked: ModelsAsked): Step =>
  (draft) =>
    recordModelsAsked(asked, draft);
