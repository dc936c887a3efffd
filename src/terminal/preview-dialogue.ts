/** The conversation about one preview: looked at a screen at a time, rows left out, agreed to or not. */
import type { Draft } from './client.js';
import type { PreviewPages } from './preview-pages.js';
import { approvalLines, countsLine, moreLine, understoodLine, warningLines } from './render/draft.js';
import { previewLines } from './render/preview.js';
import { chooseRows, latinDigits } from './row-choice.js';
import { quoted, type Screen } from './screen.js';
import { shown } from './text/display.js';
import { formatCount, plural } from './text/values.js';

export type Preview = NonNullable<Draft['preview']>;

/** Whether somebody agreed; `unasked`: nobody was there. */
export type Agreement = 'yes' | 'no' | 'unasked';

const PAGE_ROWS = 20;
const YES = new Set(['y', 'yes', 'بله', 'آره']);
const NO = new Set(['n', 'no', 'نه', 'خیر']);

export class PreviewDialogue {
  /** Products left out of the change. */
  readonly excluded = new Set<string>();

  constructor(
    private readonly screen: Screen,
    private readonly preview: Preview,
    private readonly pages: PreviewPages,
  ) {}

  /** Rows that would change as things stand. */
  private get rowsLeft(): number {
    return this.preview.summary.changed - this.excluded.size;
  }

  async show(draft: Draft): Promise<void> {
    const understood = understoodLine(draft);
    this.screen.line();
    if (understood !== null) this.screen.line(understood);
    this.screen.line(countsLine(this.preview));
    for (const line of warningLines(this.preview.warnings)) this.screen.line(line);
    for (const line of approvalLines(draft)) this.screen.line(line);
    this.screen.line();
    await this.showMore();
  }

  async agree(): Promise<Agreement> {
    for (;;) {
      const more = this.pages.last < this.preview.summary.changed ? ' / m(ore)' : '';
      const reply = await this.screen.ask(
        `[y]es apply ${formatCount(this.rowsLeft)} / [n]o cancel / e(xclude) rows${more}: `,
      );
      if (reply === null) return 'unasked';
      const word = reply.trim().toLowerCase();
      if (YES.has(word)) return 'yes';
      if (NO.has(word)) return 'no';
      if (word === 'e' || word === 'exclude') await this.exclude();
      else if (word === 'm' || word === 'more') await this.showMore();
      else this.screen.line('Answer with y, n, e or m.');
    }
  }

  /** Typing the number takes a look at it, which `y` does not. `rowsConfirmed`: typed beforehand, on the command line. */
  async agreeTwice(rowsConfirmed: number | null): Promise<Agreement> {
    if (!this.preview.requires.includes('second_confirmation')) return 'yes';
    const rows = this.rowsLeft;
    if (rowsConfirmed !== null) {
      if (rowsConfirmed === rows) return 'yes';
      this.screen.line(`--rows says ${formatCount(rowsConfirmed)}, but ${plural(rows, 'row')} would change.`);
      return 'unasked';
    }
    const question = `This changes ${plural(rows, 'row')}. Type the number of rows to go on: `;
    const reply = await this.screen.ask(question);
    if (reply === null) return 'unasked';
    if (latinDigits(reply).replace(/[\s,٬]/gu, '') === String(rows)) return 'yes';
    this.screen.line('That is not the number.');
    return 'no';
  }

  private async exclude(): Promise<void> {
    const reply = await this.screen.ask(
      'Leave out which rows? Numbers, ranges or skus, such as 1,3-5 (named again: back in): ',
    );
    if (reply === null || reply.trim() === '') return;
    const rows = await this.pages.all();
    const choice = chooseRows(reply, rows);
    if ('notFound' in choice) {
      this.screen.line(`There is no row ${quoted(choice.notFound)}; nothing was left out.`);
      return;
    }
    for (const { productId } of choice.chosen)
      if (!this.excluded.delete(productId)) this.excluded.add(productId);
    const out = rows.filter(({ productId }) => this.excluded.has(productId));
    this.screen.line(
      out.length === 0 ? 'No row is left out.' : `Left out: ${out.map(({ sku }) => shown(sku)).join(', ')}`,
    );
  }

  private async showMore(): Promise<void> {
    await showRows(this.screen, this.pages, { total: this.preview.summary.changed, excluded: this.excluded });
  }
}

/** The next screen of rows, and how many are left after it. */
export async function showRows(
  screen: Screen,
  pages: PreviewPages,
  { total, excluded, asked = false }: { total: number; excluded?: ReadonlySet<string>; asked?: boolean },
): Promise<void> {
  const page = await pages.next(PAGE_ROWS);
  const columnsMax = screen.columns;
  for (const line of previewLines({ ...page, asked, columnsMax, ...(excluded ? { excluded } : {}) }))
    screen.line(line);
  const more = moreLine({ last: pages.last, total });
  if (more !== null) screen.line(more);
}
