import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { leavesOf, personalFieldsOf, withPersonalTexts } from './personal-fields.js';
import { EVENT_CONTRACTS, contractOf } from './registry.js';

/** Any text: no format, no pattern, no list of values. */
const isFreeText = (schema: z.core.$ZodType) =>
  schema instanceof z.ZodString &&
  !(schema as { format?: unknown }).format &&
  !(schema._zod.def.checks ?? []).some((check) => check._zod.def.check === 'string_format');

/** Texts that are not a person's words, and why they stand in the log as they are. */
const NOT_PERSONAL: Readonly<Record<string, string>> = {
  'DraftCreated.clientRequestId': 'an identifier that a program gives',
  'DraftCreated.audio.contentType': 'what the content is',
  'Transcribed.model': 'the name of a model',
  'TranscriptionFailed.error.code': 'from a closed list',
  'ModelsAsked.promptVersion': 'of our own prompt',
  'ModelsAsked.route.plan': 'from the settings',
  'ModelsAsked.route.models.*': 'names of models',
  'ModelsAsked.attempts.*.model': 'the name of a model',
  'Failed.error.code': 'from a closed list',
  'Confirmed.schedule.at': 'a time',
  'Confirmed.schedule.zone': 'the name of a time zone',
  'Rescheduled.schedule.at': 'a time',
  'Rescheduled.schedule.zone': 'the name of a time zone',
  'WorkspaceCreated.name': "the workspace's name",
  'CustomFieldSpecified.name': 'of a field of the catalogue',
  'CustomFieldSpecified.allowedValues.*': 'of a field of the catalogue',
  'ImportCompleted.rejected.*.reason': 'what is wrong with a line of a catalogue',
  'ImportFailed.error.code': 'from a closed list',
  'ImportFailed.error.message': 'what is wrong with a file',
  'DeadLettersRedriven.group': 'the name of a consumer group',
  'DeadLettersRedriven.topic': 'the name of a topic',
  'DeadLettersRedriven.key': 'an id',
};

/** The catalogue, and what is asked of it: fields and values, see docs/adr/0049. */
const OF_THE_CATALOGUE =
  /^(?:\w+\.)(?:task|alternative\.task|options\.\*\.task|rows|edits|changes|warnings\.\*\.(?:field|productId)|interpreter|alternative\.interpreter|keys|key|policies|approvalReasons|approval\.reasons)(?:\.|$)/;

const places = EVENT_CONTRACTS.flatMap(({ type, schema }) => {
  const personal = new Set(personalFieldsOf(type).map(({ path }) => path.join('.')));
  return leavesOf(schema)
    .filter((leaf) => isFreeText(leaf.schema))
    .map(({ path }) => ({ place: `${type}.${path.join('.')}`, isPersonal: personal.has(path.join('.')) }));
});

describe('personal texts of events', () => {
  it('are marked, or a reason is given why a text is none', () => {
    const undecided = places
      .filter(
        ({ place, isPersonal }) => !isPersonal && !(place in NOT_PERSONAL) && !OF_THE_CATALOGUE.test(place),
      )
      .map(({ place }) => place);
    // A new text? Give it `personalText` where its event is defined if a person said it or it tells of what they said.
    expect([...new Set(undecided)]).toEqual([]);
  });

  it('are what a person said and every sentence about it', () => {
    const personal = places.filter(({ isPersonal }) => isPersonal).map(({ place }) => place);
    expect(personal).toEqual(
      expect.arrayContaining([
        'DraftCreated.prompt',
        'DraftCreated.explanation',
        'Transcribed.text',
        'ClarificationAsked.question',
        'ClarificationAsked.options.*.label',
        'ClarificationAnswered.text',
        'Parsed.explanation',
        'Parsed.alternative.explanation',
        'Parsed.warnings.*.message',
        'PreviewBuilt.warnings.*.message',
        'Failed.error.message',
      ]),
    );
  });

  it('name a property of their own event where they are somebody else’s words', () => {
    for (const { type } of EVENT_CONTRACTS)
      for (const { by } of personalFieldsOf(type))
        if (by !== null) expect((contractOf(type).schema as z.ZodObject).shape).toHaveProperty(by);
  });

  it('have no bound and no pattern that what they are encrypted to would break', () => {
    for (const { type, schema } of EVENT_CONTRACTS)
      for (const { path } of personalFieldsOf(type)) {
        const [leaf] = leavesOf(schema).filter((each) => each.path.join('.') === path.join('.'));
        expect((leaf!.schema as z.ZodString).maxLength).toBeNull();
      }
  });

  it('are replaced where they are, in optional and listed places too, and nothing else is touched', () => {
    const warning = { code: 'FIELD_UNKNOWN', field: 'flavour', message: 'There is no “flavour”.' };
    const data = { task: { action: 'get' }, explanation: 'Show', warnings: [warning, warning], latencyMs: 1 };
    expect(withPersonalTexts('Parsed', data, (text, { name }) => `${name}:${text.length}`)).toEqual({
      ...data,
      explanation: 'explanation:4',
      warnings: [
        { ...warning, message: 'warning:22' },
        { ...warning, message: 'warning:22' },
      ],
    });
  });

  it('that are null or missing stay so, and an event without any is given back as it is', () => {
    const created = { draftId: 'x', explanation: null };
    expect(withPersonalTexts('DraftCreated', created, () => 'changed')).toEqual(created);
    const queued = { queuedAt: 'now' };
    expect(withPersonalTexts('ExecutionQueued', queued, () => 'changed')).toBe(queued);
  });
});
