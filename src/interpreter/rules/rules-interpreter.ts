/**
 * The offline interpreter: a grammar for English and Persian, no network, no clock, no chance. Every word of a
 * sentence must be accounted for; what is not understood becomes a question, because a preview that looks right and
 * is wrong is the one mistake that hurts.
 */
import { Task, type Task as TaskType, type Warning } from '../../catalogue/task.js';
import { fold } from '../../text/fold.js';
import {
  PROMPT_CHARS_MAX,
  type Interpretation,
  type Interpreter,
  type InterpretRequest,
  type Language,
  type Option,
  type Reading,
} from '../interpreter.js';
import { chosenOption, taskOfChoice } from './conversation.js';
import { explain } from './explain.js';
import { isKind, type Item } from './items.js';
import { languageOf } from './language.js';
import { lex } from './lexer.js';
import type { Problem, Reading as Notes } from './notes.js';
import { ask, refuse } from './notes.js';
import { readTask } from './read-task.js';
import { assumedText, correctionText, questionText, refusalText } from './texts.js';
import { settled } from './settled.js';
import { tokenise } from './tokens.js';

export const RULES_VERSION = '1';

export class RulesInterpreter implements Interpreter {
  readonly kind = 'rules';
  readonly version = RULES_VERSION;

  async interpret(request: InterpretRequest): Promise<Reading> {
    return this.atOnce(request);
  }

  atOnce(request: InterpretRequest): Reading {
    const { kind, version } = this;
    return { ...interpret(request), record: { by: { kind, version }, attempts: [] } };
  }
}

/** Pure and synchronous; never throws for any text. */
export function interpret(request: InterpretRequest): Interpretation {
  const turn = request.conversation.at(-1);
  if (!turn) return interpretSentence(request.prompt, request);
  const earlier = interpretSentence(request.prompt, request);
  const chosen = taskOfChoice(chosenOption(turn));
  if (chosen) return taskInterpretation(chosen, earlier.language, []);
  const whole = interpretSentence(turn.answer, request);
  if (whole.kind === 'task' && whole.task.action !== 'get') return whole;
  const completed = complete(request, turn.answer);
  if (completed.kind === 'task') return completed;
  if (whole.kind === 'task') return whole;
  const { language } = earlier;
  return {
    kind: 'question',
    language,
    question: questionText('again', turn.question, language),
    options: turn.options,
  };
}

/** The answer as the missing piece of what was asked before: "raise hoodies" + "10 %". */
function complete(request: InterpretRequest, answer: string): Interpretation {
  const previous = request.conversation.slice(0, -1).map((turn) => turn.answer);
  const sentence = [request.prompt.replace(/(?<![.!?؟\s])[.!?؟\s]+$/u, ''), ...previous, answer].join(' ');
  return interpretSentence(sentence, request);
}

function interpretSentence(prompt: string, request: InterpretRequest): Interpretation {
  const tokens = tokenise(prompt.slice(0, PROMPT_CHARS_MAX));
  const language = languageOf(tokens);
  const { vocabulary, skus } = request;
  const reading: Notes = {
    prompt,
    tokens,
    vocabulary,
    language,
    corrections: [],
    warnings: [],
    problems: [],
  };
  if (prompt.length > PROMPT_CHARS_MAX) refuse(reading, 'NOT_A_CATALOGUE_TASK', 'tooLong');
  const { items: lexed, corrections, tokens: spelled } = lex({ tokens, prompt, vocabulary, skus });
  const items = settled(lexed);
  reading.tokens = spelled;
  reading.corrections.push(...corrections);
  noteBeyond(items, reading);
  const { tasks } = readTask(
    items.filter((item) => !isKind(item, 'beyond', 'offTopic')),
    reading,
  );
  return conclude(tasks, items, reading);
}

/** What the grammar knows it cannot do; said first, so that nothing is quietly left out. */
function noteBeyond(items: readonly Item[], reading: Notes): void {
  const offTopic = items.find((item) => isKind(item, 'offTopic'));
  if (offTopic || items.every((item) => isKind(item, 'filler', 'stop', 'comma', 'questionMark')))
    refuse(reading, 'NOT_A_CATALOGUE_TASK', 'notCatalogue', offTopic?.text);
  const beyond = items.find((item) => isKind(item, 'beyond'));
  if (isKind(beyond, 'beyond')) ask(reading, beyond.why, beyond.text);
}

function conclude(tasks: readonly TaskType[], items: readonly Item[], reading: Notes): Interpretation {
  const { language } = reading;
  const problem = worst(reading.problems);
  if (problem) return ofProblem(problem, tasks, reading);
  const valid = tasks.flatMap((task) => {
    const parsed = Task.safeParse(task);
    return parsed.success ? [parsed.data] : [];
  });
  const [task, ...others] = valid;
  if (!task)
    return {
      kind: 'question',
      language,
      question: questionText(items.length > 0 ? 'leftover' : 'whatToDo', '', language),
      options: [],
    };
  if (others.length > 0)
    return {
      kind: 'question',
      language,
      question: questionText('whichReading', '', language),
      options: valid.map((one) => optionOf(one, language)),
    };
  return taskInterpretation(task, language, warningsOf(reading));
}

/** A refusal outweighs a question: asking on would promise something. */
function worst(problems: readonly Problem[]): Problem | undefined {
  return problems.find((problem) => problem.kind === 'refusal') ?? problems[0];
}

function ofProblem(problem: Problem, tasks: readonly TaskType[], reading: Notes): Interpretation {
  const { language } = reading;
  if (problem.kind === 'refusal')
    return {
      kind: 'refusal',
      language,
      code: problem.code,
      message: refusalText(problem.key, problem.about, language),
    };
  const options = problem.options?.length ? problem.options : optionsFor(problem, tasks, reading);
  return {
    kind: 'question',
    language,
    question: questionText(problem.key, problem.about, language),
    options,
  };
}

function optionsFor(
  problem: Extract<Problem, { kind: 'question' }>,
  tasks: readonly TaskType[],
  reading: Notes,
): Option[] {
  const { language } = reading;
  if (problem.key === 'whichWord')
    return problem.about
      .split('\n')
      .slice(1)
      .map((word) => ({ label: word, task: null }));
  if (problem.key === 'unitRial' && tasks[0] && reading.problems.length === 1)
    return rialOptions(tasks[0], language);
  return [];
}

/** Prices in rial: as said; in toman: a tenth of it. */
function rialOptions(task: TaskType, language: Language): Option[] {
  const tenth = (value: string): string =>
    value.endsWith('0') && value.length > 1 ? value.slice(0, -1) : String(Number(value) / 10);
  const data = task.data.map((change) =>
    'value' in change &&
    change.field === 'price' &&
    /^(?:set|increase_by|decrease_by|round_to)$/.test(change.op)
      ? { ...change, value: tenth(change.value) }
      : change,
  );
  const toman = { ...task, data } as TaskType;
  const labels = language === 'fa' ? ['ریال', 'تومان'] : ['rial', 'toman'];
  return [
    { label: labels[0] ?? '', task },
    { label: labels[1] ?? '', task: toman },
  ].filter((option) => Task.safeParse(option.task).success);
}

function optionOf(task: TaskType, language: Language): Option {
  return { label: explain(task, language), task };
}

function warningsOf(reading: Notes): Warning[] {
  const { language } = reading;
  const typos = reading.corrections.map(({ from, to }): Warning => ({
    code: 'TYPO_CORRECTED',
    message: correctionText(from, to, language),
  }));
  const assumed = reading.warnings.map((warning) =>
    warning.message === '' ? { ...warning, message: assumedText(language) } : warning,
  );
  return [...distinct(typos), ...assumed];
}

function distinct(warnings: Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [fold(warning.message), warning])).values()];
}

function taskInterpretation(task: TaskType, language: Language, warnings: Warning[]): Interpretation {
  return { kind: 'task', language, task, explanation: explain(task, language), warnings };
}
