import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { EVENT_BUS_ERROR_CODES, EventBusError, toEventBusError } from './errors.js';

const protocol = (type: string) =>
  new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type }) as never);

describe('an error of kafkajs becomes ours', () => {
  it.each([
    ['UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_MISSING', true, false],
    ['MESSAGE_TOO_LARGE', 'RECORD_TOO_LARGE', false, false],
    ['TOPIC_AUTHORIZATION_FAILED', 'ACCESS_REFUSED', false, false],
    ['ILLEGAL_GENERATION', 'REPLACED', true, true],
    ['SOMETHING_NEW', 'CLIENT_FAULT', true, false],
  ])('%s: %s', (type, code, retryable, fenced) => {
    expect(toEventBusError(protocol(type), 'doing')).toMatchObject({ code, retryable, fenced });
  });

  it('by its innermost cause, which it keeps', () => {
    const inner = new kafkajs.KafkaJSConnectionError('refused');
    const outer = new kafkajs.KafkaJSNumberOfRetriesExceeded(inner, { retryCount: 3, retryTime: 1 });
    const error = toEventBusError(outer, 'sending to a');
    expect(error).toMatchObject({ code: 'BROKER_AWAY', retryable: true, cause: outer });
    expect(error.message).toMatch(/^sending to a: /);
  });

  it('and one of ours stays what it is', () => {
    for (const code of EVENT_BUS_ERROR_CODES) {
      const error = new EventBusError(code, 'said');
      expect(toEventBusError(error, 'doing')).toBe(error);
    }
  });

  it('whatever it is', () => {
    expect(toEventBusError('text', 'doing').message).toBe('doing: text');
  });
});
