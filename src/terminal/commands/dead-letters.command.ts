/** The words of `drafthorse dead-letters`. */
import { Command } from 'commander';
import type { ExitCode } from '../exit-codes.js';
import type { Context } from './context.js';
import {
  listDeadLetters,
  redriveDeadLetter,
  redriveKey,
  showDeadLetter,
  type DeadLettersFilter,
} from './dead-letters.js';

interface Running {
  /** Runs a command to its exit code. */
  run: (command: (context: Context) => Promise<ExitCode>) => Promise<void>;
  wholeNumber: (text: string) => number;
}

interface KeyOptions {
  group: string;
  topic: string;
}

/** Without a further word it lists. */
export function deadLettersCommand({ run, wholeNumber }: Running): Command {
  const command = new Command('dead-letters').description(
    'events that could not be handled (for the owner): list, show, redrive',
  );
  command
    .command('list', { isDefault: true })
    .description('oldest first')
    .option('--group <name>', 'of one consumer group, e.g. projection.drafts')
    .option('--key <id>', 'of one draft, workspace or import')
    .option('--limit <number>', 'how many', wholeNumber, 50)
    .action((options: DeadLettersFilter) => run((context) => listDeadLetters(context, options)));
  command
    .command('show')
    .description('the event, its headers, and what went wrong')
    .argument('<deadLetterId>')
    .action((id: string) => run((context) => showDeadLetter(context, id)));
  command
    .command('redrive')
    .description('deliver one again, after those of its key before it')
    .argument('<deadLetterId>')
    .action((id: string) => run((context) => redriveDeadLetter(context, id)));
  command
    .command('redrive-key')
    .description('deliver all of a key again')
    .argument('<key>')
    .requiredOption('--group <name>', 'the consumer group')
    .requiredOption('--topic <name>', 'the topic')
    .action((key: string, { group, topic }: KeyOptions) =>
      run((context) => redriveKey(context, { group, topic, key })),
    );
  return command;
}
