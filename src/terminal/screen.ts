/** The terminal: results on stdout, everything about the work on stderr, questions where somebody can answer. */
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { shown } from './text/display.js';
import { formatSeconds } from './text/values.js';

export interface Progress {
  /** Shown once while it lasts, however often it is reported. */
  step(name: string): void;
  /** Ends the display. Safe to call again. */
  end(result?: string): void;
}

export interface Screen {
  /** Whether questions can be asked. */
  readonly interactive: boolean;
  /** Width for tables; Infinity where nobody looks at a terminal. */
  readonly columns: number;
  line(text?: string): void;
  heading(text: string): void;
  /** About the work, beside the result. */
  note(text: string): void;
  progress(what: string): Progress;
  /** Null: nobody answers (end of input). */
  ask(question: string): Promise<string | null>;
}

const COLUMNS_DEFAULT = 80;

export interface ScreenOptions {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  errors: NodeJS.WriteStream;
  /** Aborted by Ctrl-C; ends an open question. */
  signal: AbortSignal;
  onInterrupt: () => void;
  quiet?: boolean;
}

export function terminalScreen({
  input,
  output,
  errors,
  signal,
  onInterrupt,
  quiet = false,
}: ScreenOptions): Screen {
  const note = (text: string) => void (quiet || errors.write(`${text}\n`));
  return {
    interactive: input.isTTY && errors.isTTY,
    // Some terminals do not know how wide they are and say 0.
    columns: output.isTTY ? output.columns || COLUMNS_DEFAULT : Infinity,
    line: (text = '') => void output.write(`${text}\n`),
    heading: (text) => void output.write(`${styleText('bold', text, { stream: output })}\n`),
    note,
    progress: (what) => {
      if (quiet) return { step: () => undefined, end: () => undefined };
      return errors.isTTY ? spinner(errors, what) : plainSteps(note, what);
    },
    ask: async (question) => {
      if (!input.isTTY || !errors.isTTY) return null;
      const lines = createInterface({ input, output: errors, terminal: true });
      // In raw mode Ctrl-C is a key, not a signal.
      lines.on('SIGINT', onInterrupt);
      const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
      try {
        return await Promise.race([lines.question(question, { signal }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;
const CLEAR_LINE = '\r\u001b[2K';

function spinner(errors: NodeJS.WriteStream, what: string): Progress {
  const started = performance.now();
  const steps: string[] = [];
  let frame = 0;
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    errors.write(`${CLEAR_LINE}${FRAMES[frame]} ${[what, ...steps].join(' → ')}`);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  draw();
  let over = false;
  return {
    step: (name) => {
      if (over || steps.at(-1) === name) return;
      steps.push(name);
      draw();
    },
    end: (result) => {
      if (over) return;
      over = true;
      clearInterval(timer);
      const trail = [what, ...steps, ...(result === undefined ? [] : [result])].join(' → ');
      errors.write(`${CLEAR_LINE}· ${trail}  ${formatSeconds(performance.now() - started)}\n`);
    },
  };
}

/** A line per step: for logs and pipes. */
function plainSteps(note: (text: string) => void, what: string): Progress {
  const started = performance.now();
  let last = '';
  let over = false;
  return {
    step: (name) => {
      if (over || last === name) return;
      last = name;
      note(`${what}: ${name}`);
    },
    end: (result) => {
      if (over) return;
      over = true;
      if (result !== undefined) note(`${what}: ${result} (${formatSeconds(performance.now() - started)})`);
    },
  };
}

export const quoted = (text: string): string => `“${shown(text)}”`;
