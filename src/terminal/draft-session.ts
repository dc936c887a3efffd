/**
 * One draft, from the sentence to its end: questions answered, the preview looked at, confirmed or given up. Never
 * confirms anything but what was on the screen, and asks again when that has changed.
 */
import { ApiProblem } from './api-error.js';
import type { Confirmation, Draft, DrafthorseClient } from './client.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import { isHeld, READING_TIMEOUT_MS, untilParsed, untilSettled } from './follow.js';
import { PreviewDialogue, showRows } from './preview-dialogue.js';
import { PreviewPages } from './preview-pages.js';
import { answeredLine, heldLine, stepOf, understoodLine, warningLines } from './render/draft.js';
import { latinDigits } from './row-choice.js';
import type { Screen } from './screen.js';
import { clean, shown } from './text/display.js';

export interface SessionOptions {
  client: DrafthorseClient;
  screen: Screen;
  /** Apply without asking. A second confirmation is asked for all the same. */
  yes: boolean;
  /** The second confirmation, given beforehand: exactly so many rows. */
  rowsConfirmed: number | null;
  signal: AbortSignal;
}

export interface Outcome {
  exitCode: ExitCode;
  draft: Draft;
}

/** Over, or to be looked at again; `applied`: as it already is. */
type Step = { exitCode: ExitCode } | { applied?: Draft };

const ended = (exitCode: ExitCode): Step => ({ exitCode });
const LOOK_AGAIN: Step = {};

export class DraftSession {
  /** A draft that Ctrl-C takes back. */
  private openDraftId: string | null = null;
  private latest: Draft | null = null;
  /** `--yes` agreed to a preview it could not foresee, but not to one that replaced another behind its back. */
  private planMoved = false;

  constructor(private readonly options: SessionOptions) {}

  async start(prompt: string): Promise<Outcome> {
    const { draftId } = await this.options.client.createDraft({ prompt });
    return this.resume(draftId);
  }

  /** Goes on with a draft wherever it is. */
  async resume(draftId: string): Promise<Outcome> {
    this.openDraftId = draftId;
    for (let draft = await this.untilRead(draftId); ;) {
      const step = await this.next(draft);
      if ('exitCode' in step) return { exitCode: step.exitCode, draft: this.latest ?? draft };
      draft = step.applied ?? (await this.untilRead(draftId));
    }
  }

  /** After Ctrl-C. `client`: one of its own, since the interrupted one sends nothing any more. Says what became of it. */
  async giveUp(client: DrafthorseClient): Promise<string> {
    const draftId = this.openDraftId;
    if (draftId === null && this.latest === null) return 'Nothing was changed.';
    if (draftId === null)
      return `It was confirmed. What became of it: drafthorse show ${this.latest?.draftId}`;
    try {
      await client.cancel(draftId);
      return `Cancelled draft ${draftId}; nothing was changed.`;
    } catch (error) {
      const reason = error instanceof Error ? clean(error.message) : 'no reason known';
      return `Draft ${draftId} was not cancelled (${reason}). Unless it is confirmed, it expires by itself.`;
    }
  }

  private async next(draft: Draft): Promise<Step> {
    const { screen } = this.options;
    switch (draft.status) {
      case 'clarify':
        return this.clarify(draft);
      case 'preview':
        return this.decide(draft);
      case 'done':
      case 'undone':
        this.openDraftId = null;
        if (draft.changeSetId === null) await this.showAnswer(draft);
        else this.showApplied(draft);
        return ended(EXIT.done);
      case 'failed':
        this.openDraftId = null;
        screen.line(
          `Not done: ${shown(draft.error?.message ?? 'no reason was given')}  [${draft.error?.code ?? '?'}]`,
        );
        return ended(EXIT.refused);
      case 'cancelled':
      case 'expired':
        this.openDraftId = null;
        screen.line(`The draft is ${draft.status}; nothing was changed.`);
        return ended(EXIT.notConfirmed);
      default:
        if (isHeld(draft)) {
          this.openDraftId = null;
          screen.line(heldLine(draft));
          return ended(draft.approval?.state === 'requested' ? EXIT.answerNeeded : EXIT.done);
        }
        // Confirmed before, here or elsewhere.
        return { applied: await this.untilApplied(draft.draftId) };
    }
  }

  private async clarify({ draftId, clarification }: Draft): Promise<Step> {
    const { screen, client } = this.options;
    const { question, options } = clarification ?? { question: 'What exactly is meant?', options: [] };
    screen.line();
    screen.line(shown(question));
    options.forEach((option, at) => screen.line(`  ${at + 1}) ${shown(option)}`));
    const hint = options.length > 0 ? 'A number, or your own words' : 'Your answer';
    const reply = await screen.ask(`${hint} (empty: cancel): `);
    if (reply === null) return this.leaveOpen(draftId, 'Nobody answered.');
    const text = reply.trim();
    if (text === '') return this.cancel(draftId);
    const digits = latinDigits(text);
    const option = /^\d{1,3}$/.test(digits) ? options[Number(digits) - 1] : undefined;
    await client.answer(draftId, option ?? text);
    return LOOK_AGAIN;
  }

  private async decide(draft: Draft): Promise<Step> {
    const { client, screen, yes, rowsConfirmed } = this.options;
    const { preview, draftId } = draft;
    if (!preview) throw new Error(`draft ${draftId} is in preview without one`);
    this.openDraftId = draftId;
    const dialogue = new PreviewDialogue(screen, preview, new PreviewPages(client, draftId, preview));
    await dialogue.show(draft);
    if (preview.summary.changed === 0) return this.cancel(draftId, 'There is nothing to change.');
    const first = yes && !this.planMoved ? 'yes' : await dialogue.agree();
    const agreement = first === 'yes' ? await dialogue.agreeTwice(rowsConfirmed) : first;
    if (agreement === 'unasked') return this.leaveOpen(draftId, 'Not applied: nobody confirmed.');
    if (agreement === 'no') return this.cancel(draftId);
    return this.confirm(draftId, {
      planHash: preview.planHash,
      ...(dialogue.excluded.size > 0 ? { exclude: [...dialogue.excluded] } : {}),
      ...(preview.requires.includes('second_confirmation') ? { secondConfirmation: true } : {}),
    });
  }

  private async confirm(draftId: string, confirmation: Confirmation): Promise<Step> {
    // The person has agreed: from here on Ctrl-C leaves the draft alone, whether or not the answer arrives.
    this.openDraftId = null;
    try {
      await this.options.client.confirm(draftId, confirmation);
    } catch (error) {
      return this.notConfirmed(draftId, error);
    }
    return { applied: await this.untilApplied(draftId) };
  }

  private notConfirmed(draftId: string, error: unknown): Promise<Step> | Step {
    if (!(error instanceof ApiProblem)) throw error;
    switch (error.code) {
      case 'PLAN_CHANGED':
        this.planMoved = true;
        this.options.screen.line();
        this.options.screen.line(
          'The catalogue changed meanwhile: nothing was applied. The change would now be this:',
        );
        return LOOK_AGAIN;
      case 'DRAFT_NOT_IN_PREVIEW':
        // Expired, cancelled or failed meanwhile: looking again says which.
        return LOOK_AGAIN;
      case 'NOTHING_TO_CHANGE':
        return this.cancel(draftId, clean(error.message));
      default:
        throw error;
    }
  }

  private async showAnswer(draft: Draft): Promise<void> {
    const { client, screen } = this.options;
    const { preview } = draft;
    if (!preview) return;
    const understood = understoodLine(draft);
    if (understood !== null) screen.line(understood);
    screen.line(answeredLine(preview));
    for (const line of warningLines(preview.warnings)) screen.line(line);
    if (preview.rows.length === 0) return;
    const pages = new PreviewPages(client, draft.draftId, preview);
    const total = preview.nextCursor === null ? preview.rows.length : preview.summary.matched;
    for (;;) {
      screen.line();
      await showRows(screen, pages, { total, asked: true });
      if (pages.last >= total || !/^m/i.test((await screen.ask('m(ore), or Enter to leave: ')) ?? '')) return;
    }
  }

  private showApplied({ draftId, changeSetId, status }: Draft): void {
    const { screen } = this.options;
    screen.line(`Done. Change set ${changeSetId}${status === 'undone' ? ', taken back since' : ''}.`);
    if (status === 'done') screen.line(`To take it back: drafthorse undo ${draftId}`);
  }

  private leaveOpen(draftId: string, why: string): Step {
    this.openDraftId = null;
    this.options.screen.line(`${why} It waits: drafthorse resume ${draftId}`);
    return ended(EXIT.answerNeeded);
  }

  private async cancel(draftId: string, why = 'Cancelled.'): Promise<Step> {
    await this.options.client.cancel(draftId);
    this.openDraftId = null;
    this.options.screen.line(`${why} Nothing was changed.`);
    this.latest = await this.options.client.draft(draftId);
    return ended(EXIT.notConfirmed);
  }

  private untilRead(draftId: string): Promise<Draft> {
    return this.showing('Working', (onSeen) =>
      untilParsed(this.options.client, draftId, {
        timeoutMs: READING_TIMEOUT_MS,
        signal: this.options.signal,
        onSeen,
      }),
    );
  }

  private untilApplied(draftId: string): Promise<Draft> {
    this.openDraftId = null;
    return this.showing('Applying', (onSeen) =>
      untilSettled(this.options.client, draftId, {
        signal: this.options.signal,
        onSeen,
      }),
    );
  }

  private async showing(
    what: string,
    follow: (onSeen: (draft: Draft) => void) => Promise<Draft>,
  ): Promise<Draft> {
    const progress = this.options.screen.progress(what);
    try {
      this.latest = await follow((draft) => progress.step(stepOf(draft)));
      return this.latest;
    } finally {
      progress.end();
    }
  }
}
