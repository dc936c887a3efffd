/** The command line: what can be asked for, with which options; and what every kind of failure looks like. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { ApiProblem, ServerUnreachable, UnexpectedAnswer, WaitedInVain } from './api-error.js';
import { DrafthorseClient, EXPORT_FORMATS, type ExportFormat } from './client.js';
import type { Context } from './commands/context.js';
import { auditCommand, UnusableFile } from './commands/audit.js';
import { deadLettersCommand } from './commands/dead-letters.command.js';
import { exportCatalogue } from './commands/export-catalogue.js';
import { importFile } from './commands/import-file.js';
import { approveDraft, rejectDraft } from './commands/judge-draft.js';
import { showDraft } from './commands/show-draft.js';
import { showHistory } from './commands/show-history.js';
import { DraftSession, type Outcome } from './draft-session.js';
import { EXIT, type ExitCode } from './exit-codes.js';
import type { Screen } from './screen.js';
import { readAccess, SettingsError } from './settings.js';
import { clean } from './text/display.js';

/** Everything the command line touches of the process it runs in. */
export interface Surroundings {
  environment: Readonly<Record<string, string | undefined>>;
  workingDirectory: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** `quiet`: results only, no questions. */
  screen: (options: { quiet: boolean }) => Screen;
  /** Where an export goes that names no file. */
  output: NodeJS.WritableStream;
}

interface Options {
  url?: string;
  json: boolean;
  yes: boolean;
  rows?: number;
  undo?: string;
}

const EPILOGUE = `
Exit codes: 0 done, 1 unexpected, 2 usage, 3 refused, 4 not confirmed, 5 an answer is needed and nobody is there,
6 no server or no key, 130 interrupted. The server is DRAFTHORSE_URL, the key DRAFTHORSE_API_KEY or the file
api-key in DATA_DIR (default .drafthorse).`;

/** Runs one command line (without the program's name) and answers what to exit with. Throws nothing. */
export async function runCommandLine(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.done;
  let session: DraftSession | null = null;
  const program = describe();
  const screen = () => surroundings.screen({ quiet: program.opts<Options>().json });
  const client = (signal?: AbortSignal) => {
    const access = readAccess(surroundings.environment, {
      url: program.opts<Options>().url,
      workingDirectory: surroundings.workingDirectory,
    });
    return new DrafthorseClient({ ...access, signal });
  };
  const context = (): Context => {
    const { signal } = surroundings;
    return { client: client(signal), screen: screen(), json: program.opts<Options>().json, signal };
  };
  const converse = async (begin: (session: DraftSession, client: DrafthorseClient) => Promise<Outcome>) => {
    const { yes, rows, json } = program.opts<Options>();
    const common = context();
    session = new DraftSession({
      ...common,
      screen: json ? silent(common.screen) : common.screen,
      yes,
      rowsConfirmed: rows ?? null,
    });
    const outcome = await begin(session, common.client);
    if (json) common.screen.line(JSON.stringify(outcome.draft, null, 2));
    exitCode = outcome.exitCode;
  };
  const undo = (draftId: string) =>
    converse(async (opened, api) => opened.resume((await api.undo(draftId)).draftId));

  program.configureOutput({
    writeOut: (text) => screen().line(text.trimEnd()),
    writeErr: (text) => screen().note(text.trimEnd()),
  });
  addActions(program, {
    change: async (prompt) => {
      const { undo: undoId } = program.opts<Options>();
      if (undoId !== undefined) return undo(undoId);
      if (prompt === '') return program.help({ error: true });
      return converse((opened) => opened.start(prompt));
    },
    undo,
    resume: (draftId) => converse((opened) => opened.resume(draftId)),
    show: async (draftId) => void (exitCode = await showDraft(context(), draftId)),
    approve: async (draftId) => {
      const { yes } = program.opts<Options>();
      exitCode = await approveDraft(context(), draftId, { yes });
    },
    reject: async (draftId, reason) =>
      void (exitCode = await rejectDraft(context(), draftId, reason.join(' '))),
    history: async (product, options) =>
      void (exitCode = await showHistory(context(), { product, ...options })),
    import: async (file) => void (exitCode = await importFile(context(), file)),
    export: async (file, options) =>
      void (exitCode = await exportCatalogue(context(), { file, output: surroundings.output, ...options })),
  });
  const deadLetters = deadLettersCommand({
    run: async (command) => void (exitCode = await command(context())),
    wholeNumber,
  });
  const audit = auditCommand(async (command) => {
    const { json } = program.opts<Options>();
    exitCode = await command({ screen: screen(), json });
  });
  for (const group of [deadLetters, audit]) {
    program.addCommand(group);
    for (const command of [group, ...group.commands]) command.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (!surroundings.signal.aborted) return failure(error, screen(), program.opts<Options>().json);
    const opened = session as DraftSession | null;
    if (opened) surroundings.screen({ quiet: false }).note(await opened.giveUp(client()));
    return EXIT.interrupted;
  }
}

function describe(): Command {
  return new Command('drafthorse')
    .description('Change a shop’s catalogue by saying what you want, in English or Persian.')
    .argument('[sentence...]', 'what should change, e.g. "lower every silver iPhone 17 by 10 %"')
    .option('--url <address>', 'where the server is (before DRAFTHORSE_URL)')
    .option(
      '--json',
      'one JSON document on stdout, no questions; without --yes the draft is left in preview',
      false,
    )
    .option('-y, --yes', 'apply the preview without asking', false)
    .addOption(
      new Option('--rows <number>', 'the second confirmation of a large change, given beforehand').argParser(
        wholeNumber,
      ),
    )
    .option('--undo <draftId>', 'take back what a draft did')
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .showHelpAfterError('(drafthorse --help says more)');
}

interface Actions {
  change: (prompt: string) => Promise<void>;
  undo: (draftId: string) => Promise<void>;
  resume: (draftId: string) => Promise<void>;
  show: (draftId: string) => Promise<void>;
  approve: (draftId: string) => Promise<void>;
  reject: (draftId: string, reason: string[]) => Promise<void>;
  history: (product: string | undefined, options: { limit: number }) => Promise<void>;
  import: (file: string) => Promise<void>;
  export: (file: string | undefined, options: { format?: ExportFormat }) => Promise<void>;
}

function addActions(program: Command, actions: Actions): void {
  program.action((words: string[]) => actions.change(words.join(' ').trim()));
  program
    .command('undo')
    .description('take back what a draft did')
    .argument('<draftId>')
    .action(actions.undo);
  program
    .command('resume')
    .description('go on with an open draft')
    .argument('<draftId>')
    .action(actions.resume);
  program
    .command('approve')
    .description('agree, as a second person, to a confirmed change')
    .argument('<draftId>')
    .action(actions.approve);
  program
    .command('reject')
    .description('say no, as a second person, to a confirmed change')
    .argument('<draftId>')
    .argument('<reason...>')
    .action(actions.reject);
  program
    .command('show')
    .description('a draft: what was understood, its preview and its events')
    .argument('<draftId>')
    .action(actions.show);
  program
    .command('history')
    .description('the newest drafts; or every change of one product')
    .argument('[product]', 'sku or product id')
    .option('--limit <number>', 'how many', wholeNumber, 20)
    .action(actions.history);
  program
    .command('import')
    .description('add and update products from an NDJSON, CSV or JSON file')
    .argument('<file>')
    .action(actions.import);
  program
    .command('export')
    .description('the whole catalogue, to a file or to stdout')
    .argument('[file]')
    .addOption(new Option('--format <format>', 'else told by the file’s name').choices([...EXPORT_FORMATS]))
    .action(actions.export);
  for (const command of program.commands) command.copyInheritedSettings(program);
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number above 0.');
}

/** `--json` answers with one document; what people would read on the way, they do not. */
const silent = (screen: Screen): Screen => ({
  ...screen,
  line: () => undefined,
  heading: () => undefined,
  ask: async () => null,
});

function failure(error: unknown, screen: Screen, json: boolean): ExitCode {
  const { exitCode, ...facts } = explain(error);
  if (json) screen.line(JSON.stringify({ error: facts }, null, 2));
  else {
    const trace = facts.traceId === null ? '' : ` (trace ${clean(facts.traceId)})`;
    screen.note(`${clean(facts.detail)}  [${clean(facts.code)}]${trace}`);
  }
  return exitCode;
}

interface Explained {
  exitCode: ExitCode;
  code: string;
  detail: string;
  traceId: string | null;
}

function explain(error: unknown): Explained {
  const because = (exitCode: ExitCode, code: string, detail: string): Explained => ({
    exitCode,
    code,
    detail,
    traceId: null,
  });
  if (error instanceof ApiProblem) {
    const { code, message, traceId, retryAfterSeconds, status } = error;
    const again = retryAfterSeconds === null ? '' : ` Try again in ${retryAfterSeconds} s.`;
    const exitCode =
      status === 401 || status === 403 ? EXIT.noAccess : status >= 500 ? EXIT.unexpected : EXIT.refused;
    return { exitCode, code, detail: message + again, traceId };
  }
  if (error instanceof ServerUnreachable)
    return because(
      EXIT.noAccess,
      'SERVER_UNREACHABLE',
      `${error.message}. Is it running? npm start starts one.`,
    );
  if (error instanceof SettingsError) return because(EXIT.noAccess, 'NO_ACCESS', error.message);
  if (error instanceof UnexpectedAnswer) return because(EXIT.noAccess, 'UNEXPECTED_ANSWER', error.message);
  if (error instanceof WaitedInVain) return because(EXIT.unexpected, 'WAITED_IN_VAIN', error.message);
  if (error instanceof UnusableFile) return because(EXIT.usage, 'UNUSABLE_FILE', error.message);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') return because(EXIT.usage, code, message);
  return because(
    EXIT.unexpected,
    'UNEXPECTED',
    error instanceof Error ? (error.stack ?? message) : String(error),
  );
}
