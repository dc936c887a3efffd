/**
 * The real program with places to die. Unarmed it is src/main.ts; once its parent has sent a CrashPoint over the
 * channel, the process ends there by SIGKILL: no handler runs, no buffer is written, no connection is closed.
 */
import { EmbeddedEventBus } from '../../src/event-bus/embedded/embedded-event-bus.js';
import { KafkaEventBus } from '../../src/event-bus/kafka/kafka-event-bus.js';
import type { ConsumerGroup, EventBus } from '../../src/event-bus/event-bus.js';
import { PostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.js';
import { Revocations } from '../../src/identity/revocations.js';
import { ALL_PROJECTIONS } from '../../src/projections/all.js';
import type { CrashPoint } from './crash-point.js';

let armed: CrashPoint | null = null;
let passages = 0;

process.on('message', (point: CrashPoint | null) => {
  armed = point;
  passages = 0;
  process.send?.('armed');
});
// A test run that was killed itself must not leave its programs behind.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

/** Counts on the way in, so that `after` kills at the end of the passage that `before` kills at the beginning of. */
async function passing<T>(places: CrashPoint['place'][], work: () => Promise<T>): Promise<T> {
  const isDue = armed !== null && places.includes(armed.place) && (passages += 1) === armed.passage;
  const moment = isDue ? armed!.moment : null;
  if (moment === 'before') process.kill(process.pid, 'SIGKILL');
  const result = await work();
  if (moment === 'after') process.kill(process.pid, 'SIGKILL');
  return result;
}

const { append } = PostgresEventStore.prototype;
PostgresEventStore.prototype.append = function (this: PostgresEventStore, ...given) {
  const places = given[0].events.map(({ type }): CrashPoint['place'] => `append:${type}`);
  return passing(places, () => append.apply(this, given));
};

const { announce } = Revocations.prototype;
Revocations.prototype.announce = function (this: Revocations, ...given) {
  return passing(['revocation'], () => announce.apply(this, given));
};

for (const projection of ALL_PROJECTIONS) {
  const apply = projection.apply.bind(projection);
  projection.apply = (...given) => passing([`apply:${projection.name}`], () => apply(...given));
}

for (const Bus of [EmbeddedEventBus, KafkaEventBus]) {
  const prototype: EventBus = Bus.prototype;
  const { subscribe } = prototype;
  prototype.subscribe = function (this: EventBus, consumer: ConsumerGroup) {
    const handle: ConsumerGroup['handle'] = (batch) =>
      passing([`deliver:${consumer.group}`], () => consumer.handle(batch));
    return subscribe.call(this, { ...consumer, handle });
  };
}

await import('../../src/main.js');
