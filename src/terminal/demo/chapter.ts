/** One sentence of the demo through everything: preview, confirm, history, undo; each claim checked on the catalogue. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Draft, DraftEventEntry, DrafthorseClient, PlanRow, ProductHistoryEntry } from '../client.js';
import { APPLYING_TIMEOUT_MS, READING_TIMEOUT_MS, untilEnded, untilParsed, untilStatus } from '../follow.js';
import { PreviewPages } from '../preview-pages.js';
import { countsLine, moreLine, stepOf, understoodLine, warningLines } from '../render/draft.js';
import { eventLines, productHistoryLines } from '../render/events.js';
import { previewLines } from '../render/preview.js';
import { quoted, type Screen } from '../screen.js';
import { shown } from '../text/display.js';
import { formatCount, formatSeconds, plural } from '../text/values.js';
import type { Sentence } from './sentences.js';
import { differingSkus, takeSnapshot, withPriceRows, type Snapshot } from './snapshot.js';

const ROWS_SHOWN = 8;
const SOON_MS = 10_000;
const POLL_MS = 50;

const APPLIED_EVENTS = ['PreviewBuilt', 'Confirmed', 'ExecutionQueued', 'ExecutionStarted', 'Executed'];

/** Something did not happen as the demo says it does. */
export class Surprise extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Surprise';
  }
}

export interface Stage {
  client: DrafthorseClient;
  screen: Screen;
  signal: AbortSignal;
}

interface Previewed {
  draft: Draft;
  preview: NonNullable<Draft['preview']>;
  rows: readonly PlanRow[];
}

/** Tries the sentences in turn until one is read as it is meant; the rest of the chapter is that one's. */
export async function playChapter(
  stage: Stage,
  title: string,
  sentences: readonly Sentence[],
): Promise<void> {
  const { client, screen } = stage;
  const before = await takeSnapshot(client);
  screen.line();
  screen.heading(`═══ ${title}`);
  const previewed = await firstUnderstood(stage, sentences);
  showPreview(screen, previewed);

  const events = await apply(stage, previewed);
  await expectCatalogue(stage, withPriceRows(before, previewed.rows), 'the change');
  const unchanged = before.size - previewed.rows.length;
  const rows = plural(previewed.rows.length, 'row');
  screen.line(
    `Checked on the whole catalogue: exactly these ${rows} changed, ${formatCount(unchanged)} did not.`,
  );
  showEvents(screen, events, ['DraftCreated', 'ParsingStarted', 'Parsed', ...APPLIED_EVENTS]);
  await showProductHistory(stage, previewed);

  await undo(stage, previewed);
  await expectCatalogue(stage, before, 'the undo');
  screen.line(`Checked on the whole catalogue: all ${plural(before.size, 'product')} are as they were.`);
}

async function firstUnderstood(stage: Stage, sentences: readonly Sentence[]): Promise<Previewed> {
  const { client, screen } = stage;
  for (const sentence of sentences) {
    screen.line(`Said: ${quoted(sentence.text)}`);
    const { draftId } = await client.createDraft({ prompt: sentence.text });
    const draft = await read(stage, draftId);
    const previewed = await previewOf(client, draft);
    const misread = previewed ? misreading(previewed, sentence) : whyNone(draft);
    if (previewed && misread === null) return previewed;
    if (sentence.skus === null) throw new Surprise(`${quoted(sentence.text)} ${misread}`);
    screen.line(`  ${misread}; saying something else.`);
    if (draft.status === 'preview' || draft.status === 'clarify') await client.cancel(draftId);
  }
  throw new Surprise('nothing in this catalogue could be said so that it was understood');
}

function read({ client, screen, signal }: Stage, draftId: string): Promise<Draft> {
  const progress = screen.progress('Working');
  const timeoutMs = READING_TIMEOUT_MS;
  return untilParsed(client, draftId, {
    timeoutMs,
    signal,
    onSeen: (draft) => progress.step(stepOf(draft)),
  }).finally(() => progress.end());
}

async function previewOf(client: DrafthorseClient, draft: Draft): Promise<Previewed | null> {
  const { preview, draftId, status } = draft;
  if (status !== 'preview' || !preview) return null;
  return { draft, preview, rows: await new PreviewPages(client, draftId, preview).all() };
}

function whyNone({ status, clarification, error }: Draft): string {
  if (clarification) return `was asked back: ${shown(clarification.question)}`;
  return error ? `was refused: ${shown(error.message)} [${error.code}]` : `came to ${status}`;
}

/** Null: exactly the products that were meant, and all of them change. */
function misreading({ rows, preview }: Previewed, { skus }: Sentence): string | null {
  const { matched, changed } = preview.summary;
  if (rows.length !== changed) return `promises ${changed} rows and shows ${rows.length}`;
  if (changed === 0 || matched !== changed) return `changes ${changed} of ${matched} rows`;
  if (!rows.every(({ after }) => after && Object.keys(after).join() === 'price'))
    return 'changes more than prices';
  const asMeant = skus === null || (rows.length === skus.size && rows.every(({ sku }) => skus.has(sku)));
  return asMeant ? null : `found ${rows.length} products where ${skus.size} were meant`;
}

function showPreview(screen: Screen, { draft, preview, rows }: Previewed): void {
  const understood = understoodLine(draft);
  if (understood !== null) screen.line(understood);
  screen.line(countsLine(preview));
  for (const line of warningLines(preview.warnings)) screen.line(line);
  screen.line();
  const first = rows.slice(0, ROWS_SHOWN);
  for (const line of previewLines({ rows: first, firstNumber: 1, columnsMax: screen.columns }))
    screen.line(line);
  const more = moreLine({ last: first.length, total: rows.length });
  if (more !== null) screen.line(more);
  screen.line();
}

/** Answers the draft's events. */
async function apply(
  { client, screen, signal }: Stage,
  { draft, preview }: Previewed,
): Promise<DraftEventEntry[]> {
  const { draftId } = draft;
  const started = performance.now();
  const second = preview.requires.includes('second_confirmation')
    ? { secondConfirmation: true as const }
    : {};
  await client.confirm(draftId, { planHash: preview.planHash, ...second });
  const { status, error, changeSetId } = await untilEnded(client, draftId, {
    timeoutMs: APPLYING_TIMEOUT_MS,
    signal,
  });
  if (status !== 'done') throw new Surprise(`the draft ended ${status}: ${shown(error?.message ?? '')}`);
  screen.line(
    `Confirmed and applied in ${formatSeconds(performance.now() - started)}, change set ${changeSetId}.`,
  );
  return client.draftEvents(draftId);
}

function showEvents(screen: Screen, events: readonly DraftEventEntry[], expected: readonly string[]): void {
  const types = events.map(({ type }) => type as string);
  if (types.join() !== expected.join()) throw new Surprise(`the draft's events were ${types.join(', ')}`);
  screen.line();
  for (const line of eventLines(events, screen.columns)) screen.line(line);
}

async function showProductHistory(
  { client, screen, signal }: Stage,
  { draft, rows }: Previewed,
): Promise<void> {
  const [row] = rows;
  if (!row) throw new Surprise('the preview has no row');
  const comesFromDraft = ([newest]: ProductHistoryEntry[]) =>
    newest?.origin.kind === 'draft' && newest.origin.draftId === draft.draftId;
  const items = await soon(
    async () => (await client.productHistory(row.productId)).items,
    comesFromDraft,
    signal,
  );
  if (!comesFromDraft(items)) throw new Surprise(`the history of ${row.sku} does not end in this draft`);
  screen.line();
  screen.line(`History of ${shown(row.sku)}, ${shown(row.name)}:`);
  for (const line of productHistoryLines(items, screen.columns)) screen.line(line);
}

async function undo(stage: Stage, { draft, rows }: Previewed): Promise<void> {
  const { client, screen, signal } = stage;
  screen.line();
  screen.line('Undo: a draft of its own, with a preview of its own.');
  const { draftId } = await client.undo(draft.draftId);
  const inverse = await previewOf(client, await read(stage, draftId));
  if (!inverse) throw new Surprise('the undo has no preview');
  if (inverse.rows.length !== rows.length || inverse.preview.warnings.length > 0)
    throw new Surprise(
      `the undo holds ${inverse.rows.length} rows and ${inverse.preview.warnings.length} warnings`,
    );
  showPreview(screen, inverse);
  showEvents(screen, await apply(stage, inverse), ['DraftCreated', ...APPLIED_EVENTS]);
  await untilStatus(client, draft.draftId, { status: 'undone', timeoutMs: APPLYING_TIMEOUT_MS, signal });
}

/** Draft and products are read models of their own: one may show the change a moment before the other. */
async function expectCatalogue({ client, signal }: Stage, expected: Snapshot, after: string): Promise<void> {
  const skus = await soon(
    async () => differingSkus(await takeSnapshot(client), expected),
    ({ length }) => length === 0,
    signal,
  );
  if (skus.length > 0)
    throw new Surprise(
      `after ${after} ${plural(skus.length, 'product')} differ from the promise: ${skus.slice(0, 5).join(', ')}`,
    );
}

/** The first answer that will do, or after SOON_MS the last one. */
async function soon<Answer>(
  ask: () => Promise<Answer>,
  willDo: (answer: Answer) => boolean,
  signal: AbortSignal,
): Promise<Answer> {
  for (const deadline = performance.now() + SOON_MS; ;) {
    const answer = await ask();
    if (willDo(answer) || performance.now() > deadline) return answer;
    await delay(POLL_MS, undefined, { signal });
  }
}
